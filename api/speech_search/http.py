"""The route of the search in what was said."""

from api.speech_search.model import FoundTranscript, SearchTranscriptsQuery
from api.speech_search.service import LISTEN, OWN, SpeechSearchService
from api.web.route import Page, Request, Route


def routes(service: SpeechSearchService) -> list[Route]:
    async def search(request: Request) -> Page[FoundTranscript]:
        return await service.search(request.user, request.query)

    return [
        Route(
            "GET",
            "/transcripts",
            search,
            "Search in what was said, newest first: words in any form, phrases in quotes; with the seconds of each hit",
            tag="transcripts",
            right=f"{LISTEN}|{OWN}",
            query=SearchTranscriptsQuery,
            response=Page[FoundTranscript],
        )
    ]
