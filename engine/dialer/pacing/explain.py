"""What the keys of ``Decision.explanation`` mean, in words of Russian and English.

| key | what |
| --- | --- |
| ``mode_reason`` | why this mode is in force: ``asked``, ``small_team``, ``overdrawn``, ``enough_operators`` |
| ``limit`` | what the number of lines stopped at: ``risk``, ``learning``, ``free_operators``, ``max_lines``, \
``lines_per_agent``, ``calls_per_s``, ``max_channels`` |
| ``lines`` | lines dialled now |
| ``agents``, ``ready``, ``talking``, ``wrapping`` | operators in all and by what they do |
| ``ringing``, ``detecting``, ``waiting`` | lines: ringing, answered by who knows whom, people who wait |
| ``coming`` | people expected to answer lines in flight |
| ``freeing`` | operators expected to become free within 15 s |
| ``risk`` | chance that a person answering one more line would find nobody in time |
| ``threshold`` | the risk up to which lines are dialled now |
| ``credit`` | people who may still be abandoned under the limit (reserve kept) |
| ``rate_day``, ``rate_month``, ``rate_window`` | abandoned of those answered by people: 24 h, 30 days, short horizon |
| ``answer_rate`` | share of dials that people answer, as learnt |
| ``talk_s``, ``wrap_s`` | mean talk and wrap-up, as learnt |
| ``in_flight`` | lines in use (robocalls) |
"""

from collections.abc import Mapping
from typing import Literal

Language = Literal["ru", "en"]

REASONS: Mapping[str, Mapping[Language, str]] = {
    "asked": {"ru": "режим задан в настройках", "en": "the mode is as set"},
    "small_team": {
        "ru": "операторов слишком мало, чтобы звонить наперёд: по линии на свободного",
        "en": "too few operators to dial ahead: a line for each free one",
    },
    "overdrawn": {
        "ru": "лимит потерянных превышен: без риска, пока он не выровняется",
        "en": "too many were abandoned: no risk until that is made up for",
    },
    "enough_operators": {
        "ru": "операторов достаточно, чтобы звонить наперёд",
        "en": "enough operators to dial ahead",
    },
}
LIMITS: Mapping[str, Mapping[Language, str]] = {
    "risk": {"ru": "ещё одна линия — уже лишний риск", "en": "one more line would be too much risk"},
    "learning": {"ru": "пока мало известно: осторожное начало", "en": "little is known yet: a careful start"},
    "free_operators": {"ru": "по линии на свободного оператора", "en": "a line for each free operator"},
    "max_lines": {"ru": "предел линий кампании", "en": "the campaign's limit of lines"},
    "lines_per_agent": {"ru": "предел линий на оператора", "en": "the limit of lines by operator"},
    "calls_per_s": {"ru": "предел звонков в секунду", "en": "the limit of calls a second"},
    "max_channels": {"ru": "предел каналов", "en": "the limit of channels"},
}
LABELS: Mapping[str, Mapping[Language, str]] = {
    "lines": {"ru": "Набирается сейчас: {:.0f}", "en": "Dialled now: {:.0f}"},
    "agents": {"ru": "Операторов: {:.0f}", "en": "Operators: {:.0f}"},
    "ready": {"ru": "свободны: {:.0f}", "en": "free: {:.0f}"},
    "talking": {"ru": "говорят: {:.0f}", "en": "talking: {:.0f}"},
    "wrapping": {"ru": "заполняют карточку: {:.0f}", "en": "wrapping up: {:.0f}"},
    "ringing": {"ru": "Линий звонит: {:.0f}", "en": "Lines ringing: {:.0f}"},
    "detecting": {"ru": "определяется, кто ответил: {:.0f}", "en": "finding out who answered: {:.0f}"},
    "waiting": {"ru": "ждут оператора: {:.0f}", "en": "waiting for an operator: {:.0f}"},
    "coming": {"ru": "Из них ответят люди: {:.1f}", "en": "of these people will answer: {:.1f}"},
    "freeing": {"ru": "За 15 с освободятся операторы: {:.1f}", "en": "Operators free within 15 s: {:.1f}"},
    "risk": {"ru": "Риск потерять следующего ответившего: {:.1%}", "en": "Risk of losing the next to answer: {:.1%}"},
    "threshold": {"ru": "допустимый сейчас: {:.1%}", "en": "allowed now: {:.1%}"},
    "credit": {
        "ru": "Запас по лимиту потерянных, чел.: {:.1f}",
        "en": "Left of the abandonment budget, people: {:.1f}",
    },
    "rate_day": {"ru": "Потеряно за сутки: {:.2%}", "en": "Abandoned in 24 hours: {:.2%}"},
    "rate_month": {"ru": "за 30 дней: {:.2%}", "en": "in 30 days: {:.2%}"},
    "rate_window": {"ru": "в последнее время: {:.2%}", "en": "lately: {:.2%}"},
    "answer_rate": {"ru": "Отвечает человек: {:.0%} наборов", "en": "Answered by people: {:.0%} of dials"},
    "talk_s": {"ru": "Средний разговор: {:.0f} с", "en": "Mean talk: {:.0f} s"},
    "wrap_s": {"ru": "среднее заполнение: {:.0f} с", "en": "mean wrap-up: {:.0f} s"},
    "in_flight": {"ru": "Линий занято: {:.0f}", "en": "Lines in use: {:.0f}"},
}


def in_words(explanation: Mapping[str, float | str], language: Language) -> list[str]:
    """A sentence for each key there is, the reasons first; keys that have no words are left out."""
    said = []
    for key, words in (("mode_reason", REASONS), ("limit", LIMITS)):
        reason = words.get(str(explanation.get(key, "")))
        if reason is not None:
            said.append(reason[language])
    for key, label in LABELS.items():
        value = explanation.get(key)
        if isinstance(value, int | float):
            said.append(label[language].format(value))
    return said
