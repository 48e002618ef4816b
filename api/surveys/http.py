"""Routes of surveys: set up, asked in the portal, answered there or by a letter's link, counted."""

from typing import Any

from api.surveys.model import (
    SURVEYS,
    Answer,
    AnswersQuery,
    ByToken,
    Question,
    Questions,
    Reply,
    ReplyByToken,
    Results,
    ResultsQuery,
)
from api.surveys.service import SurveysService
from api.telephony.http import resource_routes
from api.telephony.service import TelephonyService
from api.web.route import Page, Request, Route

OWN, READ = "tickets.own", "tickets.read"
_TAG = "surveys"


def routes(service: SurveysService, configured: TelephonyService) -> list[Route]:
    async def results(request: Request) -> Results:
        return await service.results(request.query)

    async def answers(request: Request) -> Page[Answer]:
        return await service.answers(request.query)

    return [
        *resource_routes(SURVEYS, configured),
        Route(
            "GET",
            "/survey-results",
            results,
            "Scores by month and survey, account, outlet or line",
            tag=_TAG,
            right=READ,
            query=ResultsQuery,
            response=Results,
        ),
        Route(
            "GET",
            "/survey-answers",
            answers,
            "Answers, newest first",
            tag=_TAG,
            right=READ,
            query=AnswersQuery,
            response=Page[Answer],
        ),
        *_answering(service),
    ]


def _answering(service: SurveysService) -> list[Route]:
    async def own(request: Request) -> Questions:
        return Questions(await service.of_person(request.client))

    async def answer(request: Request) -> None:
        await service.answer(request.user, request.client, request.params["id"], request.body)

    async def look(request: Request) -> Question:
        return await service.by_token(request.body.token)

    async def answer_by_token(request: Request) -> None:
        body: ReplyByToken = request.body
        await service.answer_by_token(body.token, Reply(score=body.score, comment=body.comment))

    def opened(path: str, handler: Any, summary: str, body: Any, response: Any, status: int) -> Route:
        return Route(
            "POST",
            path,
            handler,
            summary,
            tag=_TAG,
            right=None,
            limit="sign_in",
            body=body,
            response=response,
            status=status,
            errors=(404,),
        )

    return [
        Route("GET", "/portal/surveys", own, "Questions to oneself", tag="portal", right=OWN, response=Questions),
        Route("POST", "/portal/surveys/{id}", answer, "Answer one", tag="portal", right=OWN, body=Reply, status=204),
        opened("/survey-questions", look, "The question of a letter's link", ByToken, Question, 200),
        opened("/survey-answers", answer_by_token, "Answer by a letter's link", ReplyByToken, None, 204),
    ]
