"""The columns of reports on campaigns, with headings in Russian and English. Pure."""

from api.campaign_reports.model import ByAll
from api.reports.model import Column, UnitName

Heading = tuple[str, UnitName, str, str]
_FIGURES: tuple[Heading, ...] = (
    ("attempts", "count", "Попыток", "Attempts"),
    ("connected", "count", "Разговоров", "Connected"),
    ("abandoned", "count", "Потеряно", "Abandoned"),
    ("connect_rate", "share", "Доля разговоров", "Connect rate"),
    ("abandon_rate", "share", "Доля потерянных", "Abandonment"),
    ("answer_rate", "share", "Доля ответов людей", "Answered by people"),
    ("leads", "count", "Клиентов", "Clients"),
    ("dialed", "count", "Набрано", "Dialled"),
    ("answered", "count", "Соединений", "Answered"),
    ("humans", "count", "Ответили люди", "People answered"),
    ("hung_up", "count", "Положили трубку", "Hung up"),
    ("machines", "count", "Автоответчиков", "Machines"),
    ("busy", "count", "Занято", "Busy"),
    ("no_answer", "count", "Нет ответа", "No answer"),
    ("rejected", "count", "Сбросили", "Rejected"),
    ("unavailable", "count", "Недоступны", "Unavailable"),
    ("bad_number", "count", "Неверный номер", "Bad number"),
    ("failed", "count", "Сбоев", "Failed"),
    ("blocked", "count", "Не набрано по правилам", "Blocked by rules"),
    ("success", "count", "Успехов", "Successes"),
    ("refusal", "count", "Отказов", "Refusals"),
    ("success_rate", "share", "Доля успехов", "Success rate"),
    ("talk_s", "seconds", "Разговор, с", "Talk, s"),
    ("average_talk_s", "seconds", "Средний разговор, с", "Average talk, s"),
    ("aht_s", "seconds", "Среднее время обработки, с", "AHT, s"),
)
_ANSWERS: tuple[Heading, ...] = (
    ("answer", "text", "Ответ", "Answer"),
    ("attempts", "count", "Ответов", "Answers"),
    ("share", "share", "Доля вопроса", "Share of question"),
    ("confidence", "share", "Уверенность", "Confidence"),
    ("connected", "count", "Разговоров", "Connected"),
    ("success", "count", "Успехов", "Successes"),
)
_FIRST: dict[ByAll, Heading] = {
    "campaign": ("name", "text", "Кампания", "Campaign"),
    "outcome": ("outcome", "text", "Итог", "Outcome"),
    "hour": ("at", "time", "Час", "Hour"),
    "day": ("at", "time", "День", "Day"),
    "attempt": ("number", "text", "Номер попытки", "Attempt"),
    "list": ("name", "text", "Список", "List"),
    "operator": ("name", "text", "Оператор", "Operator"),
    "disposition": ("name", "text", "Результат", "Disposition"),
    "answer": ("question", "text", "Вопрос", "Question"),
}
COMPLIANCE: tuple[Heading, ...] = (
    ("name", "text", "Кампания", "Campaign"),
    ("ok", "text", "В норме", "Within limits"),
    ("attempts", "count", "Попыток", "Attempts"),
    ("dialed", "count", "Набрано", "Dialled"),
    ("humans", "count", "Ответили люди", "People answered"),
    ("abandoned", "count", "Потеряно", "Abandoned"),
    ("abandon_rate", "share", "Доля потерянных", "Abandonment"),
    ("target_rate", "share", "Предел кампании", "Campaign's limit"),
    ("legal_rate", "share", "Предел по закону", "Legal limit"),
    ("worst_day", "text", "Худший день", "Worst day"),
    ("worst_rate", "share", "Доля в худший день", "Rate on that day"),
    ("late", "count", "Соединены поздно", "Connected late"),
    ("connect_threshold_s", "seconds", "Порог соединения, с", "Connect threshold, s"),
    ("connect_average_s", "seconds", "Соединение в среднем, с", "Average connect time, s"),
    ("connect_max_s", "seconds", "Соединение дольше всего, с", "Longest connect time, s"),
    ("blocked", "count", "Не набрано по правилам", "Blocked by rules"),
    ("outside_hours", "count", "Вне разрешённых часов", "Outside calling hours"),
    ("listed", "count", "Набраны из стоп-листа", "Dialled though listed"),
    ("over_caps", "count", "Сверх числа попыток", "Over the caps"),
    ("attempts_max", "count", "Больше всего попыток", "Most attempts"),
    ("day_max", "count", "Больше всего за день", "Most a day"),
    ("opt_outs", "count", "Просили не звонить", "Opt-outs"),
    ("unshown", "count", "Без номера", "Without a number"),
)
_OUTCOMES: dict[str, tuple[str, str]] = {
    "talked": ("разговор", "talked"),
    "abandoned": ("потерян", "abandoned"),
    "hung_up": ("положил трубку", "hung up"),
    "busy": ("занято", "busy"),
    "no_answer": ("нет ответа", "no answer"),
    "rejected": ("сбросил", "rejected"),
    "unavailable": ("недоступен", "unavailable"),
    "bad_number": ("неверный номер", "bad number"),
    "machine": ("автоответчик", "answering machine"),
    "fax": ("факс", "fax"),
    "silent": ("тишина", "silence"),
    "sent": ("отправлено", "sent"),
    "not_sent": ("не отправлено", "not sent"),
    "failed": ("сбой", "failed"),
    "interrupted": ("прервано", "interrupted"),
    "operator_missed": ("оператор не ответил", "operator missed it"),
    "skipped": ("пропущен оператором", "passed by"),
    "blocked": ("не набран по правилам", "blocked by rules"),
}


def columns(by: ByAll, language: str) -> list[Column]:
    rest = _ANSWERS if by == "answer" else _FIGURES
    return _columns((_FIRST[by], *rest), language)


def compliance_columns(language: str) -> list[Column]:
    return _columns(COMPLIANCE, language)


def outcome_word(outcome: str, language: str) -> str:
    """An outcome for a file; in JSON it stays as it is."""
    russian, english = _OUTCOMES.get(outcome, (outcome, outcome))
    return english if language == "en" else russian


def _columns(headings: tuple[Heading, ...], language: str) -> list[Column]:
    return [Column(name, english if language == "en" else russian, unit) for name, unit, russian, english in headings]
