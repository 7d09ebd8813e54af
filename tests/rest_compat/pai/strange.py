"""Texts that nobody would send as `q`, and some that are nearly right."""

from urllib.parse import quote

WORDS = (
    "firstName", "paiScore", "id", "userId", "createdOn", "dateOfBirth", "emailConfirmed", "lowZoneLowerLimit",
    "accountType", "href", "shoeSize", "AND", "OR", "NOT", "IN", "LIKE", "ILIKE", "=", "!=", "<", ">", "<=", ">=",
    "(", ")", "((((", "))))", "[", "]", ",", '"', '\\"', "\\", "'", "%", "_", "*", "--", ";", "null", "true", "1", "-0",
    "1e999", "NaN", "9" * 25, "0x1f", "1_000", "٣", "2024-05-01", "2024-05-01T09:00:00Z", "0000-00-00", "9999-12-31",
    "2024-02-30", "2024-05-01T24:00:00+14:00", "2188a980-70a2-4b24-b145-8139cb7f9106", "{x}", "%s", "é", "東京", "😀",
    "\u2028", "\u00a0", "\u0301", "\x00", "\x1f", "\x7f", "\ud800", "\ufeff", "\U0010ffff",
)  # fmt: skip
PATHS = ("/users", "/accounts", "/pai/summaries", "/groups")


def strange_query(chance):
    """A query string with one `q`: words in any order, any characters, any bytes, or what is nearly a filter."""
    made = chance.choice((_of_words, _of_characters, _of_bytes, _slipped, _nearly_right, _nearly_right))
    return f"q={quote(made(chance))}"


def _of_words(chance):
    spaces = chance.choices(("", " ", "  "), (2, 7, 1), k=30)
    words = (chance.choice(WORDS) + space for space in spaces[: chance.randint(1, 30)])
    return "".join(words).encode(errors="surrogatepass")


def _of_characters(chance):
    most = (0x7F, 0x7F, 0xFFFF, 0x10FFFF)
    codes = (chance.randint(1, chance.choice(most)) for _ in range(chance.randint(1, 40)))
    return "".join(map(chr, codes)).encode(errors="surrogatepass")


def _of_bytes(chance):
    return chance.randbytes(chance.randint(1, 60))


def _slipped(chance):
    good = '(firstName="Joe" AND id!=x) OR (createdOn>=2024-05-01 AND ((id NOT IN ["a", b,c] OR id=1)))'
    at, slip = chance.randrange(len(good)), chance.choice((*WORDS, ""))
    slipped = good[:at] + slip + good[at + chance.randint(0, 3) :]
    return slipped.encode(errors="surrogatepass")


def _nearly_right(chance):
    """Conditions that every resource could answer, if only their values fit."""
    conditions = []
    for _ in range(chance.randint(1, 4)):
        field, operator = chance.choice((("id", "="), ("id", "!="), ("createdOn", ">="), ("modifiedOn", "<")))
        values = WORDS if chance.random() < 0.3 else ("2024-05-01", "2188a980-70a2-4b24-b145-8139cb7f9106")
        conditions.append(f"{field}{operator}{chance.choice(values)}")
    return chance.choice((" AND ", " OR ")).join(conditions).encode(errors="surrogatepass")
