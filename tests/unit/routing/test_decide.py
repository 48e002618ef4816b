"""Where calls go: numbers, blacklist, schedules, forwarding, short numbers; no configuration sends one in circles."""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.routing.blacklist import Blacklist
from engine.routing.decide import NOT_IN_SERVICE, UNKNOWN, Route, resolve, route_inbound, route_internal
from engine.routing.features import OwnVoicemail
from engine.routing.model import (
    BlacklistAction,
    BlacklistEntry,
    Destination,
    Extension,
    Forward,
    Interval,
    Number,
    Schedule,
    SpeedDial,
    ToExtension,
    ToExternal,
    ToHangup,
    ToMenu,
    ToMessage,
    ToSchedule,
    ToVoicemail,
    Trunk,
    VoicemailBox,
)
from engine.routing.steps import LoopFound
from engine.routing.table import RoutingTable

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
NIGHT = datetime(2026, 3, 2, 23, tzinfo=UTC)
MENU, BOX = UUID(int=1), VoicemailBox(id=UUID(int=2), name="box")
DAY = UUID(int=3)
TRUNK = Trunk(id=UUID(int=4), name="city")
DID = "74951234567"


def day_schedule(open_to: Destination, closed_to: Destination, schedule_id: UUID = DAY) -> Schedule:
    weekly = tuple(Interval(day, time(9), time(18)) for day in range(1, 8))
    return Schedule(id=schedule_id, name="day", timezone="UTC", weekly=weekly, open=open_to, closed=closed_to)


def extension(number: str, *forwards: Forward, **more: Any) -> Extension:
    return Extension(id=UUID(int=int(number)), number=number, name=number, forwards=forwards, **more)


def table(destination: Destination = NOT_IN_SERVICE, *extensions: Extension, **more: Any) -> RoutingTable:
    number = {"name": "main", "language": "en", "destination": destination, **more.pop("number", {})}
    values: dict[str, Any] = {
        "numbers": {DID: Number(id=UUID(int=9), number=DID, **number)},
        "extensions": {row.number: row for row in extensions},
        "menus": {MENU: object()},
        "boxes": {BOX.id: BOX},
        "trunks": {TRUNK.id: TRUNK},
        "schedules": {DAY: day_schedule(ToMenu(id=MENU), ToVoicemail(box_id=BOX.id))},
    }
    return RoutingTable(**{**values, **more})


def inbound(configuration: RoutingTable, at: datetime = NOON, called: str = DID, **more: Any) -> Route:
    return route_inbound(configuration, "+79160000000", called, at, **more)


def kinds(route: Route) -> list[str]:
    return [step.kind for step in route.steps]


@pytest.mark.feature("F-PBX-24")
@pytest.mark.parametrize("called", [DID, "+" + DID, "84951234567", "4951234567"])
def test_a_number_is_found_as_the_trunk_writes_it(called: str) -> None:
    route = inbound(table(ToMenu(id=MENU)), called=called)
    assert route.target == ToMenu(id=MENU)
    assert (route.caller, route.called, route.language) == ("79160000000", DID, "en")
    assert route.number is not None


def test_an_unknown_number_is_not_in_service() -> None:
    route = inbound(table(), called="111")
    assert (route.target, route.number, kinds(route)) == (UNKNOWN, None, ["number_refused"])


def test_a_disabled_number_is_not_in_service() -> None:
    assert inbound(table(ToMenu(id=MENU), number={"enabled": False})).target == NOT_IN_SERVICE


def test_a_number_takes_its_most_calls_and_then_is_busy() -> None:
    configuration = table(ToMenu(id=MENU), number={"max_calls": 2})
    assert inbound(configuration, live_calls=1).target == ToMenu(id=MENU)
    assert inbound(configuration, live_calls=2).target == ToHangup(how="busy")


@pytest.mark.feature("F-PBX-18")
@pytest.mark.parametrize(
    ("action", "target"),
    [
        (BlacklistAction(), ToHangup(how="reject")),
        (BlacklistAction(kind="message"), NOT_IN_SERVICE),
        (BlacklistAction(kind="message", prompt_id=MENU), ToMessage(prompt_id=MENU)),
        (BlacklistAction(kind="voicemail", box_id=BOX.id), ToVoicemail(box_id=BOX.id)),
        (BlacklistAction(kind="voicemail"), ToHangup(how="reject")),
    ],
)
def test_a_blocked_caller_gets_the_entry_s_action(action: BlacklistAction, target: Destination) -> None:
    listed = Blacklist([BlacklistEntry(id=UUID(int=7), pattern="7916", kind="prefix", reason="spam", action=action)])
    route = inbound(table(ToMenu(id=MENU), blacklist=listed))
    assert route.target == target
    assert "blacklisted" in kinds(route)


@pytest.mark.feature("F-PBX-03")
def test_a_schedule_chooses_by_the_time() -> None:
    configuration = table(ToSchedule(id=DAY))
    assert inbound(configuration, NOON).target == ToMenu(id=MENU)
    night = inbound(configuration, NIGHT)
    assert night.target == ToVoicemail(box_id=BOX.id)
    assert night.steps[-1].data == {"name": "day", "open": False, "rule": "outside hours"}


@pytest.mark.feature("F-PBX-03")
def test_schedules_that_lead_to_each_other_end_in_not_in_service() -> None:
    other = UUID(int=5)
    ring = {
        DAY: day_schedule(ToSchedule(id=other), ToSchedule(id=other)),
        other: day_schedule(ToSchedule(id=DAY), ToSchedule(id=DAY), other),
    }
    route = inbound(table(ToSchedule(id=DAY), schedules=ring))
    assert route.target == NOT_IN_SERVICE
    assert isinstance(route.steps[-1], LoopFound)


@pytest.mark.feature("F-PBX-17")
@pytest.mark.parametrize(
    ("forward", "at", "target"),
    [
        (Forward(to=ToExtension(number="102")), NOON, "102"),
        (Forward(to=ToExtension(number="102"), until=NOON), NOON, "101"),
        (Forward(to=ToExtension(number="102"), until=NOON + timedelta(seconds=1)), NOON, "102"),
        (Forward(when="schedule_open", schedule_id=DAY, to=ToExtension(number="102")), NOON, "102"),
        (Forward(when="schedule_open", schedule_id=DAY, to=ToExtension(number="102")), NIGHT, "101"),
        (Forward(when="schedule_closed", schedule_id=DAY, to=ToExtension(number="102")), NIGHT, "102"),
        (Forward(when="schedule_closed", schedule_id=MENU, to=ToExtension(number="102")), NIGHT, "101"),
    ],
)
def test_an_extension_is_forwarded(forward: Forward, at: datetime, target: str) -> None:
    configuration = table(ToExtension(number="101"), extension("101", forward), extension("102"))
    assert inbound(configuration, at).target == ToExtension(number=target)


@pytest.mark.feature("F-PBX-17")
def test_two_extensions_forwarded_to_each_other_still_ring() -> None:
    to_102, to_101 = Forward(to=ToExtension(number="102")), Forward(to=ToExtension(number="101"))
    route = inbound(table(ToExtension(number="101"), extension("101", to_102), extension("102", to_101)))
    assert route.target == ToExtension(number="101")
    assert kinds(route) == ["number", "forwarded", "forwarded", "route_loop"]


def test_a_disabled_extension_gives_its_box() -> None:
    off = extension("101", enabled=False, voicemail_box_id=BOX.id)
    assert inbound(table(ToExtension(number="101"), off)).target == ToVoicemail(box_id=BOX.id)
    assert inbound(table(ToExtension(number="101"), extension("101", enabled=False))).target == NOT_IN_SERVICE


@pytest.mark.parametrize(
    "to", [ToMenu(id=DAY), ToVoicemail(box_id=DAY), ToExtension(number="999"), ToSchedule(id=BOX.id)]
)
def test_what_is_gone_is_not_in_service(to: Destination) -> None:
    route = inbound(table(to))
    assert route.target == NOT_IN_SERVICE
    assert kinds(route)[-1] == "route_missing"


@pytest.mark.feature("F-PBX-12")
@pytest.mark.parametrize(
    ("dialled", "target"),
    [
        ("102", ToExtension(number="102")),
        ("*1", ToVoicemail(box_id=BOX.id)),
        ("*97", OwnVoicemail("101")),
        ("84951234567", ToMenu(id=MENU)),
        ("8 916 123-45-67", ToExternal(number="79161234567", extension="101")),
        ("112", ToExternal(number="112", extension="101")),
        ("*55", NOT_IN_SERVICE),
        ("", NOT_IN_SERVICE),
        ("12", NOT_IN_SERVICE),
    ],
)
def test_what_a_phone_dials(dialled: str, target: object) -> None:
    dials = {"*1": SpeedDial(id=MENU, code="*1", name="box", destination=ToVoicemail(box_id=BOX.id))}
    anna = extension("101", caller_id=DID)
    configuration = table(ToMenu(id=MENU), anna, extension("102"), speed_dials=dials)
    route = route_internal(configuration, "101", dialled, NOON)
    assert route.target == target
    assert route.extension == anna


def test_no_trunk_no_outside_call() -> None:
    assert route_internal(table(trunks={}), "101", "79161234567", NOON).target == NOT_IN_SERVICE


NUMBERS = ["101", "102", "103", "104"]
SCHEDULES = [UUID(int=index) for index in (50, 51, 52)]
anywhere = st.one_of(
    st.sampled_from([ToExtension(number=number) for number in [*NUMBERS, "999"]]),
    st.sampled_from([ToSchedule(id=schedule) for schedule in [*SCHEDULES, MENU]]),
    st.sampled_from([ToMenu(id=MENU), ToHangup(), ToVoicemail(box_id=BOX.id)]),
)
forwards = st.lists(
    st.builds(
        Forward,
        when=st.sampled_from(["always", "schedule_open", "schedule_closed"]),
        to=anywhere,
        schedule_id=st.sampled_from([None, *SCHEDULES]),
    ),
    max_size=2,
)


@pytest.mark.feature("F-PBX-17")
@settings(deadline=None)
@given(
    rules=st.fixed_dictionaries(dict.fromkeys(NUMBERS, forwards)),
    ways=st.fixed_dictionaries({schedule: st.tuples(anywhere, anywhere) for schedule in SCHEDULES}),
    start=anywhere,
    at=st.sampled_from([NOON, NIGHT]),
)
def test_no_forwarding_goes_in_circles(rules: Any, ways: Any, start: Destination, at: datetime) -> None:
    configuration = table(
        start,
        *(extension(number, *rules[number]) for number in NUMBERS),
        schedules={key: day_schedule(*ways[key], key) for key in SCHEDULES},
    )
    target, steps = resolve(configuration, start, at)
    assert not isinstance(target, ToSchedule)
    assert len(steps) <= len(NUMBERS) + len(SCHEDULES) + 2
