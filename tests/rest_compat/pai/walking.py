"""Walking a collection by its `Link` headers, as a client does that knows nothing of offsets."""

import re

LINK = re.compile(r'<([^>]*)>; rel="([a-z]+)"')


def links(answer):
    return {name: target for target, name in LINK.findall(answer.headers["link"])}


async def walked(client, url, headers, between=None):
    """The ids of all pages from the first to the one that has no next, which is the last; how many pages."""
    seen, pages = [], 0
    while url:
        answer = await client.get(url, headers=headers)
        seen += [row["id"] for row in answer.json()]
        pages += 1
        if between:
            await between()
        url = links(answer).get("next")
    last = links(answer)["last"]
    assert (await client.get(last, headers=headers)).json()[: len(answer.json())] == answer.json()
    return seen, pages
