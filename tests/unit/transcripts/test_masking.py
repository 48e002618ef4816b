"""Personal data in what is said: hidden however it is said, and nothing else with it."""

import random
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.speech.numerals import numbers, spell
from engine.transcripts.digits import cards, luhn
from engine.transcripts.masking import CONTEXT_S, Masker, MaskingRule, mask_all
from engine.transcripts.model import HIDDEN, HIDDEN_IN_TEXT, Utterance, Word

pytestmark = pytest.mark.feature("F-PBX-20")
CARD = MaskingRule(id=uuid4(), name="card", kind="card")
PASSPORT = MaskingRule(id=uuid4(), name="passport", kind="passport")
SNILS = MaskingRule(id=uuid4(), name="snils", kind="pattern", pattern="снилс ([0-9]{11})", mute_audio=False)
RULES = (CARD, PASSPORT, SNILS)
PLAIN = ["да", "нет", "договор", "заказ", "сто", "двадцать", "пять", "хочу", "в", "среду", "one", "seven", "please"]


def said(text, start=0.0, end=None, side="client"):
    return Utterance(side=side, start_s=start, end_s=start + 2.0 if end is None else end, text=text)


def told(*utterances, rules=RULES):
    return [one.text for one in mask_all(utterances, rules)]


def with_check_digit(digits: str) -> str:
    return next(digits + last for last in "0123456789" if luhn(digits + last))


def card_numbers():
    return st.builds(
        lambda first, rest: with_check_digit(first + rest), st.sampled_from("23456"), st.from_regex(r"\A[0-9]{14}\Z")
    )


def spoken(digits: str, groups: str, language: str) -> str:
    """Digits in words, by so many at once; groups with leading zeros digit by digit."""
    size = {"1": 1, "2": 2, "3": 3, "4": 4}[groups]
    parts = [digits[at : at + size] for at in range(0, len(digits), size)]
    words = []
    for part in parts:
        whole = [part] if part[0] != "0" or len(part) == 1 else list(part)
        words += [spell(int(piece), language) for piece in whole]
    return " ".join(words)


@given(card_numbers(), st.sampled_from("1234"), st.sampled_from(["ru", "en"]), st.integers(0, 10**9))
def test_a_card_said_in_any_groups_in_any_pieces_is_hidden_whole(number, groups, language, seed):
    words = spoken(number, groups, language).split()
    dice = random.Random(seed)
    cuts = sorted(dice.sample(range(1, len(words)), min(dice.randint(0, 4), len(words) - 1)))
    pieces = [words[a:b] for a, b in zip([0, *cuts], [*cuts, len(words)], strict=True)]
    utterances = [said(" ".join(piece), at * 3.0) for at, piece in enumerate(pieces)]
    hidden = told(said("мой номер карты", -3.0), *utterances, said("это всё", len(pieces) * 3.0), rules=[CARD])
    assert hidden == ["мой номер карты", *[HIDDEN] * len(pieces), "это всё"]


@given(card_numbers(), st.sampled_from(["", " ", "-"]))
def test_a_card_written_in_digits_is_hidden(number, between):
    written = between.join(number[at : at + 4] for at in range(0, 16, 4))
    text = f"Записывайте: {written}. Спасибо!"
    assert told(said(text), rules=[CARD]) == [f"Записывайте: {HIDDEN} Спасибо!"]


@given(
    st.lists(
        st.sampled_from(
            ["да", "нет", "договор", "заказ", "сто", "двадцать", "пять", "хочу", "в", "среду", "one", "seven", "please"]
        ),
        max_size=9,
    )
)
def test_what_is_no_number_of_a_card_is_left_as_it_is(words):
    text = " ".join(words)
    assert told(said(text), rules=[CARD]) == [text]


@pytest.mark.parametrize(
    "text",
    [
        "восемь девятьсот шестнадцать сто двадцать три сорок пять шестьдесят семь",
        "+7 916 123-45-67",
        "заказ 1234567890",
        "счёт 40817 810 0 9991 0004312",
        "он стоит двадцать пять тысяч рублей",
        "в две тысячи двадцать шестом году",
    ],
)
def test_other_numbers_stay(text):
    assert told(said(text)) == [text]


def test_a_misheard_digit_does_not_show_the_card():
    assert not luhn("4276550012345679")
    assert told(said("4276 5500 1234 5679")) == [HIDDEN]
    assert told(said("карта один это 4276 5500 1234 5679")) == [f"карта один это {HIDDEN}"]


def test_a_card_whose_end_was_never_heard_is_hidden():
    assert told(said("четыре тысячи двести семьдесят шесть 5500 1234")) == [HIDDEN]


def test_a_number_that_goes_on_after_a_long_pause_does_not_become_whole():
    number = with_check_digit("427655001234567")
    late = said(number[4:], 30.0)
    masker = Masker([CARD], hold_s=6.0)
    assert masker.hear(said(number[:4])) == []
    assert [one.text for one in masker.settle(9.0)] == [number[:4]]
    assert [one.text for one in [*masker.hear(late), *masker.finish()]] == [HIDDEN]


def test_sides_are_not_mixed():
    number = with_check_digit("427655001234567")
    utterances = [said(number[:8], 0.0), said("слушаю", 3.0, side="operator"), said(number[8:], 6.0)]
    assert told(*utterances) == [HIDDEN, "слушаю", HIDDEN]
    asked = [said(number[:8], 0.0), said(number[8:], 3.0, side="operator")]
    assert told(*asked, rules=[CARD]) == [number[:8], number[8:]]


def test_only_what_may_go_on_is_held_back():
    masker = Masker(RULES, hold_s=6.0)
    assert [one.text for one in masker.hear(said("мне нужно два"))] == ["мне нужно два"]
    assert masker.hear(said("код 1234", 3.0)) == [] and masker.holds("client") and not masker.holds("operator")
    assert masker.settle(8.0) == []
    assert [one.text for one in masker.settle(11.1)] == ["код 1234"] and not masker.holds("client")
    assert [one.text for one in masker.hear(said("спасибо", 14.0))] == ["спасибо"]


def test_what_follows_lets_go_what_was_held():
    masker = Masker(RULES)
    assert masker.hear(said("код 1234")) == []
    assert [one.text for one in masker.hear(said("и всё хорошо", 3.0))] == ["код 1234", "и всё хорошо"]


@pytest.mark.parametrize(
    ("before", "text", "hidden"),
    [
        ("назовите серию и номер паспорта", "4506 123456", HIDDEN),
        ("", "паспорт сорок пять ноль шесть сто двадцать три четыреста пятьдесят шесть", f"паспорт {HIDDEN}"),
        ("", "серия 4506 номер 123456", f"серия {HIDDEN} номер {HIDDEN}"),
        ("your passport please", "four five zero six one two three four five six", HIDDEN),
        ("", "4506 123456 это мой паспорт", f"{HIDDEN} это мой паспорт"),
        ("назовите заказ", "4506 123456", "4506 123456"),
        ("паспорт готов", "мой телефон 8 916 123 45 67", "мой телефон 8 916 123 45 67"),
    ],
)
def test_passports_are_hidden_where_the_talk_is_of_passports(before, text, hidden):
    utterances = [said(before, 0.0, side="operator")] if before else []
    assert told(*utterances, said(text, 3.0))[-1] == hidden


def test_series_and_number_said_apart_are_hidden_too():
    parts = [said("серия 4506", 0.0), said("так", 3.0, side="operator"), said("номер 123456", 5.0)]
    assert told(*parts) == [f"серия {HIDDEN}", "так", f"номер {HIDDEN}"]


def test_a_pattern_sees_digits_however_they_were_said_and_hides_its_groups():
    text = "СНИЛС сто двенадцать двести тридцать три четыреста сорок пять девяносто пять верно"
    (one,) = mask_all([said(text, 0.0, 10.0)], [SNILS])
    assert one.text == f"СНИЛС {HIDDEN_IN_TEXT} верно" and one.hidden == () and one.masked
    assert told(said("снилс 112-233-445 95"), rules=[SNILS]) == [f"снилс {HIDDEN_IN_TEXT}"]


def test_words_and_stretches_of_time_are_those_of_what_was_hidden():
    texts = ["карта", "4276", "5500", "1234", "5679", "да"]
    words = tuple(Word(text, float(at), at + 0.9, 0.8) for at, text in enumerate(texts))
    one = Utterance(side="client", start_s=0, end_s=6, text="Карта 4276 5500 1234 5679, да", words=words)
    (masked,) = mask_all([one], [CARD])
    assert masked.text == f"Карта {HIDDEN} да"
    assert [(word.text, word.start_s, word.end_s) for word in masked.words] == [
        ("Карта", 0.0, 0.9),
        (HIDDEN, 1.0, 4.9),
        ("да", 5.0, 5.9),
    ]
    assert masked.hidden == ((1.0, 4.9),)


def test_text_that_does_not_agree_with_its_words_is_made_of_the_words():
    words = tuple(Word(text, float(at), at + 0.9) for at, text in enumerate(["4276", "5500", "1234", "5679"]))
    one = Utterance(side="client", start_s=0, end_s=4, text="4276550012345679", words=words)
    assert told(one, rules=[CARD]) == [HIDDEN]


@given(card_numbers(), st.sampled_from("1234"), st.sampled_from(["ru", "en"]))
def test_text_that_may_change_never_shows_more_than_three_digits(number, groups, language):
    masker = Masker([CARD])
    words = spoken(number, groups, language).split()
    for length in range(1, len(words) + 1):
        shown = masker.partial("client", " ".join(words[:length]))
        assert len("".join(number.digits for number in numbers(shown.split()))) < 4, shown


def test_the_rest_of_a_number_in_text_that_may_change_is_hidden_from_its_first_digit():
    masker = Masker([CARD])
    masker.hear(said("четыре два семь шесть"))
    assert masker.partial("client", "пять") == HIDDEN
    assert masker.partial("operator", "пять") == "пять"


def test_without_rules_nothing_is_held_or_hidden():
    masker = Masker([])
    number = "4276 5500 1234 5679"
    assert [one.text for one in masker.hear(said(number))] == [number]
    assert masker.partial("client", number) == number and masker.finish() == []


@given(st.lists(st.tuples(st.sampled_from(["один", "4276", "да", "э", "паспорт"]), st.booleans()), max_size=40))
def test_every_utterance_comes_out_once_in_order_of_its_side(parts):
    masker = Masker(RULES)
    out = []
    for at, (text, client) in enumerate(parts):
        utterance = said(text, at * 2.0, at * 2.0 + 1, "client" if client else "operator")
        out += [*masker.settle(utterance.start_s), *masker.hear(utterance)]
    out += masker.finish()
    for side in ("client", "operator"):
        starts = [one.start_s for one in out if one.side == side]
        assert starts == sorted(starts)
        assert len(starts) == sum(client == (side == "client") for _, client in parts)
    assert masker.finish() == [] and CONTEXT_S > 0


def test_the_check_digit_is_that_of_the_standard():
    assert luhn("4111111111111111") and luhn("378282246310005") and not luhn("4111111111111112")
    assert cards(["my", "card", "4111", "1111", "1111", "1111", "ok"]) == [(2, 6)]
