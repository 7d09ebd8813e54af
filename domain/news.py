"""News: what changed, told after the commit to those who watch it; a doorbell only, the rows are the truth."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Self
from uuid import UUID


class Subject(StrEnum):
    """`import` and `run` are watched one by one, `pai` by user."""

    IMPORT = "import"
    PAI = "pai"
    RUN = "run"


@dataclass(frozen=True)
class Topic:
    subject: Subject
    id: UUID

    def __str__(self) -> str:
        return f"{self.subject}:{self.id}"

    @classmethod
    def read(cls, text: str) -> Self:
        subject, _, which = text.partition(":")
        return cls(Subject(subject), UUID(which))


Herald = Callable[[frozenset[Topic]], Awaitable[None]]
