"""Words of an analysis on paper. Pure."""

from datetime import date

TITLES = {"ru": "Заявки: {}", "en": "Requests: {}"}
_WORDS = {
    "figure": ("Показатель", "Figure"),
    "value": ("Значение", "Value"),
    "at": ("Составлено", "Made"),
    "since": ("Клиент с", "Client since"),
    "open_now": ("Открыто сейчас", "Open now"),
    "closed_now": ("Закрыто сейчас", "Closed now"),
    "overdue_now": ("Из открытых просрочено", "Overdue of the open ones"),
    "opened_total": ("Подано за всё время", "Opened since registration"),
    "closed_total": ("Закрыто за всё время", "Closed since registration"),
    "mean_reaction_s": ("Среднее время реакции", "Mean reaction time"),
    "day": ("День", "Day"),
    "month": ("Месяц", "Month"),
    "opened": ("Подано", "Opened"),
    "closed": ("Закрыто", "Closed"),
    "reaction": ("Реакция", "Reaction"),
    "week": ("Текущая неделя", "This week"),
    "months": ("Последние шесть месяцев", "The last six months"),
    "letter": (
        "Во вложении ваши заявки: {name}, {at}.\n\nОткрыто сейчас: {open_now}, из них просрочено: {overdue_now}.\n"
        "Отписаться можно в кабинете, в разделе «Аналитика».\n",
        "Your requests are attached: {name}, {at}.\n\nOpen now: {open_now}, of them overdue: {overdue_now}.\n"
        "You can unsubscribe in the cabinet, under Analysis.\n",
    ),
}
_MONTHS = {
    "ru": (
        *("январь", "февраль", "март", "апрель", "май", "июнь"),
        *("июль", "август", "сентябрь", "октябрь", "ноябрь", "декабрь"),
    ),
    "en": (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
}
_DAYS = {"ru": ["пн", "вт", "ср", "чт", "пт", "сб", "вс"], "en": ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]}
_UNITS = {"ru": ("дн", "ч", "мин", "с"), "en": ("d", "h", "min", "s")}


def word(key: str, language: str) -> str:
    return _WORDS[key][language == "en"]


def month(first: date, language: str) -> str:
    return f"{_MONTHS[language][first.month - 1]} {first.year}"


def day(at: date, language: str) -> str:
    return f"{_DAYS[language][at.weekday()]} {at:%d.%m}"


def span(seconds: float | None, language: str) -> str:
    """A length of time in its two largest units: ``1 дн 2 ч``, ``5 мин 3 с``."""
    if seconds is None:
        return "–"
    left, parts = round(seconds), list[str]()
    for size, unit in zip((86_400, 3_600, 60, 1), _UNITS[language], strict=True):
        count, left = divmod(left, size)
        if count or parts:
            parts.append(f"{count} {unit}")
    return " ".join(parts[:2]) or f"0 {_UNITS[language][-1]}"
