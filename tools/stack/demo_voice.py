"""The example's menus that are talked to, in Russian and English: "say or press". Three levels, an order, a question.

main      1 delivery    2 order    3 opinion    0 operator
delivery  1 places      2 prices   3 courier          (back, operator)
places    1 .. 3 towns                                (back, operator)
order     four digits of its number, read back; confirmed by yes or no
opinion   an open question
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid5

import msgspec

from engine.ivr import model as ivr
from engine.ivr.spoken import CollectSpeech, MenuSpeech, Phrases, Speech
from engine.routing import model as routing

_SPACE = UUID("c4b0f0de-0d3c-4f0e-9b3f-0a5f4f6a7c21")
VOICE_RU, VOICE_EN = "74951000008", "74951000009"
Row = tuple[str, dict[str, Any]]

WORDS: Mapping[str, Mapping[str, str]] = {
    "ru": {
        "name": "Меню голосом",
        "main": "Скажите или нажмите: доставка, один. Заказ, два. Оставить отзыв, три. Оператор, ноль.",
        "delivery": "Доставка. Скажите или нажмите: пункты выдачи, один. Сроки и цены, два. Вызвать курьера, три.",
        "places": "В каком городе? Москва, один. Казань, два. Новосибирск, три.",
        "prices": "Доставка занимает два дня и стоит 300 рублей.",
        "courier": "Курьер позвонит вам в течение часа.",
        "moscow": "Пункт выдачи в Москве: улица Лесная, дом пять.",
        "kazan": "Пункт выдачи в Казани: улица Баумана, дом семь.",
        "novosibirsk": "Пункт выдачи в Новосибирске: Красный проспект, дом девять.",
        "number": "Назовите номер заказа: четыре цифры.",
        "sure": "Заказ",
        "right": "Подтверждаете заказ? Скажите да или нет.",
        "confirmed": "Заказ подтверждён.",
        "cancelled": "Заказ отменён.",
        "opinion": "Расскажите, что вам понравилось, а что нет.",
        "thanks": "Спасибо!",
        "wrong": "Не понимаю вас.",
        "silent": "Вас не слышно.",
    },
    "en": {
        "name": "Menu by voice",
        "main": "Say or press: delivery, one. Order, two. Feedback, three. Operator, zero.",
        "delivery": "Delivery. Say or press: pick-up points, one. Times and prices, two. Call a courier, three.",
        "places": "Which town? London, one. Manchester, two. Edinburgh, three.",
        "prices": "Delivery takes two days and costs five pounds.",
        "courier": "The courier will call you within the hour.",
        "moscow": "The pick-up point in London is at five Baker Street.",
        "kazan": "The pick-up point in Manchester is at seven Market Street.",
        "novosibirsk": "The pick-up point in Edinburgh is at nine Princes Street.",
        "number": "What is your order number? Four digits, please.",
        "sure": "Order",
        "right": "Do you confirm this order? Say yes or no.",
        "confirmed": "Your order is confirmed.",
        "cancelled": "Your order is cancelled.",
        "opinion": "Tell us what you liked and what you did not.",
        "thanks": "Thank you!",
        "wrong": "I did not get that.",
        "silent": "I can't hear you.",
    },
}
PHRASES: Mapping[str, Mapping[str, Phrases]] = {
    "main": {
        "1": Phrases(ru=("доставка", "как доставить", "привезти"), en=("delivery", "shipping")),
        "2": Phrases(ru=("заказ", "подтвердить заказ", "номер заказа"), en=("order", "confirm my order")),
        "3": Phrases(ru=("отзыв", "оставить отзыв", "жалоба"), en=("feedback", "leave feedback", "complaint")),
        "0": Phrases(ru=("оператор",), en=("operator",)),
    },
    "delivery": {
        "1": Phrases(ru=("пункты выдачи", "забрать самому", "самовывоз"), en=("pick up points", "collect myself")),
        "2": Phrases(ru=("сроки и цены", "сколько стоит"), en=("times and prices", "how much")),
        "3": Phrases(ru=("вызвать курьера", "курьер"), en=("call a courier", "courier")),
    },
    "places": {
        "1": Phrases(ru=("Москва",), en=("London",)),
        "2": Phrases(ru=("Казань",), en=("Manchester",)),
        "3": Phrases(ru=("Новосибирск",), en=("Edinburgh",)),
    },
}
_LEADS: Mapping[str, Mapping[str, str]] = {
    "main": {"1": "delivery", "2": "number", "3": "opinion", "0": "operator"},
    "delivery": {"1": "places", "2": "prices", "3": "courier"},
    "places": {"1": "moscow", "2": "kazan", "3": "novosibirsk"},
}
_TOLD = ("prices", "courier", "moscow", "kazan", "novosibirsk", "confirmed", "cancelled", "thanks")


def id_of(name: str) -> UUID:
    """The fixed id of ``name`` in this part of the example."""
    return uuid5(_SPACE, name)


def rows(trunk_id: UUID, operators: UUID) -> list[Row]:
    """A menu and a number for each language."""
    found: list[Row] = []
    for language, number in (("ru", VOICE_RU), ("en", VOICE_EN)):
        definition = msgspec.to_builtins(menu(language, operators))
        name = WORDS[language]["name"]
        found.append(("menus", {"id": id_of(f"menu {language}"), "name": name, "definition": definition}))
        destination = msgspec.to_builtins(routing.ToMenu(id=id_of(f"menu {language}")))
        row = {"id": id_of(f"number {number}"), "number": number, "name": name, "trunk_id": trunk_id}
        found.append(("numbers", {**row, "language": language, "destination": destination}))
    return found


def menu(language: str, operators: UUID) -> ivr.MenuDefinition:
    """The whole menu in one language."""
    words = WORDS[language]

    def text(key: str) -> ivr.Prompts:
        return (ivr.TextPrompt(words[key]),)

    def level(name: str, back: str | None) -> ivr.Menu:
        return ivr.Menu(
            prompts=text(name),
            options=dict(_LEADS[name]),
            speech=MenuSpeech(phrases={key: _of(language, one) for key, one in PHRASES[name].items()}),
            timeout_prompts=text("silent"),
            invalid_prompts=text("wrong"),
            on_timeout="goodbye",
            on_invalid="goodbye",
            on_no_match=None if name == "main" else "operator",
            on_back=back,
            on_operator=None if name == "main" else "operator",
        )

    return ivr.MenuDefinition(
        entry="main",
        language=language,
        steps={
            "main": level("main", None),
            "delivery": level("delivery", "main"),
            "places": level("places", "delivery"),
            "number": ivr.Collect(
                prompts=text("number"),
                variable="order",
                min_digits=4,
                max_digits=4,
                speech=CollectSpeech(read_back=False),
                invalid_prompts=text("wrong"),
                next="sure",
                on_failure="operator",
            ),
            "sure": ivr.Confirm(
                prompts=(*text("sure"), ivr.DigitsPrompt("{order}"), *text("right")),
                invalid_prompts=text("wrong"),
                timeout_prompts=text("silent"),
                speech=Speech(),
                on_yes="confirmed",
                on_no="cancelled",
                on_failure="operator",
            ),
            "opinion": ivr.Ask(
                prompts=text("opinion"),
                variable="opinion",
                confidence_variable="opinion_sure",
                timeout_prompts=text("silent"),
                next="thanks",
                on_failure="goodbye",
            ),
            **{name: ivr.Play(prompts=text(name), next="goodbye") for name in _TOLD},
            "operator": ivr.Transfer(to=routing.ToGroup(id=operators), on_failure="goodbye"),
            "goodbye": ivr.Hangup(prompts=(ivr.SoundPrompt("vm-goodbye"),)),
        },
    )


def _of(language: str, phrases: Phrases) -> Phrases:
    return Phrases(ru=phrases.ru) if language == "ru" else Phrases(en=phrases.en)
