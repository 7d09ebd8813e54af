"""A client made by a public generator lists, filters, syncs and fetches.

In an environment of its own, with a demo served somewhere: `pip install openapi-python-client`, then
`python -m tests.trials.smartrunning_client http://127.0.0.1:8000 sr_test_…`.
"""

import importlib
import shutil
import subprocess
import sys
import tempfile
import urllib.request
from datetime import UTC, datetime
from pathlib import Path

DOCUMENT = "/api/openapi.json"
PACKAGE = "smartrunning_client"
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)


def generated(url: str, directory: Path) -> Path:
    """The package, ready to import."""
    document = directory / "openapi.json"
    with urllib.request.urlopen(url + DOCUMENT) as answer, document.open("wb") as file:
        shutil.copyfileobj(answer, file)
    generate = [
        "generate",
        "--path",
        str(document),
        "--output-path",
        str(directory / PACKAGE),
        "--meta",
        "none",
    ]
    subprocess.run(
        [sys.executable, "-m", "openapi_python_client", *generate], check=True, capture_output=True
    )
    sys.path.insert(0, str(directory))
    return directory / PACKAGE


def operation(tag: str, name: str):
    return importlib.import_module(f"{PACKAGE}.api.{tag}.{name}").sync


def synced(client, fetch, per_page: int):
    """Everything, a page at a time, with nothing remembered but the highest updatedAt."""
    since = BEGINNING
    while True:
        page = fetch(client=client, updated_since=since, per_page=per_page, include_deleted=True)
        changes = [*page.items, *(page.deleted or [])]
        if not changes:
            return
        yield from page.items
        since = max(change.updated_at for change in changes)


def tried(client, tag: str, name: str, **narrowing: str) -> None:
    fetch, get = operation(tag, f"list_{name}s"), operation(tag, f"get_{name}")
    page = fetch(client=client)
    assert page.total == len(page.items) > 0
    narrowed = fetch(client=client, **narrowing)
    assert 0 < narrowed.total <= page.total
    assert fetch(client=client, search=page.items[0].name).items[0].id == page.items[0].id
    for size in (1, 2, 100):
        met = [item.id for item in synced(client, fetch, size)]
        assert sorted(met) == sorted(item.id for item in page.items), "missed or repeated"
    one = get(client=client, id=str(page.items[0].id))
    assert one.to_dict() == page.items[0].to_dict()
    problem = get(client=client, id="nobody's")
    assert problem.error == "not_found"
    print(
        f"{name}: listed {page.total}, narrowed to {narrowed.total}, synced in pages of 1, 2 and 100, fetched one"
    )


def main() -> None:
    url, key = sys.argv[1:]
    with tempfile.TemporaryDirectory() as directory:
        generated(url, Path(directory))
        made = importlib.import_module(f"{PACKAGE}.client")
        client = made.AuthenticatedClient(url, key, prefix="", auth_header_name="X-API-Key")
        tried(client, "workout_templates", "workout_template", category="easy")
        tried(client, "training_plan_templates", "training_plan_template", goal_distance="10k")


if __name__ == "__main__":
    main()
