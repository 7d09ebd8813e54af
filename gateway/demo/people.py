"""The demo's people: who they are, how fit, and where they live."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from gateway.demo.credentials import demo_id


@dataclass(frozen=True)
class Person:
    first_name: str
    last_name: str
    sex: str
    date_of_birth: date
    country: str
    time_zone: str
    resting_bpm: int
    max_bpm: int | None
    weight_kg: float
    height_cm: float
    weekly_workouts: int
    sport: str

    @property
    def id(self) -> UUID:
        return demo_id("user", self.first_name, self.last_name)

    @property
    def email(self) -> str:
        return f"{self.first_name}.{self.last_name}@demo.example".lower()

    @property
    def top_bpm(self) -> int:
        """As high as this heart goes in the demo, measured or not."""
        return self.max_bpm or 178


PEOPLE = (
    Person("Ada", "Berg", "Female", date(1988, 4, 12), "NO", "Europe/Oslo", 52, 186, 61.5, 170, 5, "running"),
    Person("Joe", "Doe", "Male", date(1985, 2, 1), "CA", "America/Vancouver", 58, 186, 78.5, 180, 4, "running"),
    Person("Mei", "Chan", "Female", date(1979, 9, 30), "HK", "Asia/Hong_Kong", 60, 182, 55.0, 162, 3, "walking"),
    Person("Liam", "Murphy", "Male", date(1992, 7, 21), "IE", "Europe/Dublin", 49, 194, 72.0, 183, 6, "cycling"),
    Person("Sofia", "Rossi", "Female", date(1995, 1, 15), "IT", "Europe/Rome", 55, 193, 58.0, 168, 4, "cycling"),
    Person("Noah", "Kim", "Male", date(1970, 11, 3), "KR", "Asia/Seoul", 64, 172, 80.0, 175, 2, "walking"),
    Person("Emma", "Weber", "Female", date(1983, 6, 8), "DE", "Europe/Berlin", 57, None, 66.0, 172, 4, "running"),
    Person("Arjun", "Patel", "Male", date(1990, 3, 27), "IN", "Asia/Kolkata", 61, 188, 74.0, 176, 3, "running"),
    Person("Olivia", "Silva", "Female", date(1965, 12, 19), "BR", "America/Bahia", 66, 169, 63.0, 160, 2, "walking"),
    Person("Lucas", "Novak", "Male", date(2001, 8, 5), "CZ", "Europe/Prague", 47, 200, 70.0, 181, 6, "running"),
    Person("Hana", "Sato", "Female", date(1975, 5, 24), "JP", "Asia/Tokyo", 62, 178, 52.0, 158, 3, "swimming"),
    Person("Zoe", "Tane", "Female", date(1998, 10, 10), "NZ", "Pacific/Auckland", 54, 192, 64.0, 174, 5, "cycling"),
)  # fmt: skip
SIGNED_UP = PEOPLE[1]
"""Who has an account, and whom the demo partner calls 1234."""
IN_OTHER_ORGANIZATION = PEOPLE[-2:]
