"""Menus as a caller talks to them: the real actions over a line that hears what the test says."""

from typing import Any

import pytest

from engine.calls.model import HungUp
from engine.history.records import AnswerRow
from engine.ivr.flow import resume
from engine.ivr.interpreter import run_menu
from engine.ivr.place import Guard
from engine.ivr.port import Hide, hides_nothing
from engine.routing.model import Number, ToHangup
from engine.speech.model import Final, Score
from tests.unit.ivr.support import MENU, OURS, FakeLine, menu_of, spoken, table_of, tools_of

pytestmark = pytest.mark.feature("F-PBX-05", "F-PBX-07", "F-DIAL-08", "F-DIAL-16")

SOUND = {"kind": "sound", "name": "hello-world"}
END = {"kind": "hangup"}
PHRASES = {
    "1": {"ru": ["отдел продаж", "купить"], "en": ["sales"]},
    "2": {"ru": ["техподдержка", "не работает интернет"], "en": ["technical support"]},
}


def say_or_press(options: dict[str, str] | None = None, speech: dict[str, Any] | None = None, **more: Any) -> Any:
    return {
        "kind": "menu",
        "prompts": [SOUND],
        "options": options or {"1": "sales", "2": "support"},
        "on_timeout": "late",
        "on_invalid": "end",
        "speech": {"phrases": PHRASES, **(speech or {})},
        **more,
    }


def steps(main: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"main": main, "sales": END, "support": END, "late": END, "end": END, "operator": END, **more}


async def walk(
    line: FakeLine, all_steps: dict[str, Any], voice: bool = True, hide: Hide = hides_nothing, **more: Any
) -> list[AnswerRow]:
    """Walk to the end; gives the answers that were kept."""
    answers: list[AnswerRow] = []
    menu = menu_of(all_steps, **more.pop("menu", {}))
    tools = tools_of(
        table_of(menu, **more), synthesizer=spoken if voice else None, keep_answer=answers.append, hide=hide
    )
    with pytest.raises(HungUp):
        await run_menu(line, tools, Guard(200), MENU)
    return answers


def heard(key: str, confidence: float, text: str = "что-то") -> Final:
    return Final(text=text, start_s=1.0, end_s=2.0, scores=(Score(key, confidence),), engine="vosk", language="ru")


async def test_three_levels_by_voice_alone() -> None:
    middle = say_or_press({"1": "deeper"}, {"phrases": {"1": {"ru": ["доставка"]}}})
    deepest = say_or_press({"3": "end"}, {"phrases": {"3": {"ru": ["адрес склада"]}}})
    line = FakeLine(says=["соедините с отделом продаж", "Доставка, пожалуйста", "три"])
    await walk(line, steps(say_or_press({"1": "middle"}), middle=middle, deeper=deepest))
    assert line.path == ["main", "middle", "deeper", "end"]
    choices = line.noted("choice")
    assert [data["digit"] for data in choices] == ["1", "1", "3"]
    assert choices[0] | {"menu": ""} == {
        "step": "main",
        "menu": "",
        "digit": "1",
        "by": "voice",
        "said": "соедините с отделом продаж",
        "confidence": 1.0,
        "engine": "dry run",
        "language": "ru",
    }


async def test_digits_work_beside_speech() -> None:
    line = FakeLine("2")
    await walk(line, steps(say_or_press()))
    assert line.path == ["main", "support"]
    assert "by" not in line.noted("choice")[0]


async def test_unsure_words_are_asked_about() -> None:
    line = FakeLine(says=[heard("2", 0.5), "да"])
    await walk(line, steps(say_or_press()))
    assert line.path == ["main", "support"]
    assert line.played == ["sound:hello-world", "text:ru:Вы сказали: техподдержка. Верно?"]
    line = FakeLine(says=[heard("2", 0.5), "нет", "купить"])
    await walk(line, steps(say_or_press()))
    assert line.path == ["main", "sales"]
    line = FakeLine(says=[heard("2", 0.5), "отдел продаж"])
    await walk(line, steps(say_or_press()))
    assert line.path == ["main", "sales"]
    line = FakeLine("1", says=[heard("2", 0.5)])
    await walk(line, steps(say_or_press(barge_in=False)))
    assert line.path == ["main", "sales"]


async def test_unsure_words_are_asked_again_where_no_voice_can_ask() -> None:
    line = FakeLine(says=[heard("2", 0.5), "купить"])
    await walk(line, steps(say_or_press()), voice=False)
    assert line.path == ["main", "sales"]
    assert len(line.noted("no_match")) == 1


async def test_words_that_fit_nothing_lead_to_digits() -> None:
    wrong = "какая сегодня погода"
    digits = [{"kind": "text", "text": "Нажмите один или два"}]
    line = FakeLine(",2", says=[wrong, wrong, "купить"])
    await walk(line, steps(say_or_press(no_match_prompts=[{"kind": "sound", "name": "sorry"}], digits_prompts=digits)))
    assert line.path == ["main", "support"]
    assert line.played == [
        "sound:hello-world",
        "sound:sorry",
        "sound:hello-world",
        "sound:sorry",
        "text:ru:Нажмите один или два",
        "text:ru:Нажмите один или два",
    ]
    assert [data["said"] for data in line.noted("no_match")] == [wrong, wrong]
    assert len(line.listenings) == 2
    assert line.says, "nobody listened to the third"


async def test_words_that_fit_nothing_lead_to_an_operator() -> None:
    line = FakeLine(says=["погода"])
    await walk(line, steps(say_or_press(speech={"max_no_match": 1}, on_no_match="operator")))
    assert line.path == ["main", "operator"]


async def test_repeat_back_and_operator() -> None:
    line = FakeLine(says=["один", "повторите", "ещё раз", "назад", "один", "позовите оператора"])
    inner = say_or_press({"2": "sales"}, on_back="main", on_operator="operator")
    await walk(line, {**steps(say_or_press({"1": "inner"}), inner=inner)})
    assert line.path == ["main", "inner", "main", "inner", "operator"]
    assert len(line.noted("repeat")) == 2
    assert [data["digit"] for data in line.noted("choice")] == ["1", "back", "1", "operator"]


async def test_who_asks_for_repetition_without_end_is_not_heard_without_end() -> None:
    line = FakeLine(says=["повторите"] * 20)
    await walk(line, steps(say_or_press()))
    assert line.path == ["main", "late"]
    assert len(line.noted("repeat")) == 5


async def test_silence_goes_its_way() -> None:
    line = FakeLine()
    await walk(line, steps(say_or_press(tries=2)))
    assert line.path == ["main", "late"]
    assert len(line.noted("no_input")) == 2


async def test_where_nobody_hears_the_menu_goes_on_by_digits() -> None:
    digits = [{"kind": "text", "text": "Нажмите один или два"}]
    line = FakeLine(",1", says=["купить"], deaf="no_engine")
    await walk(line, steps(say_or_press(digits_prompts=digits, barge_in=False)))
    assert line.path == ["main", "sales"]
    assert line.played == ["sound:hello-world", "text:ru:Нажмите один или два"]


async def test_speech_that_is_turned_off_listens_to_nobody() -> None:
    line = FakeLine("1", says=["техподдержка"])
    await walk(line, steps(say_or_press(speech={"on": False})))
    assert line.path == ["main", "sales"]
    assert not line.listenings


async def test_the_language_that_is_spoken_is_gone_on_in() -> None:
    line = FakeLine(says=["technical support please"])
    await walk(line, steps(say_or_press(speech={"detect_language": True})))
    assert line.path == ["main", "support"]
    assert line.call.language == "en"
    assert line.listenings[0].languages == ("ru", "en")


async def test_a_caller_is_asked_for_the_language() -> None:
    asked = say_or_press(
        {"1": "russian", "2": "english"},
        {"languages": ["ru", "en"], "phrases": {"1": {"ru": ["русский"]}, "2": {"en": ["English"]}}},
    )
    switch = {name: {"kind": "language", "language": name[:2], "next": "main"} for name in ("ru", "en")}
    found = {"ask": asked, "russian": {**switch["ru"]}, "english": {**switch["en"]}, **steps(say_or_press())}
    for said, language, offered in (("По-русски, русский", "ru", "купить"), ("English, please", "en", "sales")):
        line = FakeLine(says=[said, offered])
        await walk(line, found, menu={"entry": "ask"})
        assert (line.path[-1], line.call.language) == ("sales", language)
        assert [listening.languages[0] for listening in line.listenings] == ["ru", language]


async def test_languages_come_from_the_step_the_number_or_the_call() -> None:
    line = FakeLine(says=["купить"])
    await walk(line, steps(say_or_press()))
    assert line.listenings[0].languages == ("ru",)
    number = Number(
        id=OURS.id, number="74950000000", name="Main", language="en", destination=ToHangup(), languages=("en",)
    )
    line = FakeLine(says=["sales"])
    line.call.number_id = number.id  # type: ignore[assignment]
    await walk(line, steps(say_or_press(speech={"detect_language": True})), numbers={number.number: number})
    assert line.listenings[0].languages == ("en",)


CONFIRM = {"kind": "confirm", "prompts": [SOUND], "on_yes": "sales", "on_no": "support", "on_failure": "late"}


@pytest.mark.parametrize(
    ("digits", "says", "last"),
    [
        ("", ["да, всё верно"], "sales"),
        ("", ["нет, отмена"], "support"),
        ("1", [], "sales"),
        ("2", [], "support"),
        ("", ["погода", "да"], "sales"),
        ("", [",", ",", ","], "late"),
        ("5", [",", "нет"], "support"),
    ],
)
async def test_yes_or_no(digits: str, says: list[str], last: str) -> None:
    line = FakeLine(digits, says=says)
    await walk(line, steps({**CONFIRM, "tries": 3}))
    assert line.path == ["main", last]


ORDER = {
    "kind": "collect",
    "prompts": [SOUND],
    "variable": "order",
    "min_digits": 4,
    "max_digits": 6,
    "next": "sales",
    "on_failure": "late",
    "speech": {},
}


async def test_digits_that_are_said_are_read_back() -> None:
    line = FakeLine(says=["сорок пять", "двенадцать", "да"])
    await walk(line, steps(ORDER))
    assert line.path == ["main", "sales"]
    assert line.call.variables == {"order": "4512"}
    assert line.played[1:] == ["text:ru:Вы сказали:", "digits:4512", "text:ru:Верно?"]
    assert line.noted("collected")[0]["by"] == "voice"


async def test_a_value_that_was_heard_wrong_is_asked_again_or_typed() -> None:
    line = FakeLine("7777#", says=["один два три четыре", "нет", ","])
    await walk(line, steps({**ORDER, "barge_in": False}))
    assert line.path == ["main", "sales"]
    assert line.call.variables == {"order": "7777"}
    line = FakeLine(says=["один два три четыре", "да"])
    await walk(line, steps({**ORDER, "speech": {"read_back": False}}))
    assert line.call.variables == {"order": "1234"}
    assert len(line.says) == 1


ASK = {
    "kind": "ask",
    "prompts": [SOUND],
    "variable": "wish",
    "confidence_variable": "sure",
    "max_s": 10,
    "next": "sales",
    "on_failure": "late",
}


async def test_an_open_question_keeps_words_and_trust() -> None:
    said = Final(text="хочу узнать про доставку", start_s=1, end_s=3.5, confidence=0.81, engine="whisper")
    line = FakeLine(says=[said])
    (answer,) = await walk(line, steps(ASK))
    assert line.path == ["main", "sales"]
    assert line.call.variables == {"wish": "хочу узнать про доставку", "sure": "0.81"}
    assert (answer.text, answer.confidence, answer.step, answer.variable) == (said.text, 0.81, "main", "wish")
    assert (answer.duration_s, answer.language, answer.call_id) == (2.5, "ru", line.call.id)
    (listening,) = line.listenings
    assert (listening.max_s, listening.grammar) == (10, None)
    assert listening.keep is not None
    assert f"answer-{answer.id}" in listening.keep


async def test_personal_data_is_hidden_in_what_is_stored() -> None:
    said = Final(text="карта 4111", start_s=1, end_s=3.5, confidence=0.81, engine="whisper")
    line = FakeLine(says=[said])
    (answer,) = await walk(line, steps(ASK), hide=lambda text: text.replace("4111", "***"))
    assert answer.text == line.call.variables["wish"] == line.noted("answer")[0]["said"] == "карта ***"
    assert answer.file is None


async def test_an_open_question_takes_a_digit_and_counts_silences() -> None:
    line = FakeLine("5")
    (answer,) = await walk(line, steps(ASK))
    assert answer.text == line.call.variables["wish"] == "5"
    line = FakeLine()
    assert await walk(line, steps(ASK)) == []
    assert line.path == ["main", "late"]


async def test_an_answer_that_nobody_hears_is_recorded() -> None:
    line = FakeLine(deaf="no_capacity")
    (answer,) = await walk(line, steps(ASK))
    assert line.path == ["main", "sales"]
    assert answer.file == f"{line.files[0]}.wav"
    assert (answer.text, answer.duration_s) == ("", 3.0)


async def test_the_ear_is_closed_when_the_menu_is_left() -> None:
    menu = menu_of(steps(say_or_press({"1": "out"})) | {"out": {"kind": "transfer", "to": {"kind": "hangup"}}})
    line = FakeLine(says=["купить"])
    await run_menu(line, tools_of(table_of(menu)), Guard(50), MENU)
    assert line.listenings
    assert not line.ear_open


async def test_an_adopted_call_goes_on_where_it_stood() -> None:
    line = FakeLine(says=["погода"], hangs_up_at=6)
    await walk(line, steps(say_or_press()))
    position = line.saved[-1]
    assert (position["step"], position["no_matches"]) == ("main", 1)
    adopted = FakeLine("2", says=["погода", "купить"])
    with pytest.raises(HungUp):
        await resume(adopted, tools_of(table_of(menu_of(steps(say_or_press())))), position)
    assert adopted.path == ["main", "support"], "the second utterance that fits nothing was its last by voice"
