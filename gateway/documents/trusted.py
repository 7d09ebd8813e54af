"""Trusted documents, which clients name by their ids."""

from collections.abc import Mapping
from pathlib import Path

import structlog

from gateway.documents.library import Library
from gateway.documents.manifests import read_manifest
from gateway.documents.persisted import digest_of

log = structlog.get_logger(__name__)


class TrustedDocuments:
    """By the ids of the manifest, and by their SHA-256, which Apollo's clients send."""

    def __init__(self, texts: Mapping[str, str] | None = None) -> None:
        self._texts = {**(texts or {}), **{digest_of(text): text for text in (texts or {}).values()}}

    @staticmethod
    def read(path: Path | None, library: Library) -> "TrustedDocuments":
        """A document that the schema no longer allows is said in the log, and refused when it is asked for."""
        if path is None:
            return TrustedDocuments()
        texts = read_manifest(path)
        for name, text in texts.items():
            if errors := library.document(text).errors:
                log.warning("trusted_document_is_invalid", id=name, reason=errors[0].message)
        return TrustedDocuments(texts)

    def text_of(self, name: str) -> str | None:
        return self._texts.get(name)

    def __contains__(self, text: str) -> bool:
        return digest_of(text) in self._texts
