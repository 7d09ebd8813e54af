import pytest

from domain.store import Store
from tests.domain.notes import Clock


@pytest.fixture
def clock(store: Store) -> Clock:
    """The store's own, which stands still until it is told."""
    store.clock = Clock()
    return store.clock
