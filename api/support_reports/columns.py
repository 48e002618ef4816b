"""The columns of reports on support, with headings in Russian and English. Pure."""

from api.reports.columns import Heading
from api.reports.model import Column
from api.support_reports.model import By

_FIRST: dict[By, Heading] = {
    "line": ("name", "text", "Линия", "Line"),
    "category": ("name", "text", "Категория", "Category"),
    "operator": ("name", "text", "Сотрудник", "Operator"),
    "account": ("name", "text", "Клиент", "Client"),
}
_LINE: tuple[Heading, ...] = (
    ("passed_on", "count", "Передано выше", "Passed on"),
    ("returned", "count", "Возвращено", "Returned"),
)
_TARGET: Heading = ("target_share", "share", "Цель", "Target")
_BEFORE: tuple[Heading, ...] = (
    ("came", "count", "Поступило", "Came in"),
    ("solved", "count", "Решено", "Solved"),
)
_SHARE: tuple[Heading, ...] = (
    ("open", "count", "В работе", "Open"),
    ("unsolved", "count", "Закрыто без решения", "Closed unsolved"),
    ("solved_share", "share", "Доля решённых", "Share solved"),
)
_AFTER: tuple[Heading, ...] = (
    ("reopened", "count", "Открывались снова", "Reopened"),
    ("reacted", "count", "С реакцией", "Reacted to"),
    ("first_mean_s", "seconds", "Средняя первая реакция, с", "Mean first reaction, s"),
    ("first_median_s", "seconds", "Медиана первой реакции, с", "Median first reaction, s"),
    ("solution_mean_s", "seconds", "Среднее время решения, с", "Mean time to solve, s"),
    ("solution_median_s", "seconds", "Медиана времени решения, с", "Median time to solve, s"),
    ("kept", "count", "Обещаний сдержано", "Promises kept"),
    ("broken", "count", "Обещаний нарушено", "Promises broken"),
    ("kept_share", "share", "Доля сдержанных", "Share kept"),
    ("first_kept_share", "share", "Первая реакция вовремя", "First reaction in time"),
    ("next_kept_share", "share", "Следующие реакции вовремя", "Next reactions in time"),
    ("solution_kept_share", "share", "Решение вовремя", "Solved in time"),
)


def columns(by: By, language: str) -> list[Column]:
    of_line = by == "line"
    headings = (_FIRST[by], *_BEFORE, *(_LINE if of_line else ()), *_SHARE, *((_TARGET,) if of_line else ()), *_AFTER)
    return [
        Column(column, english if language == "en" else russian, unit) for column, unit, russian, english in headings
    ]
