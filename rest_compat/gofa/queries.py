"""Query parameters and headers, read by hand: what is given twice or is not what it should be is refused in words."""

from fastapi import Request

from domain.errors import Invalid

FLAGS = {"true": True, "1": True, "false": False, "0": False}


def one(request: Request, name: str) -> str | None:
    given = request.query_params.getlist(name)
    if len(given) > 1:
        raise Invalid(f"{name} may be given once")
    return given[0] if given else None


def header(request: Request, name: str, *, most: int) -> str | None:
    given = request.headers.getlist(name)
    if len(given) > 1 or any(not text or len(text) > most for text in given):
        raise Invalid(f"{name} may be given once, with 1 to {most} characters")
    return given[0] if given else None


def flag(request: Request, name: str) -> bool:
    text = one(request, name)
    if text is None:
        return False
    if text.lower() not in FLAGS:
        raise Invalid(f"{name} is true or false")
    return FLAGS[text.lower()]


def limit(request: Request, name: str, *, default: int, most: int) -> int:
    """More than the most is the most."""
    text = one(request, name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and text.strip("0")):
        raise Invalid(f"{name} is a whole number from 1 to {most}")
    return most if len(text.lstrip("0")) > len(str(most)) else min(int(text), most)
