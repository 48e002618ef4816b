"""Texts as they are spoken: a table of examples in both languages, and what holds for any text."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.speech.text import normalise, sentences
from engine.speech.text.russian_numbers import GEN, INS, NOM, PRE, cardinal, decimal, group, ordinal

pytestmark = pytest.mark.feature("F-PBX-04")

RUSSIAN = {
    # Numbers, and the gender and case that they take
    "Нажмите 1.": "Нажмите один.",
    "У вас 2 заявки и 21 сообщение, 1 звонок.": "У вас две заявки и двадцать одно сообщение, один звонок.",
    "Подождите до 5 минут": "Подождите до пяти минут",
    "через 1 минуту": "через одну минуту",
    "Работаем с 9 до 18": "Работаем с девяти до восемнадцати",
    "с 5 операторами": "с пятью операторами",
    "Ожидание 2-3 минуты": "Ожидание два, три минуты",
    "более 1000 товаров": "более тысячи товаров",
    "1 000 000 человек": "один миллион человек",
    "1-й этаж, 2-го января, 3-я линия": "первый этаж, второго января, третья линия",
    "2,5 часа": "две целых пять десятых часа",
    # Money
    "1 250,50 руб.": "тысяча двести пятьдесят рублей пятьдесят копеек.",
    "21 рубль 2 копейки": "двадцать один рубль две копейки",
    "5 ₽, 100р, 99 USD": "пять рублей, сто рублей, девяносто девять долларов",
    "не более 500 рублей": "не более пятисот рублей",
    "$12.50 или €5": "двенадцать долларов пятьдесят центов или пять евро",
    # Dates and times
    "31.12.2026 мы не работаем": "тридцать первого декабря две тысячи двадцать шестого года мы не работаем",
    "Дата: 01.03.2026": "Дата: первое марта две тысячи двадцать шестого года",
    "к 5 мая": "к пятому мая",
    "В 2026 году": "В две тысячи двадцать шестом году",
    "31 декабря 2026 г. выходной": "тридцать первого декабря две тысячи двадцать шестого года выходной",
    "с 9:00 до 18:30": "с девяти часов до восемнадцати часов тридцати минут",
    "в 21:01": "в двадцать один час одну минуту",
    # Telephone numbers, codes
    "+7 (916) 123-45-67": "плюс семь, девятьсот шестнадцать, сто двадцать три, сорок пять, шестьдесят семь",
    "88005553505": "восемь, восемьсот, пятьсот пятьдесят пять, тридцать пять, ноль пять",
    "Код 0471": "Код ноль четыре семь один",
    # Shortened words, units, symbols, Latin
    "г. Москва, ул. Ленина, д. 5, кв. 12": "город Москва, улица Ленина, дом пять, квартира двенадцать",
    "документы и т.д.": "документы и так далее.",
    "№ 7": "номер семь",
    "5 кг, 1 м, 2 шт.": "пять килограммов, один метр, две штуки.",
    "скидка 15%": "скидка пятнадцать процентов",
    "-5°C": "минус пять градусов",
    "дом 5/2": "дом пять дробь два",
    "CRM и SMS": "си эр эм и эс эм эс",
    "info@example.com": "инфо собака ексампл точка ком",
    "ООО «МТС»": "ООО эм тэ эс",
}
ENGLISH = {
    "Press 1.": "Press one.",
    "You are 2nd of 21": "You are second of twenty one",
    "No. 5, ext. 101": "number five, extension one hundred one",
    "$1,250.50": "one thousand two hundred fifty dollars fifty cents",
    "€1, 300 RUB": "one euro, three hundred roubles",
    "12/31/2026": "December thirty first, twenty twenty six",
    "2026-03-01": "March first, twenty twenty six",
    "at 18:00 on January 5": "at eighteen hundred hours on January fifth",
    "9:05 AM": "nine oh five a m",
    "In 2026": "In twenty twenty six",
    "800-555-3535": "eight zero zero, five five five, three five three five",
    "Your code is 0471": "Your code is zero four seven one",
    "5% & 10-12 minutes": "five percent and ten to twelve minutes",
    "3.14": "three point one four",
    "Mr. Smith, 15 kg": "Mister Smith, fifteen kilograms",
    "Иван": "Ivan",
    "www.example.com/help": "example dot com slash help",
}


@pytest.mark.parametrize(("text", "spoken"), RUSSIAN.items())
def test_russian(text: str, spoken: str) -> None:
    assert normalise(text, "ru") == spoken


@pytest.mark.parametrize(("text", "spoken"), ENGLISH.items())
def test_english(text: str, spoken: str) -> None:
    assert normalise(text, "en") == spoken


def test_numbers_in_cases() -> None:
    assert cardinal(1_234_567, GEN) == ("одного миллиона двухсот тридцати четырёх тысяч пятисот шестидесяти семи")
    assert cardinal(248, INS) == "двумястами сорока восемью"
    assert (ordinal(2026, PRE), ordinal(2000, GEN), ordinal(3, NOM, "f"), ordinal(40)) == (
        "две тысячи двадцать шестом",
        "двухтысячного",
        "третья",
        "сороковой",
    )
    assert decimal(21, "01") == "двадцать одна целая одна сотая"
    assert (group("007"), group("00"), group("123")) == ("ноль ноль семь", "ноль ноль", "сто двадцать три")


@given(st.integers(0, 10**12 - 1))
def test_every_number_is_said_in_every_case(number: int) -> None:
    said = {cardinal(number, case) for case in range(6)}
    assert all(said) and not any(char.isdigit() for text in said for char in text)


PIECES = st.sampled_from([*RUSSIAN, *ENGLISH, "²", "½", "٣", "１２", "…", "№", "<b>", "\x00", "https://", "+", "12:60"])
TEXTS = st.one_of(
    st.text(max_size=80), st.lists(PIECES, max_size=6).map(" ".join), st.text("0123456789.,:-+ %$№/", max_size=30)
)


@settings(max_examples=400, deadline=None)
@given(TEXTS, st.sampled_from(["ru", "en", "xx"]))
def test_any_text_becomes_words(text: str, language: str) -> None:
    spoken = normalise(text, language)
    assert not any(char.isnumeric() and not char.isalpha() for char in spoken), spoken
    assert not set(spoken) & set("0123456789%$€№&@#*/\\<>=_")


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from([*RUSSIAN, *ENGLISH]), max_size=4).map(". ".join), st.sampled_from(["ru", "en"]))
def test_words_stay_as_they_are(text: str, language: str) -> None:
    spoken = normalise(text, language)
    assert normalise(spoken, language) == spoken


@given(st.text(max_size=400), st.integers(20, 80))
def test_sentences_are_short_and_nothing_is_lost(text: str, longest: int) -> None:
    parts = sentences(text, longest)
    assert all(0 < len(part) <= longest for part in parts)
    assert [c for part in parts for c in part if c.isalnum()] == [c for c in text if c.isalnum()]


def test_sentences_end_where_people_pause() -> None:
    text = "Здравствуйте! Ваш заказ готов. Нажмите один, чтобы его забрать, или два, чтобы отменить."
    assert sentences(text, 45) == [
        "Здравствуйте!",
        "Ваш заказ готов.",
        "Нажмите один, чтобы его забрать, или два,",
        "чтобы отменить.",
    ]
