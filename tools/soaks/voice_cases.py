"""What callers say to the example's menus by voice, and how it is seen in the history whether they got there."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tools.soaks.check import kinds

NOISE_DB = 10.0

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Turn:
    """What a caller does when a prompt is over: says words (None: is silent until the next prompt), or while it is
    heard (``barge``). Words that are ``wrong`` are said once; others again when they were not understood."""

    words: str | None
    barge: bool = False
    wrong: bool = False


@dataclass(frozen=True)
class Case:
    """What callers of one kind do, and how it is seen in the history whether they got there."""

    name: str
    turns: Mapping[str, Sequence[Turn]]
    reached: Callable[[Row], bool]
    snr_db: float | None = None


def _say(*words: str | None) -> tuple[Turn, ...]:
    return tuple(Turn(text) for text in words)


def steps(row: Row) -> list[str]:
    """Steps of menus in the order in which the caller came to them."""
    return [event["data"]["step"] for event in row["events"] if event["kind"] == "menu"]


def by_voice(row: Row, *wanted: str) -> bool:
    """The caller came to these steps one after another, and no digit was pressed."""
    taken = [event for event in row["events"] if event["kind"] in ("choice", "confirmed", "collected")]
    found = iter(steps(row))
    return all(step in found for step in wanted) and all(event["data"].get("by") == "voice" for event in taken)


LEVELS = {
    "ru": _say("Доставка", "Пункты выдачи", "Казань"),
    "en": _say("Delivery", "Pick-up points", "Manchester"),
}
_ORDER = {"ru": "4217", "en": "4217"}
CASES: tuple[Case, ...] = (
    Case("levels", LEVELS, lambda row: by_voice(row, "main", "delivery", "places", "kazan")),
    Case(
        "sentences",
        {
            "ru": _say("Я хотел узнать про доставку", "Скажите, сколько стоит?"),
            "en": _say("I'd like to ask about delivery, please", "How much is it?"),
        },
        lambda row: by_voice(row, "main", "delivery", "prices"),
    ),
    Case(
        "order",
        {
            "ru": _say("Подтвердить заказ", "Четыре два один семь", "Да"),
            "en": _say("Confirm my order", "Four two one seven", "Yes"),
        },
        lambda row: (
            by_voice(row, "number", "sure", "confirmed") and row["variables"].get("order") == _ORDER[row["language"]]
        ),
    ),
    Case(
        "digits",
        {"ru": _say("Один", "Два"), "en": _say("One", "Two")},
        lambda row: by_voice(row, "main", "delivery", "prices"),
    ),
    Case(
        "barge-in",
        {"ru": (Turn("Доставка", barge=True), Turn("Курьер")), "en": (Turn("Delivery", barge=True), Turn("Courier"))},
        lambda row: by_voice(row, "main", "delivery", "courier"),
    ),
    Case(
        "wrong words",
        {
            "ru": (Turn("Какая завтра будет погода", wrong=True), *_say("Доставка", "Вызвать курьера")),
            "en": (Turn("What is the weather like tomorrow", wrong=True), *_say("Delivery", "Call a courier")),
        },
        lambda row: "no_match" in kinds(dict(row)) and by_voice(row, "main", "delivery", "courier"),
    ),
    Case(
        "silence",
        {"ru": _say(None, "Доставка", "Вызвать курьера"), "en": _say(None, "Delivery", "Call a courier")},
        lambda row: "no_input" in kinds(dict(row)) and by_voice(row, "main", "delivery", "courier"),
    ),
    Case("noise", LEVELS, lambda row: by_voice(row, "main", "delivery", "places", "kazan"), NOISE_DB),
    Case(
        "question",
        {
            "ru": _say("Оставить отзыв", "Курьер приехал вовремя, всё понравилось, спасибо"),
            "en": _say("Leave feedback", "The courier came on time and everything was fine, thank you"),
        },
        lambda row: _answered(row, {"ru": {"курьер", "понравилось"}, "en": {"courier", "time"}}[row["language"]]),
    ),
)


def _answered(row: Row, words: set[str]) -> bool:
    said = next((event["data"].get("said", "") for event in row["events"] if event["kind"] == "answer"), "")
    return all(word in said.lower() for word in words)
