"""Rules that look for words."""

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.transcripts.watching import SpeechRule, Watcher

pytestmark = pytest.mark.feature("F-PBX-20")


def rule(*phrases, kind="keyword", **fields):
    return SpeechRule(id=uuid4(), name="r", kind=kind, phrases=phrases, **fields)


def look(rules, *texts, side="client", queue_id=None, gap=5.0):
    watcher, found = Watcher(), []
    for at, text in enumerate(texts):
        start = at * (gap + 1)
        found.append([one.phrase for one in watcher.look(rules, side, text, start, start + 1, queue_id)])
    return found


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("жалоба", "Я напишу жалобу!"),
        ("жалоба", "ваши ЖАЛОБЫ, говорю"),
        ("расторгнуть договор", "хочу расторгнуть договора"),
        ("расторгнуть договор", "хочу расторгнуть свой договор"),
        ("расторгнуть договор", "я расторгну договор"),
        ("вернуть деньги", "когда вернёте деньги"),
        ("еще раз", "Ещё раз повторяю"),
        ("отмен*", "всё отменяю"),
        ("отменит*", "отменить заказ"),
        ("cancel subscription", "I am cancelling subscriptions"),
        ("не работает", "ничего не работало"),
    ],
)
def test_word_forms_fit_and_phrases_stand_together(phrase, text):
    expected = [] if "свой" in text else [phrase]
    assert look([rule(phrase)], text) == [expected]


def test_other_words_do_not_fit():
    assert look([rule("суд", "жалоба")], "посуда и пожалуйста рассудок") == [[]]


def test_a_rule_is_told_once_a_side_and_again_after_its_time():
    assert look([rule("жалоба")], "жалоба", "жалоба", "жалоба") == [["жалоба"], [], []]
    assert look([rule("жалоба", repeat_s=10)], "жалоба", "жалоба", "жалоба") == [["жалоба"], [], ["жалоба"]]
    watcher, one = Watcher(), rule("жалоба")
    for side in ("client", "operator"):
        assert watcher.look([one], side, "жалоба", 0, 1, None)
        assert not watcher.look([one], side, "жалоба", 9, 10, None)


def test_a_rule_may_be_of_one_side_or_one_queue():
    queue = uuid4()
    assert look([rule("да", side="operator")], "да") == [[]]
    assert look([rule("да", queue_id=queue)], "да") == [[]]
    assert look([rule("да", queue_id=queue)], "да", queue_id=queue) == [["да"]]


def test_a_phrase_goes_on_over_a_short_pause_and_not_over_a_long_one():
    assert look([rule("расторгнуть договор")], "хочу расторгнуть", "договор", gap=1.0) == [[], ["расторгнуть договор"]]
    assert look([rule("расторгнуть договор")], "хочу расторгнуть", "договор", gap=3.0) == [[], []]


def test_a_topic_takes_two_different_phrases():
    topic = rule("доставка", "курьер", "опоздал", kind="topic")
    assert look([topic], "где доставка", "доставка где", "ваш курьер", "он опоздал") == [[], [], ["курьер"], []]
    assert look([topic], "курьер опоздал") == [["опоздал"]]


def test_a_process_that_takes_over_does_not_tell_again():
    one, watcher = rule("жалоба"), Watcher()
    watcher.remember(one.id, "client", 3.0)
    assert not watcher.look([one], "client", "жалоба", 8, 9, None)
    assert watcher.look([one], "operator", "жалоба", 8, 9, None)


@given(st.lists(st.sampled_from(["a", "b", "ц", "*", "ё-ё", "1", ".", "x*"]), max_size=12), st.text(max_size=40))
def test_any_text_against_any_rule_is_an_answer(words, text):
    look([rule(" ".join(words) or "x", text or "y"), rule("x", "y", kind="topic")], text, " ".join(words), gap=0.5)
