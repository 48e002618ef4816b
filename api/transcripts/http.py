"""Routes of transcripts of one call or message, and of alerts."""

from api.transcripts.model import Alert, AlertsQuery, Transcript, TranscriptQuery
from api.transcripts.service import LISTEN, OWN, TranscriptsService
from api.web.route import Page, Request, Route

_TAG = "transcripts"


def routes(service: TranscriptsService) -> list[Route]:
    return [*_transcripts(service), *_alerts(service)]


def _transcripts(service: TranscriptsService) -> list[Route]:
    async def of_call(request: Request) -> Transcript:
        return await service.of_call(request.user, request.params["id"], request.query)

    async def of_message(request: Request) -> Transcript:
        return await service.of_message(request.params["id"])

    return [
        Route(
            "GET",
            "/calls/{id}/transcript",
            of_call,
            "What was said in a call, also while it goes on; personal data is hidden by the masking rules",
            tag=_TAG,
            right=f"{LISTEN}|{OWN}",
            query=TranscriptQuery,
            response=Transcript,
        ),
        Route(
            "GET",
            "/voicemail-messages/{id}/transcript",
            of_message,
            "What was said in a voicemail message",
            tag=_TAG,
            right=LISTEN,
            response=Transcript,
        ),
    ]


def _alerts(service: TranscriptsService) -> list[Route]:
    async def page(request: Request) -> Page[Alert]:
        return await service.alerts(request.query)

    async def see(request: Request) -> Alert:
        return await service.see(request.user, request.params["id"])

    return [
        Route(
            "GET",
            "/speech-alerts",
            page,
            "Words and topics that rules found, newest first",
            tag=_TAG,
            right=LISTEN,
            query=AlertsQuery,
            response=Page[Alert],
        ),
        Route(
            "POST",
            "/speech-alerts/{id}/seen",
            see,
            "Mark an alert as seen",
            tag=_TAG,
            right=LISTEN,
            response=Alert,
        ),
    ]
