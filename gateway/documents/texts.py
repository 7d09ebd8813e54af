"""Which document a request means: a text it sends, one it names by hash or id, or none that is known here."""

from gateway.documents.persisted import PersistedQueries, digest_of
from gateway.documents.trusted import TrustedDocuments
from gateway.http.asking import Asked
from gateway.http.refusals import Refused

NOT_FOUND = "PERSISTED_QUERY_NOT_FOUND"
NOT_SUPPORTED = "PERSISTED_QUERY_NOT_SUPPORTED"


class Texts:
    """`persisted` is None where clients may register nothing; `only_trusted`: nothing but the manifest's is asked."""

    def __init__(
        self, trusted: TrustedDocuments, persisted: PersistedQueries | None, *, only_trusted: bool = False
    ) -> None:
        self._trusted = trusted
        self._persisted = None if only_trusted else persisted
        self._only_trusted = only_trusted

    async def text_of(self, asked: Asked) -> str:
        """Raises Refused in the words that Apollo's clients know."""
        if asked.document_id is not None:
            return self._known(asked.document_id)
        if asked.sha256 is not None:
            return await self._by_hash(asked.sha256, asked.query)
        return self._allowed(asked.query or "")

    async def executed(self, asked: Asked, text: str) -> None:
        """Remember it for those who send its hash only; not before it was valid and paid for."""
        if self._persisted is not None and asked.sha256 is not None and asked.query is not None:
            await self._persisted.keep(asked.sha256, text)

    async def _by_hash(self, digest: str, query: str | None) -> str:
        if query is not None and digest_of(query) != digest:
            raise Refused(400, "provided sha does not match query")
        trusted = self._trusted.text_of(digest)
        if trusted is not None:
            return trusted
        if self._persisted is None:
            raise Refused(400, "PersistedQueryNotSupported", NOT_SUPPORTED, legacy=200)
        text = query or await self._persisted.text_of(digest)
        if text is None:
            raise Refused(404, "PersistedQueryNotFound", NOT_FOUND, legacy=200)
        return text

    def _known(self, name: str) -> str:
        text = self._trusted.text_of(name)
        if text is None:
            raise Refused(404, "No trusted document has this documentId", NOT_FOUND)
        return text

    def _allowed(self, query: str) -> str:
        if self._only_trusted and query not in self._trusted:
            raise Refused(
                403, "Only trusted documents are executed here: send the documentId of one", "NOT_TRUSTED"
            )
        return query
