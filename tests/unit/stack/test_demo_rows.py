from typing import Any

import msgspec
import pytest

from api.transcripts.rules import SpeechRuleData, speech_rule_errors
from engine.core.config import Settings
from engine.ivr import model as ivr
from engine.ivr.validate import validate
from engine.routing import model as routing
from tools.stack import demo_rows

SETTINGS = Settings(port_base=20000)


def table(name: str) -> list[dict[str, Any]]:
    return [row for where, row in demo_rows.rows(SETTINGS) if where == name]


def test_rows_are_the_same_each_time_but_for_new_passwords() -> None:
    def without_secrets(row: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in row.items() if name != "password"}

    first, second = demo_rows.rows(SETTINGS), demo_rows.rows(SETTINGS)
    assert [(t, without_secrets(r)) for t, r in first] == [(t, without_secrets(r)) for t, r in second]
    assert len({row["id"] for _, row in first}) == len(first)


@pytest.mark.feature("F-PBX-05")
def test_menus_pass_the_check_that_saving_makes() -> None:
    for row in table("menus"):
        assert validate(msgspec.convert(row["definition"], ivr.MenuDefinition)) == [], row["name"]


@pytest.mark.parametrize("language", ["ru", "en"])
def test_one_one_one_leads_through_three_menus_to_the_voicemail(language: str) -> None:
    menu = demo_rows.menu_tree(language, demo_rows.id_of("box office"))
    step, passed = menu.entry, []
    while isinstance(found := menu.steps[step], ivr.Menu):
        passed.append(step)
        assert found.barge_in
        assert found.options["9"] == step
        assert found.options["0"] == "operator"
        step = found.options["1"]
    assert passed == ["main", "work", "messages"]
    assert isinstance(found, ivr.LeaveVoicemail)
    assert menu.steps["messages"].options["*"] == "work"  # type: ignore[union-attr]


def test_destinations_name_rows_of_the_example() -> None:
    ids = {row["id"] for _, row in demo_rows.rows(SETTINGS)}
    for row in table("numbers"):
        destination = msgspec.convert(row["destination"], routing.Destination)
        named = [value for value in msgspec.structs.asdict(destination).values() if value is not None]
        assert set(named) <= ids, row["number"]


def test_people_answer_at_104_and_105_alone() -> None:
    office = next(row for row in table("ring_groups") if row["name"] == "Офис")
    assert office["members"] == ["104", "105"]


@pytest.mark.feature("F-PBX-20")
def test_rules_of_speech_pass_the_check_that_saving_makes() -> None:
    rules = table("speech_rules")
    assert {row["kind"] for row in rules} == {"keyword", "topic"}
    for row in rules:
        rule = msgspec.convert({name: value for name, value in row.items() if name != "id"}, SpeechRuleData)
        assert speech_rule_errors(rule) == [], row["name"]
