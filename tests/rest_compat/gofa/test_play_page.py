"""The play page: nothing but our own files, and a token that no log and no cache ever sees."""

import re

import pytest
import structlog

from rest_compat.gofa.play import FILES

ON_ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

PAGE = "/ai-training/routine-run/run_001/play"


@pytest.mark.anyio
@ON_ONE
async def test_the_page_and_its_files_come_from_the_gateway_alone(client, store):
    answer = await client.get(PAGE)
    assert answer.status_code == 200
    policy = dict(part.split(" ", 1) for part in answer.headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert "unsafe" not in str(policy)
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"

    named = set(re.findall(r'(?:src|href)="(/[^"]+)"', answer.text))
    named |= {f"/ai-training/assets/{path.name}" for path in FILES.iterdir() if path.suffix != ".html"}
    for path in named:
        file = await client.get(path)
        assert file.status_code == 200, path
        assert file.headers["content-type"].startswith(("text/javascript", "text/css"))
        addresses = set(re.findall(r"https?://[^'\"\s)]+", file.text))
        assert {address for address in addresses if "www.w3.org" not in address} == set()
    for outside in (
        "/ai-training/assets/../play.py",
        "/ai-training/assets/%2e%2e/play.py",
        "/ai-training/assets/x.js",
    ):
        assert (await client.get(outside)).status_code == 404


@pytest.mark.anyio
@ON_ONE
async def test_the_custom_token_is_never_logged(client, store):
    with structlog.testing.capture_logs() as logged:
        await client.get(PAGE, params={"customToken": "very-secret", "locale": "zh-Hant"})

    assert logged
    assert "very-secret" not in str(logged)


def test_the_pages_files_are_short_enough_to_read_and_speak_both_languages_alike():
    assert all(len(path.read_text().splitlines()) <= 400 for path in FILES.iterdir())
    words = (FILES / "words.js").read_text()
    english, chinese = (
        set(re.findall(r"^  (\w+):", part, re.MULTILINE)) for part in words.split("const CHINESE")
    )

    assert len(english) > 30
    assert english == chinese
