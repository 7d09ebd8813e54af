import pytest

from tests.rest_compat.aiendurance.pinging import Partner


@pytest.fixture
def acme(client, store, world):
    """The partner that is linked to Joe, whom it calls 1234."""
    return Partner(client, store, world.partner_headers)
