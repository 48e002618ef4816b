"""Search in what was said, with the eyes of who asks."""

from uuid import UUID

from api.history.sight import Sight
from api.speech_search.model import FoundTranscript, SearchTranscriptsQuery
from api.speech_search.store import SpeechSearchStore
from api.speech_search.words import loosened, terms
from api.web import paging
from api.web.problems import invalid
from api.web.route import Identity, Page

LISTEN, OWN = "recordings.read", "calls.own"


class SpeechSearchService:
    """Who may listen to all recordings searches all transcripts, others those of their own calls."""

    def __init__(self, store: SpeechSearchStore) -> None:
        self._store = store

    async def search(self, identity: Identity, query: SearchTranscriptsQuery) -> Page[FoundTranscript]:
        """Raises InvalidInput when what is looked for holds no word."""
        wanted = terms(query.q or "")
        if query.q is not None and not wanted:
            raise invalid("query.q", "Enter a word, or a phrase in quotes")
        sight = Sight(None if identity.may(LISTEN) else identity.user_id)
        after = paging.decode(query.cursor, tuple[paging.Time, UUID])
        found = await self._store.page(query, wanted, sight, after)
        page = paging.page(found, query.limit, lambda item: (item.started_at, item.id))
        if wanted and page.items:
            await self._store.add_hits(page.items, query.side, wanted)
            missing = [item for item in page.items if not item.hits]
            if missing:
                await self._store.add_hits(missing, query.side, loosened(wanted))
        return page
