"""The columns of each report, with headings in Russian and English. Pure."""

from api.reports.model import Column, ReportName, UnitName

Heading = tuple[str, UnitName, str, str]

_VISITS: tuple[Heading, ...] = (
    ("offered", "count", "Поступило", "Offered"),
    ("answered", "count", "Отвечено", "Answered"),
    ("answered_in", "count", "Отвечено вовремя", "Answered in time"),
    ("abandoned", "count", "Потеряно", "Abandoned"),
    ("short", "count", "Коротких", "Short abandons"),
    ("lost", "count", "Не обслужено", "Lost"),
    ("left", "count", "Ушли сами", "Left by choice"),
    ("callbacks", "count", "Обратных звонков", "Call-backs"),
    ("waiting", "count", "Ждут сейчас", "Waiting now"),
    ("service_level", "share", "Уровень обслуживания", "Service level"),
    ("abandonment", "share", "Доля потерянных", "Abandonment"),
    ("abandonment_with_short", "share", "Доля потерянных с короткими", "Abandonment with short"),
    ("asa_s", "seconds", "Средняя скорость ответа, с", "ASA, s"),
    ("abandon_s", "seconds", "Ожидание потерянных, с", "Time to abandon, s"),
    ("wait_max_s", "seconds", "Наибольшее ожидание, с", "Longest wait, s"),
    ("talk_s", "seconds", "Разговор, с", "Talk, s"),
    ("hold_s", "seconds", "Удержание, с", "Hold, s"),
    ("wrap_s", "seconds", "Постобработка, с", "Wrap-up, s"),
    ("aht_s", "seconds", "Среднее время обработки, с", "AHT, s"),
)
_FIRST_CONTACT: Heading = ("first_contact", "share", "Решено с первого обращения", "First contact resolution")
_OCCUPANCY: Heading = ("occupancy", "share", "Занятость", "Occupancy")
_HEADINGS: dict[ReportName, tuple[Heading, ...]] = {
    "queues": (("queue", "text", "Очередь", "Queue"), *_VISITS, _FIRST_CONTACT),
    "hours": (
        ("at", "time", "Время", "Time"),
        *_VISITS,
        _FIRST_CONTACT,
        _OCCUPANCY,
        ("inbound", "count", "Входящих звонков", "Inbound calls"),
        ("outbound", "count", "Исходящих звонков", "Outbound calls"),
    ),
    "operators": (
        ("operator", "text", "Оператор", "Operator"),
        ("offered", "count", "Предложено", "Offered"),
        ("taken", "count", "Принято из очередей", "Taken from queues"),
        ("missed", "count", "Пропущено", "Missed"),
        ("rejected", "count", "Отклонено", "Rejected"),
        ("inbound", "count", "Входящих", "Inbound"),
        ("outbound", "count", "Исходящих", "Outbound"),
        ("internal", "count", "Внутренних", "Internal"),
        ("handled", "count", "Разговоров", "Conversations"),
        ("talk_s", "seconds", "Разговор, с", "Talk, s"),
        ("hold_s", "seconds", "Удержание, с", "Hold, s"),
        ("aht_s", "seconds", "Среднее время обработки, с", "AHT, s"),
        ("signed_on_s", "seconds", "На линии, с", "Signed on, s"),
        ("ready_s", "seconds", "Готов, с", "Ready, s"),
        ("reserved_s", "seconds", "Вызов, с", "Ringing, s"),
        ("on_call_s", "seconds", "В разговоре, с", "On calls, s"),
        ("wrap_up_s", "seconds", "Постобработка, с", "Wrap-up, s"),
        ("break_s", "seconds", "Перерыв, с", "Breaks, s"),
        ("away_s", "seconds", "Отошёл, с", "Away, s"),
        _OCCUPANCY,
    ),
    "numbers": (
        ("number", "text", "Номер", "Number"),
        ("name", "text", "Название", "Name"),
        ("calls", "count", "Звонков", "Calls"),
        ("callers", "count", "Разных номеров", "Distinct callers"),
        ("answered", "count", "Отвечено", "Answered"),
        ("served", "count", "Обслужено меню", "Served by menu"),
        ("voicemail", "count", "Голосовых сообщений", "Voicemail"),
        ("abandoned", "count", "Брошено", "Abandoned"),
        ("unserved", "count", "Не обслужено", "Unserved"),
        ("answered_share", "share", "Доля отвеченных", "Answered share"),
        ("talk_s", "seconds", "Разговор, с", "Talk, s"),
        ("average_talk_s", "seconds", "Средний разговор, с", "Average talk, s"),
    ),
    "abandoned": (
        ("from_s", "seconds", "Ожидание от, с", "Waited from, s"),
        ("to_s", "seconds", "до, с", "to, s"),
        ("answered", "count", "Отвечено", "Answered"),
        ("abandoned", "count", "Потеряно", "Abandoned"),
        ("lost", "count", "Не обслужено", "Lost"),
        ("share", "share", "Доля от потерянных", "Share of abandons"),
        ("until", "share", "Нарастающая доля", "Cumulative share"),
    ),
    "outcomes": (
        ("direction", "text", "Направление", "Direction"),
        ("outcome", "text", "Итог", "Outcome"),
        ("calls", "count", "Звонков", "Calls"),
        ("share", "share", "Доля направления", "Share of direction"),
        ("talk_s", "seconds", "Разговор, с", "Talk, s"),
        ("average_talk_s", "seconds", "Средний разговор, с", "Average talk, s"),
    ),
}


def columns(name: ReportName, language: str) -> list[Column]:
    return [
        Column(column, english if language == "en" else russian, unit)
        for column, unit, russian, english in _HEADINGS[name]
    ]
