"""Trusted documents: a file that the frontends' build wrote, of all that they will ever ask."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import structlog

from gateway.documents.library import Library
from gateway.documents.persisted import digest_of

APOLLO = "apollo-persisted-query-manifest"

log = structlog.get_logger(__name__)


class BadManifest(ValueError):
    """The file is neither of the two formats."""


class TrustedDocuments:
    """By the ids of the manifest, and by their SHA-256, which Apollo's clients send."""

    def __init__(self, texts: Mapping[str, str] | None = None) -> None:
        self._texts = {**(texts or {}), **{digest_of(text): text for text in (texts or {}).values()}}

    @staticmethod
    def read(path: Path | None, library: Library) -> "TrustedDocuments":
        """A document that the schema no longer allows is said in the log, and refused when it is asked for."""
        if path is None:
            return TrustedDocuments()
        texts = texts_in(json.loads(path.read_text(encoding="utf-8")))
        for name, text in texts.items():
            if errors := library.document(text).errors:
                log.warning("trusted_document_is_invalid", id=name, reason=errors[0].message)
        return TrustedDocuments(texts)

    def text_of(self, name: str) -> str | None:
        return self._texts.get(name)

    def __contains__(self, text: str) -> bool:
        return digest_of(text) in self._texts


def texts_in(manifest: Any) -> dict[str, str]:
    """Apollo's manifest (`{"format": …, "operations": [{"id", "body"}]}`), or Relay's (`{id: text}`)."""
    if isinstance(manifest, dict) and manifest.get("format") == APOLLO:
        manifest = {one["id"]: one["body"] for one in manifest["operations"]}
    if not isinstance(manifest, dict) or not all(isinstance(text, str) for text in manifest.values()):
        raise BadManifest(f"trusted documents are {APOLLO}'s format or Relay's: an object of ids and texts")
    return manifest
