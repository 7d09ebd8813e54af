"""Every page of users, each with the best PAI of their week; and a group, once however often it is sent."""

from gateway_client import Client, GroupInput


async def team_week(client: Client) -> dict[str, float]:
    best: dict[str, float] = {}
    after = None
    while users := (await client.team_week(first=50, after=after)).users:
        for user in users.nodes:
            days = user.pai_summaries.nodes if user.pai_summaries else []
            scores = [day.pai_score for day in days]
            best[user.first_name or "Nobody"] = max(scores, default=0)
        if not users.page_info.has_next_page:
            break
        after = users.page_info.end_cursor
    return best


async def add_team(client: Client, name: str) -> str:
    made = (await client.add_team(GroupInput(name=name), key=f"team {name}")).create_group
    if made is None or made.group is None:
        raise ValueError("; ".join(error.message for error in (made.user_errors if made else [])))
    return made.group.name
