import pytest

from tests.domain.webhooks.receiving import Clock


@pytest.fixture
def settings(settings):
    return settings.model_copy(update={"allow_private_callbacks": True})


@pytest.fixture
def clock(store):
    store.clock = Clock()
    return store.clock
