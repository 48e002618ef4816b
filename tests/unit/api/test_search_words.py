"""What people type into the search of what was said."""

import pytest

from api.speech_search.words import Term, loosened, marked, said_at, terms

pytestmark = pytest.mark.feature("F-PBX-20")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("вернуть деньги", [Term("вернуть"), Term("деньги")]),
        ('"вернуть деньги" курьер', [Term("вернуть деньги"), Term("курьер")]),
        ("«Вернуть, деньги!» ещё", [Term("Вернуть деньги"), Term("еще")]),
        ('"не закрыта', [Term("не закрыта")]),
        ("договор* wi-fi", [Term("договор", "beginning"), Term("wi-fi")]),
        ("да да !!! & | :* ' \\", [Term("да")]),
        ("", []),
        ('"" * - ""', []),
    ],
)
def test_terms(text: str, wanted: list[Term]) -> None:
    assert terms(text) == wanted


def test_a_search_has_so_many_terms_at_most() -> None:
    assert len(terms(" ".join(f"слово{n}" for n in range(50)))) == 10


def test_nothing_in_a_beginning_is_an_operator() -> None:
    assert Term("o'\\n", "beginning").argument == "'on':*"


def test_a_phrase_is_loosened_to_its_words() -> None:
    assert loosened([Term("вернуть деньги"), Term("дог", "beginning")]) == [
        *(Term("вернуть"), Term("деньги"), Term("дог", "beginning")),
    ]


def test_marks_tell_places_and_seconds() -> None:
    text, marks = marked("хочу ⟦вернуть⟧ ⟦деньги⟧ сразу", "⟦", "⟧")
    assert text == "хочу вернуть деньги сразу"
    assert [text[a:b] for a, b in marks] == ["вернуть", "деньги"]
    words = [(word, n * 1.0, n + 0.5, 1.0) for n, word in enumerate(text.split())]
    assert said_at(text, words, marks[1][0], 0.0, 4.0) == 2.0
    assert said_at(text, [], marks[1][0], 10.0, 12.5) == pytest.approx(11.3, abs=0.05)
