"""Calls outside: the first rule that fits decides, limits count what the rule concerns, only our numbers are shown."""

from datetime import UTC, datetime, time
from typing import Any
from uuid import UUID

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.routing.model import (
    CallerIdRule,
    Extension,
    Interval,
    Number,
    OutboundRule,
    Person,
    Schedule,
    ToHangup,
    Trunk,
)
from engine.routing.outbound import ALWAYS, OutsideCall, Permission, Refusal, Wish, concerns, decide
from engine.routing.table import RoutingTable

pytestmark = pytest.mark.feature("F-PBX-13")
NOON = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
NIGHT = datetime(2026, 3, 2, 23, 0, tzinfo=UTC)
ANNA, BORIS = UUID(int=1), UUID(int=2)
SALES = UUID(int=10)
HOURS = UUID(int=20)
MAIN, SPARE = "74951000001", "78121000002"
TRUNK = Trunk(id=UUID(int=30), name="city", caller_id=MAIN)
MOBILE, ABROAD = "79161234567", "81044203456789"


def rule(name: str = "rule", **fields: Any) -> OutboundRule:
    return OutboundRule(id=UUID(int=hash(name) & 0xFFFF), position=1, name=name, **fields)


def shows(number: str, **fields: Any) -> CallerIdRule:
    return CallerIdRule(id=UUID(int=40), position=1, name=f"show {number}", caller_id=number, **fields)


def table(*rules: OutboundRule, shown: tuple[CallerIdRule, ...] = (), own: str | None = None) -> RoutingTable:
    day = tuple(Interval(day=day, start=time(9), end=time(18)) for day in range(1, 8))
    hours = Schedule(id=HOURS, name="day", timezone="Europe/Moscow", weekly=day, open=ToHangup(), closed=ToHangup())
    numbers = [
        Number(id=UUID(int=index), number=number, name=number, language="ru", destination=ToHangup())
        for index, number in enumerate((MAIN, SPARE))
    ]
    return RoutingTable(
        numbers={number.number: number for number in numbers},
        extensions={
            "101": Extension(id=UUID(int=101), number="101", name="Anna", caller_id=own),
            "102": Extension(id=UUID(int=102), number="102", name="Boris"),
        },
        people={
            "101": Person(extension="101", user_id=ANNA, groups=frozenset({SALES})),
            "102": Person(extension="102", user_id=BORIS),
        },
        schedules={HOURS: hours},
        trunks={TRUNK.id: TRUNK},
        outbound_rules=rules,
        caller_id_rules=shown,
    )


def ask(
    configuration: RoutingTable, number: str = MOBILE, at: datetime = NOON, *calls: OutsideCall, **wish: Any
) -> Any:
    wish = {"extension": "101", "trunk": TRUNK} | wish
    return decide(configuration, Wish(number, **wish), at, calls)


def test_without_rules_everything_may_be_called() -> None:
    assert ask(table()) == Permission(TRUNK, MAIN, "trunk city")


def test_the_first_rule_that_fits_decides() -> None:
    configuration = table(
        rule("sales abroad", groups={SALES}, prefixes=("810",)), rule("no abroad", prefixes=("810",), allow=False)
    )
    assert ask(configuration, ABROAD).rule == "sales abroad"
    refusal = ask(configuration, ABROAD, extension="102")
    assert refusal == Refusal("denied", "no abroad", ABROAD)
    assert refusal.text == f'Calling {ABROAD} is not allowed (rule "no abroad")'
    assert isinstance(ask(configuration, MOBILE, extension="102"), Permission)


def test_numbers_are_compared_in_international_form() -> None:
    configuration = table(rule("no mobiles", prefixes=("79",), allow=False))
    for given_number in ("+7 916 123-45-67", "89161234567", "9161234567"):
        assert ask(configuration, given_number).reason == "denied"


@pytest.mark.parametrize("number", sorted(ALWAYS))
def test_nothing_keeps_anybody_from_emergency_numbers(number: str) -> None:
    assert isinstance(ask(table(rule(allow=False)), number), Permission)


def test_hours() -> None:
    configuration = table(rule("by day", schedule_id=HOURS))
    assert isinstance(ask(configuration, at=NOON), Permission)
    assert ask(configuration, at=NIGHT).reason == "hours"
    assert ask(table(rule(schedule_id=UUID(int=999)))).reason == "hours"


@pytest.mark.parametrize(("together", "allowed"), [(False, True), (True, False)])
def test_calls_at_once_of_each_or_of_all(together: bool, allowed: bool) -> None:
    configuration = table(rule(prefixes=("79",), max_calls=2, together=together))
    calls = [
        OutsideCall("101", MOBILE, 5, live=True),
        OutsideCall("102", "79990000000", 5, live=True),
        OutsideCall("102", ABROAD, 5, live=True),
        OutsideCall("101", MOBILE, 50, live=False),
    ]
    assert isinstance(ask(configuration, MOBILE, NOON, *calls), Permission) is allowed
    assert ask(configuration, MOBILE, NOON, *calls, calls[0]).reason == "calls"


def test_minutes_of_the_day() -> None:
    configuration = table(rule("hour a day", max_minutes_day=60))
    talked = [OutsideCall("101", MOBILE, 3000, live=False), OutsideCall("101", ABROAD, 599, live=True)]
    others = OutsideCall("102", MOBILE, 9999, live=False)
    assert isinstance(ask(configuration, MOBILE, NOON, *talked, others), Permission)
    assert ask(configuration, MOBILE, NOON, *talked, OutsideCall("101", MOBILE, 1, live=True)).reason == "minutes"


@pytest.mark.feature("F-PBX-16")
def test_which_number_is_shown() -> None:
    rules = (shows(SPARE, prefixes=("7812",)), shows(SPARE, groups={SALES}))
    assert ask(table(own=SPARE)).caller_id == SPARE
    assert ask(table(own=SPARE), caller_id="+7 495 100-00-01").caller_id == MAIN
    assert ask(table(shown=rules)).shown_by == f'rule "show {SPARE}"'
    assert ask(table(shown=rules), extension="102").caller_id == MAIN
    assert ask(table(shown=rules), "78125554433", extension="102").caller_id == SPARE
    assert ask(table(shown=rules), "78125554433", extension=None).caller_id == SPARE
    assert ask(table(own="74999999999")).caller_id == MAIN


@pytest.mark.feature("F-PBX-16")
def test_a_number_that_is_not_ours_is_never_shown() -> None:
    refusal = ask(table(), caller_id="79990001122")
    assert (refusal.reason, refusal.number) == ("caller_id", "79990001122")
    assert "not one of your numbers" in refusal.text
    foreign = msgspec.structs.replace(TRUNK, caller_id="79990001122")
    assert ask(table(), trunk=foreign).reason == "caller_id"
    silent = msgspec.structs.replace(TRUNK, caller_id=None)
    assert ask(table(), trunk=silent) == Permission(silent, None)


def test_a_trunk_has_only_so_many_lines() -> None:
    small = msgspec.structs.replace(TRUNK, max_channels=2)
    assert isinstance(ask(table(), trunk=small, trunk_calls=1), Permission)
    refusal = ask(table(), trunk=small, trunk_calls=2)
    assert (refusal.reason, refusal.rule) == ("lines", "city")


def test_without_a_trunk_nothing_can_be_called() -> None:
    assert ask(table(), trunk=None).reason == "trunk"


scopes = st.fixed_dictionaries(
    {
        "users": st.frozensets(st.sampled_from([ANNA, BORIS]), max_size=1),
        "groups": st.frozensets(st.just(SALES), max_size=1),
        "extensions": st.frozensets(st.sampled_from(["101", "103"]), max_size=1),
        "prefixes": st.lists(st.sampled_from(["7", "79", "810"]), max_size=2).map(tuple),
    }
)
limits = st.fixed_dictionaries(
    {
        "allow": st.booleans(),
        "schedule_id": st.sampled_from([None, HOURS]),
        "max_calls": st.sampled_from([None, 1, 2]),
        "max_minutes_day": st.sampled_from([None, 1]),
        "together": st.booleans(),
    }
)
rules_of = st.lists(st.builds(lambda scope, limit: rule(**scope, **limit), scopes, limits), max_size=4)
calls_of = st.lists(
    st.builds(
        OutsideCall,
        st.sampled_from(["101", "102", "103"]),
        st.sampled_from([MOBILE, ABROAD]),
        st.floats(0, 90),
        live=st.booleans(),
    ),
    max_size=5,
)


@settings(deadline=None)
@given(
    rules=rules_of,
    calls=calls_of,
    extension=st.sampled_from(["101", "102", "103"]),
    number=st.sampled_from([MOBILE, ABROAD, "112"]),
    at=st.sampled_from([NOON, NIGHT]),
)
def test_decisions(rules: Any, calls: Any, extension: str, number: str, at: datetime) -> None:
    named = [msgspec.structs.replace(item, name=str(index)) for index, item in enumerate(rules)]
    configuration = table(*named)
    answer = ask(configuration, number, at, *calls, extension=extension)
    fitting = [item for item in named if concerns(configuration, item, extension, number)]
    if isinstance(answer, Refusal):
        assert number not in ALWAYS
        assert answer.rule == fitting[0].name
        # More of what is counted never opens what was closed.
        assert isinstance(ask(configuration, number, at, *calls, *calls, extension=extension), Refusal)
    else:
        assert answer.caller_id in configuration.numbers
        assert number in ALWAYS or answer.rule == (fitting[0].name if fitting else "")
        # Rules after the first that fits, and about others, change nothing.
        fewer = table(*fitting[:1])
        assert ask(fewer, number, at, *calls, extension=extension) == answer
