"""Why so many lines: the explanation of a decision of the pacing in sentences. Pure.

Keys are those of ``engine.dialer.pacing``; figures without a sentence are left to who shows them.
"""

from collections.abc import Mapping
from typing import Any

from engine.dialer.outcomes import Mode

Pair = tuple[str, str]
_LIMITS: dict[str, Pair] = {
    "free_operators": (
        "По линии на свободного оператора: свободно {ready} из {agents}",
        "A line for each free agent: {ready} of {agents} are free",
    ),
    "risk": (
        "Ещё одна линия подняла бы риск потерять ответившего выше порога: сейчас {risk}, порог {threshold}",
        "One more line would raise the risk of leaving somebody over the threshold: {risk} now, threshold {threshold}",
    ),
    "learning": ("Осторожное начало: об ответах известно мало", "A careful start: little is known of answers yet"),
    "max_lines": ("Достигнут предел линий кампании", "The campaign's limit of lines is reached"),
    "lines_per_agent": ("Достигнут предел линий на оператора", "The limit of lines an agent is reached"),
    "calls_per_s": ("Сдерживает предел наборов в секунду", "The limit of dials a second holds it back"),
    "max_channels": ("Сдерживает предел одновременных звонков", "The limit of calls at a time holds it back"),
}
_REASONS: dict[str, Pair] = {
    "asked": ("он выбран в настройках", "it is the one chosen in the settings"),
    "small_team": (
        "операторов меньше, чем нужно для прогноза",
        "there are fewer agents than a forecast needs",
    ),
    "overdrawn": ("запас потерь исчерпан", "the abandonment budget is overdrawn"),
    "enough_operators": ("операторов достаточно для прогноза", "there are enough agents for a forecast"),
    "learning": ("ещё мало ответов для прогноза", "there are too few answers yet for a forecast"),
}
_MODES: dict[Mode, Pair] = {
    Mode.PREVIEW: ("с просмотром", "preview"),
    Mode.PROGRESSIVE: ("прогрессивный", "progressive"),
    Mode.PREDICTIVE: ("предиктивный", "predictive"),
    Mode.AUTOMATIC: ("автоматический", "automatic"),
    Mode.ROBOCALL: ("автоинформатор", "robocall"),
}
_SHARES = frozenset({"answer_rate", "risk", "threshold"})


def sentences(explanation: Mapping[str, Any], mode: Mode, language: str) -> list[str]:
    """The most telling first; what is not known of is passed over."""
    english = language == "en"
    values = {name: _shown(name, value) for name, value in explanation.items()}
    said = []
    if explanation.get("agents") == 0 and mode is not Mode.ROBOCALL:
        said.append(("Нет операторов на линии", "No agent is on line")[english])
    elif limit := _LIMITS.get(str(explanation.get("limit"))):
        said += _filled(limit[english], values)
    if _number(explanation.get("freeing")) > 0.05:
        said += _filled(
            ("Скоро освободятся операторы: {freeing}", "Agents about to get free: {freeing}")[english], values
        )
    if _number(explanation.get("ringing")) > 0:
        text = ("Уже звонит: {ringing}, отвечает {answer_rate}", "Ringing already: {ringing}, {answer_rate} answer")
        said += _filled(text[english], values)
    if reason := _REASONS.get(str(explanation.get("mode_reason"))):
        start = ("Режим {0}: {1}", "Mode {0}: {1}")[english]
        said.append(start.format(_MODES[mode][english], reason[english]))
    return said


def _filled(text: str, values: Mapping[str, str]) -> list[str]:
    """The sentence with its figures; nothing where one is missing."""
    try:
        return [text.format_map(values)]
    except KeyError:
        return []


def _shown(name: str, value: Any) -> str:
    if not isinstance(value, int | float):
        return str(value)
    return f"{value * 100:.1f} %" if name in _SHARES else f"{round(float(value), 1):g}"


def _number(value: Any) -> float:
    return float(value) if isinstance(value, int | float) else 0.0
