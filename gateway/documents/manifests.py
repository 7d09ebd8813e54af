"""Manifests of trusted documents: a file that the frontends' build wrote, of all that they will ever ask."""

import json
from pathlib import Path
from typing import Any

APOLLO = "apollo-persisted-query-manifest"
FORMATS = f'{{"format": "{APOLLO}", "operations": [{{"id": …, "body": …}}]}}, or Relay\'s {{ID: TEXT}}'


class BadManifest(ValueError):
    """The file cannot be read, or is neither of the two formats; it says what to change."""


def read_manifest(path: Path) -> dict[str, str]:
    """Texts by their ids."""
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadManifest(f"{path} cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise BadManifest(f"{path} is no JSON: write it anew, or name another file ({error})") from error
    try:
        return texts_in(manifest)
    except BadManifest as error:
        raise BadManifest(f"{path} {error}") from error


def texts_in(manifest: Any) -> dict[str, str]:
    """Apollo's manifest, or Relay's."""
    if isinstance(manifest, dict) and manifest.get("format") == APOLLO:
        return _texts_of_apollo(manifest.get("operations"))
    if not isinstance(manifest, dict) or not all(isinstance(text, str) for text in manifest.values()):
        raise BadManifest(f"is no manifest of trusted documents: write Apollo's {FORMATS}")
    return manifest


def _texts_of_apollo(operations: Any) -> dict[str, str]:
    if not isinstance(operations, list):
        raise BadManifest("lacks its operations: add the list of them")
    for number, operation in enumerate(operations, 1):
        given = operation if isinstance(operation, dict) else {}
        for name in ("id", "body"):
            if not isinstance(given.get(name), str):
                raise BadManifest(f"lacks the {name} of operation {number}: add it as text")
    return {one["id"]: one["body"] for one in operations}
