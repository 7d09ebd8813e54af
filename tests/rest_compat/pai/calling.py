"""PAI's APIs as accounts call them."""


class Caller:
    """An API as one account sees it."""

    def __init__(self, client, headers, world, api):
        self.client = client
        self.headers = headers
        self.base = f"/api/v2/{api}/organizations/{world.organization}"

    async def __call__(self, method, path, sent=None, status=None, **headers):
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        answer = await self.client.request(method, self.base + path, json=sent, headers=self.headers | named)
        assert status is None or answer.status_code == status, answer.text
        return answer


async def shown(caller, path, status=200):
    return (await caller("GET", path, status=status)).json()
