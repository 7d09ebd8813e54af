"""Several writers and pollers of one store at once: what pollers must know when everybody is done."""

import asyncio
from datetime import UTC, datetime
from random import Random
from uuid import UUID

from domain.errors import NotFound
from domain.listing import Listing
from domain.sql import select
from domain.templates import workouts
from domain.templates.feed import changes_and_withdrawals
from domain.templates.shelf import TemplateStatus, Visibility
from domain.templates.workouts import SHELF, WorkoutTemplate
from tests.domain.templates.examples import PARTNER, author, workout

BEGINNING = datetime.min.replace(tzinfo=UTC)
MOST_TEMPLATES = 6
OPERATIONS = ("publish", "hide", "archive", "rename", "remove")


class Poller:
    """A partner that keeps a copy and can be stopped anywhere: it remembers nothing but the highest updatedAt."""

    def __init__(self, store, chance: Random) -> None:
        self.store, self.chance = store, chance
        self.since = BEGINNING
        self.copy: dict[UUID, tuple[int, str]] = {}
        self.told: list[datetime] = []

    async def poll(self) -> bool:
        """One page of a random size; whether there may be more."""
        async with self.store.reading(PARTNER) as unit:
            listing = Listing(limit=self.chance.randint(1, 4))
            found = await changes_and_withdrawals(unit, SHELF, self.since, listing)
        for row in found.rows:
            assert self.copy.get(row.id, (0, ""))[0] < row.version
            self.copy[row.id] = (row.version, row.name)
        for row in found.withdrawn:
            self.copy.pop(row.id, None)
        self.told += sorted(row.modified_at for row in (*found.rows, *found.withdrawn))
        self.since = found.latest or self.since
        return found.more

    async def poll_for_a_while(self) -> None:
        for _ in range(self.chance.randint(1, 4)):
            await asyncio.sleep(self.chance.random() / 200)
            await self.poll()

    async def catch_up(self) -> None:
        while await self.poll():
            pass


async def edit(store, organization: UUID, chance: Random) -> None:
    """One change by one of several writers, which may dawdle before and after it gets its instant."""
    async with store.writing(author(organization)) as unit:
        ids = [row.id for row in await unit.rows(select(WorkoutTemplate.id).order_by(WorkoutTemplate.id))]
        await asyncio.sleep(chance.random() / 300)
        try:
            if len(ids) < chance.randint(1, MOST_TEMPLATES):
                new = await workouts.create_workout(unit, workout(f"W{chance.random()}"))
                await workouts.publish_workout(unit, new.id)
            else:
                await _change(unit, chance.choice(ids), chance)
        except NotFound:
            pass  # another writer removed it meanwhile
        await asyncio.sleep(chance.random() / 300)


async def _change(unit, id: UUID, chance: Random) -> None:
    operation = chance.choice(OPERATIONS)
    if operation == "rename":
        await workouts.change_workout(unit, id, {"name": f"W{chance.randint(1, 3)}"})
    else:
        await getattr(workouts, f"{operation}_workout")(unit, id)


async def interleave(store, organization: UUID, pollers: list[Poller], chance: Random) -> None:
    """Writers and pollers at once; then every poller's copy must be what partners may see, told once each."""
    edits = [edit(store, organization, chance) for _ in range(chance.randint(2, 4))]
    await asyncio.gather(*edits, *(poller.poll_for_a_while() for poller in pollers))
    for poller in pollers:
        await poller.catch_up()
        assert poller.copy == await visible(store)
        assert poller.told == sorted(set(poller.told)), "told twice, or out of order"


async def visible(store) -> dict[UUID, tuple[int, str]]:
    table = WorkoutTemplate
    seen = (table.visibility == Visibility.PUBLIC, table.status == TemplateStatus.ACTIVE)
    async with store.reading(PARTNER) as unit:
        rows = await unit.rows(select(table.id, table.version, table.name).where(*seen))
    return {row.id: (row.version, row.name) for row in rows}
