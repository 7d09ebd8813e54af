import pytest

from tests.domain.webhooks.receiving import Clock
from tests.domain.webhooks.subscribing import Desk


@pytest.fixture
def settings(settings):
    return settings.model_copy(update={"allow_private_callbacks": True})


@pytest.fixture
def clock(store):
    store.clock = Clock()
    return store.clock


@pytest.fixture
def desk(store, world):
    """Where the first organization's administrator sits."""
    return Desk(store, world.organization)
