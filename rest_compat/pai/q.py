"""PAI's complex filter `q`: a grammar, and sentences for everything that does not fit it."""
# mypy: untyped-calls-exclude=lark

import re
from collections import Counter
from collections.abc import Collection, Mapping
from typing import cast

from lark import Lark, Token, Transformer, UnexpectedInput, UnexpectedToken, v_args

from domain.errors import Detail, Invalid
from domain.listing.filters import Compare, Every, Filter, Operator, Some
from domain.sentences import one_of, said

MAX_LENGTH = 5000
MAX_DEPTH = 4
MAX_NAME = 60
LIMITS = (("FIELD", 250, said("conditions")), ("_COMMA", 1000, said("commas in lists")))

# An unquoted value goes on over spaces until AND, OR, a parenthesis or what looks like another condition.
# AND and OR can be a value themselves only right after the operator (state=OR).
GRAMMAR = r"""
    ?start: some
    ?some: every (_OR every)*
    ?every: term (_AND term)*
    ?term: _OPEN some _CLOSE | condition

    condition: FIELD SYMBOL value | FIELD LIKE value | FIELD IN list
    ?value: QUOTED | TEXT
    list: _FROM item (_COMMA item)* _TO
    ?item: QUOTED | ITEM

    FIELD: /(?!(?:AND|OR|NOT|IN|LIKE|ILIKE)(?:\s|[()]|\Z))[^\s"()\[\],=<>!]++/
    SYMBOL: /[<>!]=|[=<>]/
    LIKE: /I?LIKE(?=\s)/
    IN: /(?:NOT\s++)?IN(?=\s)/
    QUOTED: /"[^"\\]*+(?:\\["\\][^"\\]*+)*+"/
    TEXT: FIRST (/\s++/ NEXT)*
    FIRST: /(?:(?<=[=<>])|(?!(?:AND|OR)(?:\s|[()"]|\Z)))(?![=<>])[^\s"()]++/
    NEXT: /(?!(?:AND|OR|I?LIKE)(?:\s|[()"]|\Z)|(?:NOT\s++)?IN\s*+\[)[^\s"()=<>]++(?![=<>])/
    ITEM: /[^\s"(),\[\]]++(?:\s++[^\s"(),\[\]]++)*+/

    _AND: /(?<=\s)AND(?=\s)/
    _OR: /(?<=\s)OR(?=\s)/
    _OPEN: "("
    _CLOSE: ")"
    _FROM: "["
    _TO: "]"
    _COMMA: ","
    SPACE: /\s++/
    %ignore SPACE
"""

EXPECTED = {
    "FIELD": said("a field"),
    "_OPEN": "(",
    "SYMBOL": said("an operator"),
    "TEXT": said("a value"),
    "ITEM": said("a value"),
    "_FROM": "[",
    "_COMMA": said("a comma"),
    "_TO": "]",
    "_AND": "AND",
    "_OR": "OR",
    "_CLOSE": ")",
    "$END": said("the end"),
}
UNREADABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
ESCAPED = re.compile(r'\\(["\\])')
KEYWORD = re.compile(r"(?:AND|OR|NOT|IN|LIKE|ILIKE)(?![^\s\"()\[])", re.IGNORECASE)


@v_args(inline=True)
class Building(Transformer[Token, Filter]):
    def condition(self, field: Token, operator: Token, value: Token | tuple[str, ...]) -> Compare:
        typed = value if isinstance(value, tuple) else str(value)
        return Compare(str(field), Operator(" ".join(operator.split())), typed)

    def list(self, *items: Token) -> tuple[str, ...]:
        return tuple(str(item) for item in items)

    def every(self, *parts: Filter) -> Every:
        return Every(parts)

    def some(self, *parts: Filter) -> Some:
        return Some(parts)


PARSER = Lark(GRAMMAR, parser="lalr", lexer="contextual", transformer=Building())


def parse(text: str, fields: Mapping[str, str]) -> Filter:
    """`fields` maps the vendor's spelling to the domain's name; values stay text, the domain types them."""
    refuse_unreadable(text)
    reader = Reader(fields)
    parser = PARSER.parse_interactive(text)
    choices, last = parser.choices(), None
    try:
        for last in parser.lexer_thread.lex(parser.parser_state):
            parser.feed_token(reader.admit(last))
            reader.follow(last)
            choices = parser.choices()
        return cast(Filter, parser.feed_eof(last))
    except UnexpectedInput as error:
        raise malformed(text, position(text, error), reader.possible(choices)) from None


def refuse_unreadable(text: str) -> None:
    """PAI: "Max query length is exceeded (currently 5000 characters)", counted after URL decoding."""
    if len(text) > MAX_LENGTH:
        raise Invalid(
            said("q may have {most} characters at most, not {count}", most=MAX_LENGTH, count=len(text))
        )
    if found := UNREADABLE.search(text):
        raise Invalid(said("q has a control character {place}", place=place(found.start())))


class Reader:
    """Counts what one query holds and turns each token into what it means."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        self.fields = fields
        self.depth = 0
        self.held: Counter[str] = Counter()

    def admit(self, token: Token) -> Token:
        """Bounds are felt at the token that breaks them; nothing recurses and nothing is read twice."""
        if token.type == "_OPEN" and self.depth == MAX_DEPTH:
            raise Invalid(
                said(
                    "q may nest {most} levels of parentheses; a deeper one opens {place}",
                    most=MAX_DEPTH,
                    place=place(token.start_pos),
                )
            )
        for counted, limit, noun in LIMITS:
            if token.type == counted and self.held[counted] == limit:
                raise Invalid(
                    said(
                        "q may hold {most} {things}; there is one more {place}",
                        most=limit,
                        things=noun,
                        place=place(token.start_pos),
                    )
                )
        return token.update(value=self.meaning(token))

    def follow(self, token: Token) -> None:
        self.held[token.type] += 1
        self.depth += (token.type == "_OPEN") - (token.type == "_CLOSE")

    def possible(self, choices: Collection[str]) -> set[str]:
        """The grammar's table does not tell inside from outside of parentheses; the depth does."""
        return set(choices) - {"$END" if self.depth else "_CLOSE"}

    def meaning(self, token: Token) -> str:
        if token.type == "FIELD":
            return self.name_of(token)
        if token.type == "QUOTED":
            return ESCAPED.sub(r"\1", token[1:-1])
        return " ".join(token.split())

    def name_of(self, token: Token) -> str:
        """PAI: a field that is no filterable parameter of the resource is a bad request."""
        if token in self.fields:
            return self.fields[token]
        name = token if len(token) <= MAX_NAME else f"{token[:MAX_NAME]}…"
        message = said("{name} is not a field to filter by", name=str(name))
        where = place(token.start_pos)
        raise Invalid(
            said("{message} ({place})", message=message, place=where), Detail(message, field=str(name))
        )


def malformed(text: str, at: int, possible: Collection[str]) -> Invalid:
    wanted = list(dict.fromkeys(word for name, word in EXPECTED.items() if name in possible))
    where = said("{place}, where it ends", place=place(at)) if at == len(text) else place(at)
    expected = said("q: expected {wanted} {place}", wanted=one_of(wanted), place=where)
    hint = advice(text, at, wanted)
    return Invalid(said("{expected}; {hint}", expected=expected, hint=hint) if hint else expected)


def position(text: str, error: UnexpectedInput) -> int:
    ended = isinstance(error, UnexpectedToken) and error.token.type == "$END"
    return len(text) if ended or error.pos_in_stream is None else error.pos_in_stream


def advice(text: str, at: int, wanted: Collection[str]) -> str:
    if text.startswith('"', at) and "a value" in wanted:
        return said('between double quotes write \\" for a quote and \\\\ for a backslash')
    if KEYWORD.match(text, at):
        return said("a keyword is upper case between spaces, text that looks like one needs double quotes")
    return ""


def place(at: int | None) -> str:
    return said("at character {position}", position=(at or 0) + 1)
