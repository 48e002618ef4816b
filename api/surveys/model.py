"""Surveys, questions put to a person, answers and their figures."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from api.telephony.model import Name
from api.telephony.resource import Errors, Resource
from api.web.paging import PageQuery, Time

Text = Annotated[str, Meta(min_length=1, max_length=500, pattern=r"\S")]
Score = Annotated[int, Meta(ge=1, le=10)]
Comment = Annotated[str, Meta(max_length=4000)]
Token = Annotated[str, Meta(min_length=10, max_length=200, pattern=r"^[A-Za-z0-9_-]+$")]


class SurveyData(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """One question with a scale from 1 to ``best``.

    ``trigger``: ``closed`` asks the author of each closed request (of ``category_id`` alone, where it is given) after
    ``delay_minutes``; ``schedule`` asks every client each ``every_days``. Nobody is asked twice within ``rest_days``.
    A question may be answered for ``answer_days``.
    """

    name: Name
    trigger: Literal["closed", "schedule"]
    question: Text
    question_en: Annotated[str, Meta(max_length=500)] = ""
    ask_comment: bool = True
    best: Annotated[int, Meta(ge=2, le=10)] = 5
    category_id: UUID | None = None
    delay_minutes: Annotated[int, Meta(ge=0, le=43_200)] = 0
    every_days: Annotated[int, Meta(ge=1, le=366)] | None = None
    rest_days: Annotated[int, Meta(ge=0, le=366)] = 7
    by_mail: bool = True
    by_portal: bool = True
    answer_days: Annotated[int, Meta(ge=1, le=90)] = 14
    enabled: bool = True


def _rules(survey: SurveyData) -> Errors:
    errors: Errors = []
    if survey.trigger == "schedule" and survey.every_days is None:
        errors.append({"path": "body.every_days", "message": "Say every how many days people are asked"})
    if not survey.by_mail and not survey.by_portal:
        errors.append({"path": "body.by_portal", "message": "Ask by e-mail, in the portal, or both"})
    return errors


SURVEYS = Resource(
    path="surveys",
    table="surveys",
    title="Survey",
    write=SurveyData,
    check=_rules,
    read_right="tickets.read",
    write_right="tickets.settings",
)


class Question(msgspec.Struct, kw_only=True):
    """A question put to a person; ``ticket_number``: what it is about."""

    id: UUID
    question: str
    question_en: str
    ask_comment: bool
    best: int
    ticket_id: UUID | None
    ticket_number: int | None
    ticket_subject: str | None
    until: Time


class Questions(msgspec.Struct):
    """What a person has not answered yet: a few."""

    items: list[Question]
    next: str | None = None


class Reply(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """An answer."""

    score: Score
    comment: Comment = ""


class ByToken(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The secret of a letter's link."""

    token: Token


class ReplyByToken(Reply, kw_only=True):
    """An answer by the link of a letter."""

    token: Token


class Answer(msgspec.Struct, kw_only=True):
    """An answer as staff see it."""

    id: UUID
    survey_id: UUID
    survey: str
    account_id: UUID | None
    account: str | None
    outlet_id: UUID | None
    outlet: str | None
    ticket_id: UUID | None
    ticket_number: int | None
    line: int | None
    score: int
    best: int
    comment: str
    answered_at: Time


class AnswersQuery(PageQuery, kw_only=True):
    """Newest first."""

    survey_id: UUID | None = None
    account_id: UUID | None = None
    outlet_id: UUID | None = None
    line: Annotated[int, Meta(ge=1, le=3)] | None = None


By = Literal["survey", "account", "outlet", "line"]


class ResultsQuery(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """``from`` is included, ``to`` is not; the last 180 days where they are left out. Months begin at midnight of the
    installation's time zone."""

    from_: Time | None = msgspec.field(default=None, name="from")
    to: Time | None = None
    by: By = "survey"
    survey_id: UUID | None = None
    account_id: UUID | None = None


class Period(msgspec.Struct, kw_only=True):
    """A month of one survey, account, outlet or line: ``mean`` is the mean of (score - 1) / (best - 1), 0..1."""

    key: str
    name: str
    month: date
    asked: int
    answered: int
    mean: float | None


class Results(msgspec.Struct, kw_only=True):
    """Scores over time; ``asked`` counts by the month of asking, answers by that of their asking too."""

    from_: Time = msgspec.field(name="from")
    to: Time
    by: By
    items: list[Period]
