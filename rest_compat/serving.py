"""What every vendor app is handed: the store its units come from."""

from fastapi import Request

from domain.store import Store


def store_of(request: Request) -> Store:
    store: Store = request.app.state.store
    return store
