"""Operations that go on: subscriptions, streamed over a WebSocket or as server-sent events."""
