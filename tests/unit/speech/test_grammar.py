"""What callers say against what a menu offers: forms, politeness, slips, numbers, doubt."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.speech.grammar import COMMANDS, as_said, expand, match, read_digits, yes_or_no
from engine.speech.model import Grammar, Phrase
from engine.speech.numerals import numbers, spell

pytestmark = pytest.mark.feature("F-PBX-05", "F-PBX-07")
SHOP = expand(
    {
        "1": ["отдел продаж", "продажи", "купить"],
        "2": ["техподдержка", "техническая поддержка", "не работает интернет"],
        "3": ["статус заказа", "где мой заказ"],
        "4": ["новый заказ", "оформить заказ"],
        "0": ["оператор"],
    },
    ("ru",),
    commands=("repeat", "back"),
)
STORE = expand(
    {
        "1": ["sales", "buy something"],
        "2": ["technical support", "internet is not working"],
        "3": ["order status"],
        "4": ["new order"],
    },
    ("en",),
    commands=("repeat", "back", "operator"),
)
SURE, UNSURE = 0.6, 0.35


def best(text: str, grammar: Grammar) -> tuple[str, float]:
    scores = match(text, grammar)
    return (scores[0].key, scores[0].confidence) if scores else ("", 0.0)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Один.", "1"),
        ("1", "1"),
        ("кнопка номер два", "2"),
        ("третий", "3"),
        ("адин", "1"),
        ("соедините меня с отделом продаж, пожалуйста", "1"),
        ("продажу", "1"),
        ("продожи", "1"),
        ("тех поддержка", "2"),
        ("у меня не работает интернет", "2"),
        ("интернет", "2"),
        ("статус", "3"),
        ("где мой заказ?", "3"),
        ("хочу новый заказ", "4"),
        ("не продажи, а техподдержка", "2"),
        ("не могли бы вы соединить с оператором", "0"),
        ("повторите ещё раз", "repeat"),
        ("вернуться назад", "back"),
        ("ну я хотел бы узнать вообще про то, как у вас купить", "1"),
    ],
)
def test_what_is_meant_in_russian(text: str, key: str) -> None:
    found, confidence = best(text, SHOP)
    assert (found, confidence >= SURE) == (key, True), (found, confidence)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("One.", "1"),
        ("the first one", "1"),
        ("option two", "2"),
        ("to", "2"),
        ("I'd like to talk to sales, please", "1"),
        ("sails", "1"),
        ("my internet isn't working", "2"),
        ("support", "2"),
        ("a new order", "4"),
        ("say that again", "repeat"),
        ("a human please", "operator"),
    ],
)
def test_what_is_meant_in_english(text: str, key: str) -> None:
    found, confidence = best(text, STORE)
    assert (found, confidence >= SURE) == (key, True), (found, confidence)


@pytest.mark.parametrize(
    ("text", "grammar"),
    [
        ("заказ", SHOP),
        ("продажи или техподдержка", SHOP),
        ("сегодня хорошая погода", SHOP),
        ("Продолжение следует...", SHOP),
        ("не оператор", SHOP),
        ("двадцать один", SHOP),
        ("order", STORE),
        ("what's the weather like", STORE),
        ("Thank you for watching!", STORE),
        ("да нет", yes_or_no()),
        ("", SHOP),
        ("?! ...", SHOP),
    ],
)
def test_what_is_not_clear_is_not_sure(text: str, grammar: Grammar) -> None:
    assert best(text, grammar)[1] < SURE


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("да", "yes"),
        ("Ну да.", "yes"),
        ("да, всё правильно", "yes"),
        ("конечно", "yes"),
        ("нет", "no"),
        ("не верно", "no"),
        ("неверно", "no"),
        ("нет, спасибо", "no"),
        ("yes, that's correct", "yes"),
        ("not correct", "no"),
        ("no thanks", "no"),
    ],
)
def test_yes_and_no(text: str, key: str) -> None:
    found, confidence = best(text, yes_or_no())
    assert (found, confidence >= SURE) == (key, True), (found, confidence)


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("восемь девятьсот шестнадцать сто двадцать три сорок пять шестьдесят семь", "89161234567"),
        ("Мой номер: 8 (916) 123-45-67.", "89161234567"),
        ("плюс семь девятьсот ноль ноль", "790000"),
        ("double five oh seven", "5507"),
        ("nine sixteen", "916"),
        ("две тысячи пятьсот", "2500"),
        ("погода", ""),
    ],
)
def test_digits_that_are_said(text: str, digits: str) -> None:
    assert read_digits(text)[0] == digits


def test_words_that_are_no_digits_lower_the_trust() -> None:
    assert read_digits("один два три")[1] == 1.0
    assert read_digits("один или наверное два")[1] < 0.7
    assert read_digits("погода") == ("", 0.0)


@given(st.integers(0, 999_999), st.sampled_from(["ru", "en"]))
def test_every_number_that_is_spelled_is_read(number: int, language: str) -> None:
    assert [found.digits for found in numbers(spell(number, language).split())] == [str(number)]
    assert read_digits(spell(number, language)) == (str(number), 1.0)


def test_an_options_word_stays_its_own_and_digits_are_words() -> None:
    grammar = expand({"9": ["Повторите"], "1": ["Доставка 24 часа"]}, ("ru",), commands=("repeat",))
    keys = {phrase.text: phrase.key for phrase in grammar.phrases}
    assert keys["повторите"] == "9"
    assert keys["доставка двадцать четыре часа"] == "1"
    assert keys["еще раз"] == "repeat"
    assert keys["первый"] == "1"
    assert best("кнопка один", grammar)[0] == "1"
    assert best("доставка 24", grammar)[0] == "1"


words = st.sampled_from(
    str.split("продажи поддержка заказ баланс доставка адрес оплата счет возврат гарантия sales order")
)
phrases = st.lists(words, min_size=1, max_size=3, unique=True).map(" ".join)
polite = st.sampled_from(["", "пожалуйста", "мне бы", "здравствуйте, я хотел узнать про"])


@settings(max_examples=200, deadline=None)
@given(st.lists(phrases, min_size=1, max_size=5, unique_by=lambda text: frozenset(text.split())), st.data())
def test_a_phrase_that_is_said_is_the_best_whatever_is_around_it(offered: list[str], data: st.DataObject) -> None:
    grammar = expand({str(n): [text] for n, text in enumerate(offered)}, ("ru",))
    key = data.draw(st.integers(0, len(offered) - 1))
    said = f"{data.draw(polite)} {offered[key].upper()}."
    scores = match(said, grammar, "ru")
    assert scores[0].key == str(key)
    assert all(0 <= score.confidence <= 1 for score in scores)
    assert [s.confidence for s in scores] == sorted((s.confidence for s in scores), reverse=True)
    assert len({score.key for score in scores}) == len(scores)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60))
def test_any_text_gives_scores_in_bounds(text: str) -> None:
    for grammar in (SHOP, STORE, Grammar((Phrase("1", text),)), expand({"1": [text]})):
        assert all(0 <= score.confidence <= 1 for score in match(text, grammar))
    assert 0 <= read_digits(text)[1] <= 1


@settings(deadline=None)
@given(st.lists(phrases, min_size=2, max_size=2, unique=True))
def test_the_same_phrase_for_two_keys_is_never_sure(offered: list[str]) -> None:
    grammar = Grammar((Phrase("1", offered[0]), Phrase("2", offered[0])))
    assert best(offered[0], grammar)[1] <= 0.5


def test_commands_do_not_overlap_within_a_language() -> None:
    for language in ("ru", "en"):
        said = [as_said(text, language) for words in COMMANDS.values() for text in words[language]]
        assert len(said) == len(set(said))
