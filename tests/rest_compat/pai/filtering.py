"""Random rows and random filters over them, and what plain Python makes of both."""

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert
from sqlmodel import SQLModel
from starlette.datastructures import QueryParams

from domain import pai, users
from domain.identity import administration
from domain.identity.accounts import Account
from domain.listing.filters import Compare, Every, Operator, Some
from domain.listing.values import kind_of
from domain.organizations import Organization
from domain.pai import PaiSummary
from domain.users import User
from domain.viewer import SCOPES, Viewer, ViewerKind
from rest_compat.pai.admin.views import ACCOUNT, USER
from rest_compat.pai.health.views import PAI_SUMMARY
from rest_compat.pai.q import MAX_LENGTH
from rest_compat.pai.queries import listing_of
from rest_compat.pai.views import View
from tests.rest_compat.pai.writing import LISTS, Writing

NOON = datetime(2024, 6, 1, 12, tzinfo=UTC)
STAMPS = {"created_at": NOON, "modified_at": NOON}
DEPTH, ROWS = 4, 9
ALPHABET = "aAbBzZ019 _%\\\"'()[],.;:=<>!-+*?&#/éÉåÅßσΣςİıΩωЖжäÄ\u00a0\u2003\u0301東京😀ﬁ\u1e9eǅ"
TEXTS = (
    "Joe", "joe", "Åsa", "åsa", "a_b", "a%b", "aXb", "back\\", 'say "hi"', "(x)", "[x]", "AND", "or OR in", "",
    "Mary  Ann", " padded ", "ΟΔΥΣΣΕΥΣ", "NOT IN [a, b]", "x=1", "a,b", "'; DROP TABLE users; --", "%", "_", "\\%",
)  # fmt: skip
ORDERINGS = {
    Operator.EQUAL: operator.eq,
    Operator.LESS: operator.lt,
    Operator.LESS_OR_EQUAL: operator.le,
    Operator.GREATER: operator.gt,
    Operator.GREATER_OR_EQUAL: operator.ge,
}


class Maker:
    """Makes values of every kind up by chance, often those that others have too."""

    def __init__(self, chance):
        self.chance = chance

    def text(self):
        if self.chance.random() < 0.6:
            return self.chance.choice(TEXTS)
        return "".join(self.chance.choices(ALPHABET, k=self.chance.randint(0, 6)))

    def number(self):
        return self.chance.choice(
            [0.0, 1.0, -1.5, 99.99999999999999, 100.0, 104.2, 1e-9, self.chance.random() * 200]
        )

    def whole(self):
        return self.chance.choice([-1, 0, 1, 105, 2**31 - 1, -(2**31)])

    def day(self):
        return date(2024, 5, 1) + timedelta(days=self.chance.randint(0, 4))

    def moment(self):
        return NOON + timedelta(microseconds=self.chance.choice([0, 1, 999_999, 86_400_000_000]))

    def truth(self):
        return self.chance.random() < 0.5

    def of(self, column):
        """What a column may hold, which is nothing now and then where that is allowed."""
        if column.nullable and self.chance.random() < 0.2:
            return None
        return MADE[kind_of(column)](self)


OPPOSITES = {Operator.NOT_EQUAL: Operator.EQUAL, Operator.NOT_IN: Operator.IN}
MADE = {
    str: Maker.text, float: Maker.number, int: Maker.whole, bool: Maker.truth, date: Maker.day,
    datetime: Maker.moment, UUID: lambda _: uuid4(),
}  # fmt: skip


def as_text(value, chance):
    """A value as a client may write it."""
    text = value.isoformat() if isinstance(value, date) else str(value)
    if isinstance(value, datetime) and chance.random() < 0.5:
        return (value + timedelta(hours=2)).replace(tzinfo=None).isoformat() + "+02:00"
    if isinstance(value, UUID) and chance.random() < 0.5:
        return text.upper()
    return text.lower() if isinstance(value, bool) else text


def matches(row, filter_):
    """Whether plain Python finds that a row fits."""
    match filter_:
        case Every(parts):
            return all(matches(row, part) for part in parts)
        case Some(parts):
            return any(matches(row, part) for part in parts)
        case Compare(field, how, wanted):
            return fits(row[field], how, wanted)


def fits(have, how, wanted):
    """What is missing equals nothing, and so differs from everything."""
    if how in OPPOSITES:
        return not fits(have, OPPOSITES[how], wanted)
    if how is Operator.IN:
        return have in wanted
    if how is Operator.ILIKE:
        return fits(have and have.lower(), Operator.LIKE, wanted.lower())
    if how is Operator.LIKE:
        return have is not None and bool(pattern(wanted).fullmatch(have))
    return have is not None and ORDERINGS[how](have, wanted)


def pattern(text):
    """`%` is anything, `_` one character, and nothing else is special."""
    special = {"%": ".*", "_": "."}
    return re.compile("".join(special.get(letter) or re.escape(letter) for letter in text), re.DOTALL)


@dataclass(frozen=True)
class Collection:
    """What PAI shows of a table, and how the domain lists it."""

    view: View
    list: Callable[..., Any]
    entity: type[SQLModel]

    @property
    def columns(self):
        """What of the table's own can be filtered by."""
        table = self.entity.__table__
        return {name: table.c[name] for name in self.view.columns.values() if name in table.c}


COLLECTIONS = (
    Collection(USER, users.list_users, User),
    Collection(ACCOUNT, administration.list_accounts, Account),
    Collection(PAI_SUMMARY, pai.list_summaries, PaiSummary),
)


def made_rows(maker, entity, organization, people):
    """Rows of an organization; of what is unique in it, none twice."""
    rows = []
    for number in range(maker.chance.randint(1, ROWS)):
        row = {column.name: maker.of(column) for column in entity.__table__.c}
        own = {
            "organization_id": organization,
            "user_id": maker.chance.choice(people or [None]),
            "date": date(2024, 5, 1) + timedelta(days=number),
            "username": f"{row.get('username')}{number}",
        }
        rows.append(row | {name: value for name, value in own.items() if name in row})
    return rows


def made_filter(maker, columns, rows, depth):
    """Up to four levels deep, about values that rows have or might have."""
    if depth and maker.chance.random() < 0.5:
        parts = tuple(made_filter(maker, columns, rows, depth - 1) for _ in range(maker.chance.randint(2, 3)))
        return maker.chance.choice([Every, Some])(parts)
    field, column = maker.chance.choice(list(columns.items()))
    patterns = [Operator.LIKE, Operator.ILIKE] if kind_of(column) is str else []
    how = maker.chance.choice([*ORDERINGS, Operator.NOT_EQUAL, *LISTS, *patterns, *patterns])

    def value():
        known = [row[field] for row in rows if row[field] is not None]
        return (
            maker.chance.choice(known)
            if known and maker.chance.random() < 0.6
            else MADE[kind_of(column)](maker)
        )

    if how in LISTS:
        return Compare(field, how, tuple(value() for _ in range(maker.chance.randint(1, 4))))
    return Compare(field, how, wildcarded(maker, value()) if how in patterns else value())


def wildcarded(maker, text):
    """Some letters give way to wildcards, and some change their case."""
    made = (maker.chance.choice([letter, letter, letter, "_", "%", letter.swapcase()]) for letter in text)
    return "".join(made) + maker.chance.choice(["", "%"])


def with_texts(filter_, chance):
    """The same filter with its values as clients write them."""
    if isinstance(filter_, Compare):
        many = isinstance(filter_.value, tuple)
        values = [as_text(value, chance) for value in (filter_.value if many else [filter_.value])]
        return Compare(filter_.field, filter_.operator, tuple(values) if many else values[0])
    return type(filter_)(tuple(with_texts(part, chance) for part in filter_.parts))


async def people_of(unit, organization):
    await unit.add(Organization(id=organization, name="A", **STAMPS))
    joe, ann = uuid4(), uuid4()
    await unit.add_all([User(id=one, organization_id=organization, **STAMPS) for one in (joe, ann)])
    return [joe, ann]


async def check(store, chance, filters):
    """In an organization of its own: rows of one collection, and filters that must find what Python finds."""
    maker, organization = Maker(chance), uuid4()
    collection = chance.choice(COLLECTIONS)
    columns = collection.columns
    async with store.writing() as unit:
        people = await people_of(unit, organization) if collection.entity is not User else []
        if not people:
            await unit.add(Organization(id=organization, name="A", **STAMPS))
        rows = made_rows(maker, collection.entity, organization, people)
        await unit.change(insert(collection.entity).values(rows))
    kind = ViewerKind.ADMINISTRATOR
    viewer = Viewer(kind, SCOPES[kind], organization)
    spellings = {column: name for name, column in collection.view.columns.items()}
    for _ in range(filters):
        filter_ = made_filter(maker, columns, rows, DEPTH)
        q = Writing(chance.randint, spellings).text(with_texts(filter_, chance))
        if len(q) > MAX_LENGTH:
            continue
        async with store.reading(viewer) as unit:
            listing = listing_of(QueryParams({"q": q, "limit": "1000"}), collection.view, ["id"])
            found = {row.id for row in (await collection.list(unit, listing)).rows}
        assert found == {row["id"] for row in rows if matches(row, filter_)}, (q, rows)
