"""Live transcripts: who is listened to, what is kept, told and counted."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from types import SimpleNamespace
from unittest.mock import Mock

import pytest

from engine.calls.model import Direction, LegRole
from engine.calls.states import LegState
from engine.calls.talk.state import Consult, Mode, Watch
from engine.calls.tap import Tap
from engine.core.tasks import Tasks
from engine.history.records import SegmentRow, TranscriptRow
from engine.transcripts.store import Left, Raised
from tests.unit.transcripts.support import (
    BEGAN,
    COLLEAGUE,
    OPERATOR,
    PARTNER,
    QUEUE,
    FakeLine,
    World,
    card_rule,
    leg,
    settle,
    word_rule,
)

pytestmark = pytest.mark.feature("F-PBX-20")


@pytest.fixture
async def tasks() -> AsyncIterator[Tasks]:
    async with Tasks() as group:
        yield group


@pytest.fixture
async def world(tasks: Tasks) -> World:
    return World(tasks)


@pytest.fixture
async def line(world: World) -> FakeLine:
    """A conversation that both sides of are heard."""
    line = FakeLine(world.clock)
    await world.begin(line)
    return line


async def test_each_side_is_written_down_as_its_own_with_true_times(world: World, line: FakeLine) -> None:
    assert [ear.channel_id for ear in line.ears.all] == ["client", "operator"]
    line.ears.of("operator").says("добрый день", 0.5)
    line.ears.of("client").hears(10.0)
    line.ears.of("client").says("хочу узнать", 2.0)
    first, second = world.journal.segments
    assert (first.side, first.user_id, first.text, first.start_s) == ("operator", OPERATOR, "добрый день", 0.5)
    assert (second.side, second.user_id, second.start_s, second.end_s) == ("client", None, 12.0, 14.0)
    assert second.words[0][:3] == ("хочу", 12.0, 13.0)
    opened, told = world.journal.feed("opened", "segment")[:2]
    assert told.key == str(line.call.id)
    whose = {"partner_id": PARTNER, "operator_id": OPERATOR, "queue_id": QUEUE, "users": [str(OPERATOR)]}
    assert whose.items() <= told.data.items() and whose.items() <= opened.data.items()
    assert "words" not in told.data


async def test_the_call_ends_and_the_transcript_is_closed_with_figures_and_sentiment(world, line) -> None:
    world.workers.scores = {"ужасно плохо": -0.8, "сейчас помогу": 0.4}
    line.ears.of("client").says("ужасно плохо", 1.0, 3.0)
    line.ears.of("operator").says("сейчас помогу", 5.0, 3.0)
    await world.end(line, 10.0)
    row = world.journal.transcript
    assert (row.state, row.duration_s, row.engine, row.language, row.sentiment) == ("done", 10.0, "fake", "ru", -0.8)
    assert row.measures["talk_s"] == {"client": 3.0, "operator": 3.0} and row.measures["talk_ratio"] == 0.5
    assert [segment.sentiment for segment in world.journal.segments] == [-0.8, 0.4]
    (closed,) = world.journal.feed("closed")
    assert closed.data["sentiment"] == -0.8 and closed.data["measures"]["words"] == {"client": 2, "operator": 2}
    assert all(ear.closed for ear in line.ears.all) and not world.live.live


async def test_the_language_of_a_transcript_is_that_of_most_of_it(world, line) -> None:
    for text, at, language in (("hello", 1.0, "en"), ("да", 4.0, "ru"), ("thank you", 7.0, "en")):
        line.ears.of("client").says(text, at, language=language)
    await world.end(line, 10.0)
    assert world.journal.transcript.language == "en"


async def test_without_an_engine_for_sentiment_there_is_none(world, line) -> None:
    line.ears.of("client").says("ужасно", 1.0)
    await world.end(line, 5.0)
    assert world.journal.transcript.sentiment is None and world.journal.transcript.state == "done"


async def test_last_words_that_come_after_the_hang_up_are_kept(world, line) -> None:
    client = line.ears.of("client")
    client.begins("и ещё", 8.0)
    world.clock.forward(9.0)
    line.call.talk, line.call.ended_at = None, world.clock.now()
    world.live.on_ended(line.call)
    await settle()
    assert client.ending and not client.closed
    client.says("и ещё спасибо", 8.0, 0.9)
    line.ears.of("operator").over.set()
    client.over.set()
    for _ in range(50):
        await asyncio.sleep(0.01)
        if world.journal.feed("closed"):
            break
    assert [segment.text for segment in world.journal.segments] == ["и ещё спасибо"]
    assert world.journal.transcript.state == "done"


@pytest.mark.parametrize(
    ("of_queue", "queue", "policy", "hears", "written"),
    [
        (True, True, "none", True, True),
        (False, True, "all", True, False),
        (True, False, "operators", True, True),
        (True, False, "none", True, False),
        (True, True, "all", False, False),
    ],
)
async def test_queues_and_the_setting_say_which_calls_become_text(
    tasks, of_queue, queue, policy, hears, written
) -> None:
    world = World(tasks, speech_live=policy)
    world.of_queue[QUEUE] = of_queue
    world.workers.languages = {"ru"} if hears else {"ko"}
    line = FakeLine(world.clock)
    line.call.queue_id = QUEUE if queue else None
    await world.talk(line)
    assert bool(line.ears.all) is bool(world.journal.rows) is written


async def test_the_operators_side_is_the_companys_whoever_called(tasks) -> None:
    world = World(tasks)
    line = FakeLine(world.clock, Direction.OUTBOUND)
    await world.begin(line)
    line.ears.of("operator").says("добрый день", 0.0)
    line.ears.of("client").says("слушаю", 3.0)
    assert [(one.side, one.text) for one in world.journal.segments] == [
        ("operator", "добрый день"),
        ("client", "слушаю"),
    ]


async def test_what_is_said_on_hold_aside_or_muted_is_not_kept_but_who_is_held_is(world, line) -> None:
    client, operator = line.ears.of("client"), line.ears.of("operator")
    world.clock.forward(10.0)
    line.leg("operator").held = True
    await world.talk(line)
    operator.begins("ну и клиент", 12.0)
    operator.says("ну и клиент", 12.0)
    client.says("сколько ждать", 13.0)
    world.clock.forward(10.0)
    line.leg("operator").held = False
    await world.talk(line)
    operator.says("я вернулся", 21.0)
    line.leg("operator").muted = True
    await world.talk(line)
    operator.says("чай будешь", 25.0)
    assert [one.text for one in world.journal.segments] == ["сколько ждать", "я вернулся"]
    assert not operator.ending


async def test_an_utterance_that_begins_before_the_hold_keeps_what_was_heard(world, line) -> None:
    world.clock.forward(10.0)
    line.leg("operator").held = True
    await world.talk(line)
    line.ears.of("operator").says("минуту Таня где договор", 8.0, 4.0)
    assert [one.text for one in world.journal.segments] == ["минуту Таня"]


async def test_a_private_consultation_is_not_kept(world, line) -> None:
    line.call.legs.append(leg("asked", LegRole.CONSULT, "102", "PJSIP/102", COLLEAGUE))
    line.talk.consult = Consult(by="operator", leg="asked", bridge_id="c", to={})
    await world.talk(line)
    line.ears.of("operator").says("у меня тут один", 1.0)
    assert [ear.channel_id for ear in line.ears.all] == ["client", "operator"] and not world.journal.segments


async def test_while_the_recording_is_paused_nothing_is_kept(world, line) -> None:
    line.call.record_paused = True
    await world.talk(line)
    line.ears.of("client").says("мой секрет", 1.0)
    world.clock.forward(5.0)
    line.call.record_paused = False
    await world.talk(line)
    line.ears.of("client").says("готово", 6.0)
    assert [one.text for one in world.journal.segments] == ["готово"]


async def test_a_transfer_changes_who_is_listened_to_within_one_transcript(world, line) -> None:
    line.call.legs.append(leg("new", LegRole.CALLEE, "102", "PJSIP/102", COLLEAGUE))
    line.talk.members = ["client", "new"]
    line.leg("operator").move(LegState.DOWN)
    line.call.operator_id = COLLEAGUE
    await world.talk(line)
    assert line.ears.of("operator").ending and not line.ears.of("client").ending
    line.ears.of("new").hears()
    line.ears.of("new").says("слушаю вас", 1.0)
    assert [(one.text, one.user_id) for one in world.journal.segments][-1] == ("слушаю вас", COLLEAGUE)
    assert world.journal.transcript.operator_id == COLLEAGUE
    assert world.journal.feed("segment")[-1].data["users"] == sorted([str(OPERATOR), str(COLLEAGUE)])
    assert len({row.id for row in world.journal.of(TranscriptRow)}) == 1


async def test_a_conference_has_an_ear_for_each_up_to_the_bound(tasks) -> None:
    world = World(tasks, speech_ears_per_call=3)
    line = FakeLine(world.clock)
    for number in range(4):
        name = f"more-{number}"
        line.call.legs.append(leg(name, LegRole.CALLEE, f"10{number}", f"PJSIP/10{number}"))
        line.talk.members.append(name)
    await world.begin(line)
    assert len(line.ears.all) == 3


async def test_a_supervisor_is_written_down_when_everybody_hears_it(world, line) -> None:
    line.call.legs.append(leg("chief", LegRole.SUPERVISOR, "110", "PJSIP/110", COLLEAGUE))
    watch = Watch(leg="chief", target="operator", mode=Mode.WHISPER, bridge_id="w")
    line.talk.watches.append(watch)
    await world.talk(line)
    assert [ear.channel_id for ear in line.ears.all] == ["client", "operator"]
    watch.mode = Mode.BARGE
    await world.talk(line)
    line.ears.of("chief").says("добрый день", 1.0)
    assert world.journal.segments[0].side == "operator" and world.journal.segments[0].user_id == COLLEAGUE


async def test_who_goes_on_to_a_menu_is_listened_to_no_more(world, line) -> None:
    line.call.talk = None
    await world.talk(line)
    assert all(ear.ending for ear in line.ears.all)
    world.clock.forward(60.0)
    second = FakeLine(world.clock)
    line.call.talk = second.call.talk
    await world.begin(line)
    assert len(line.ears.all) == 4
    line.ears.of("client").says("снова я", 1.0)
    assert world.journal.segments[0].start_s == 61.0


async def test_no_text_just_now_is_told_once_and_so_is_its_end(world, line) -> None:
    client = line.ears.of("client")
    world.clock.forward(5.0)
    client.deaf("worker_lost")
    client.deaf("worker_lost")
    world.clock.forward(5.0)
    client.hears(10.0)
    client.says("я тут", 1.0)
    kinds = [(row.kind, row.data.get("reason")) for row in world.journal.feed("deaf", "hearing")]
    assert kinds[-2:] == [("deaf", "worker_lost"), ("hearing", None)]
    assert world.journal.segments[0].start_s == 11.0
    await world.end(line, 10.0)
    assert world.journal.transcript.measures["unheard_s"] == pytest.approx(5.0)


async def test_personal_data_reaches_neither_the_journal_nor_the_feed_nor_screens(tasks) -> None:
    world = World(tasks)
    tasks.spawn(world.live.run(), name="run")
    await world.use(masking=(card_rule(),), speech=(word_rule("карты"),))
    heard = []
    world.live.on_final.append(lambda call, utterance: heard.append(utterance.text))
    line = FakeLine(world.clock)
    await world.begin(line)
    client = line.ears.of("client")
    client.begins("номер карты 4276 5500", 1.0)
    client.says("номер карты 4276 5500", 1.0)
    assert not world.journal.segments
    await asyncio.sleep(0.3)
    client.begins("1234", 4.0)
    await asyncio.sleep(0.3)
    client.says("1234 5679 всё", 4.0)
    texts = [one.text for one in world.journal.segments]
    assert texts == ["номер карты ***", "*** всё"] == heard
    assert [alert.text for alert in world.journal.alerts] == ["номер карты ***"]
    assert world.store.partials
    everything = repr(world.journal.rows) + repr(world.store.partials)
    assert not any(digits in everything for digits in ("4276", "5500", "5679"))
    assert world.journal.transcript.masked


async def test_what_is_held_back_is_told_when_nothing_follows(tasks) -> None:
    world = World(tasks, speech_mask_hold_s=4.0)
    tasks.spawn(world.live.run(), name="run")
    await world.use(masking=(card_rule(),))
    line = FakeLine(world.clock)
    await world.begin(line)
    line.ears.of("client").says("заказ 1234", 1.0)
    await asyncio.sleep(0.7)
    assert not world.journal.segments
    world.clock.forward(8.0)
    for _ in range(100):
        await asyncio.sleep(0.02)
        if world.journal.segments:
            break
    assert [one.text for one in world.journal.segments] == ["заказ 1234"]


async def test_rules_raise_alerts_at_once_and_may_change_in_the_middle(world, line) -> None:
    await world.use(speech=(word_rule("расторгнуть договор", severity="alarm", side="client"),))
    line.ears.of("operator").says("расторгнуть договор", 0.0)
    assert not world.journal.alerts
    line.ears.of("client").says("хочу расторгнуть договор", 3.0)
    (alert,) = world.journal.alerts
    assert (alert.severity, alert.side, alert.at_s, alert.queue_id) == ("alarm", "client", 3.0, QUEUE)
    (told,) = world.journal.feed("alert")
    assert told.data["rule_name"] == "rule" and told.data["phrase"] == "расторгнуть договор"
    await world.use(speech=(word_rule("суд"),))
    line.ears.of("client").says("подам в суд", 6.0)
    assert len(world.journal.alerts) == 2


async def test_texts_that_may_change_are_told_not_too_often_and_the_newest_counts(tasks) -> None:
    world = World(tasks, speech_partial_interval_s=0.3)
    tasks.spawn(world.live.run(), name="run")
    line = FakeLine(world.clock)
    await world.begin(line)
    loop = asyncio.get_running_loop()
    until = loop.time() + 1.0
    number = 0
    while loop.time() < until:
        number += 1
        line.ears.of("client").begins(f"слово {number}", 1.0)
        await asyncio.sleep(0.02)
    await asyncio.sleep(0.5)
    told = [json.loads(text) for text in world.store.partials]
    assert 2 <= len(told) <= 6
    assert told[-1]["key"] == str(line.call.id) and told[-1]["data"]["text"] == f"слово {number}"
    assert told[-1]["data"]["side"] == "client" and told[-1]["data"]["users"] == [str(OPERATOR)]
    assert all(len(text.encode()) < 8000 for text in world.store.partials)


async def test_the_bound_of_the_node_holds_and_a_database_that_is_away_costs_partials_alone(tasks) -> None:
    world = World(tasks, speech_partials_per_second=10)
    tasks.spawn(world.live.run(), name="run")
    lines = [FakeLine(world.clock) for _ in range(40)]
    for line in lines:
        await world.begin(line)
    world.store.fails = True
    for line in lines:
        line.ears.of("client").begins("раз", 1.0)
    await asyncio.sleep(0.3)
    world.store.fails = False
    for line in lines:
        line.ears.of("client").begins("д" * 9000, 1.0)
    await asyncio.sleep(0.3)
    assert 1 <= len(world.store.partials) <= 10
    assert all(len(text.encode()) < 8000 for text in world.store.partials)
    lines[0].ears.of("client").says("раз", 1.0)
    assert [one.text for one in world.journal.segments] == ["раз"]


async def test_a_new_process_goes_on_under_the_same_id_with_true_times(tasks) -> None:
    world = World(tasks)
    line = FakeLine(world.clock)
    rule = word_rule("жалоба")
    world.store.left = [_left(line, lives=True, raised=[Raised(rule.id, "client", 2.0)])]
    await world.use(speech=(rule,))
    await world.live.restore()
    world.clock.forward(30.0)
    await world.begin(line)
    line.ears.of("client").says("жалоба", 1.0)
    row = world.journal.segments[-1]
    assert (row.transcript_id, row.seq, row.start_s) == (world.store.left[0].row.id, 2, 31.0)
    assert not world.journal.alerts and not world.journal.feed("opened")
    await world.end(line, 10.0)
    measures = world.journal.transcript.measures
    assert measures["words"] == {"client": 3, "operator": 2}
    assert measures["unheard"] == [[0.0, 0.5], [8.0, 30.0]]


async def test_a_call_that_ended_while_no_engine_was_there_is_closed(tasks) -> None:
    world = World(tasks)
    line = FakeLine(world.clock)
    world.store.left = [_left(line, lives=False, raised=[])]
    await world.live.restore()
    for _ in range(50):
        await asyncio.sleep(0.01)
        if world.journal.feed("closed"):
            break
    assert world.journal.transcript.state == "done" and world.journal.transcript.duration_s == 20.0


async def test_a_call_that_is_found_dead_at_the_adoption_is_closed(tasks) -> None:
    world = World(tasks)
    line = FakeLine(world.clock)
    world.store.left = [_left(line, lives=True, raised=[])]
    await world.live.restore()
    await world.end(line, 25.0)
    assert world.journal.transcript.duration_s == 25.0


def _left(line: FakeLine, *, lives: bool, raised: list[Raised]) -> Left:
    """Two segments of an earlier process."""
    id_, unheard = line.call.id, {"unheard": [[0.0, 0.5]]}
    row = TranscriptRow(id=id_, source="live", started_at=BEGAN, call_id=id_, call_started_at=BEGAN, measures=unheard)
    common = {"transcript_id": id_, "words": ()}
    segments = [
        SegmentRow(id=f"{id_}/0", seq=0, side="client", start_s=1.0, end_s=3.0, text="моя жалоба", **common),
        SegmentRow(id=f"{id_}/1", seq=1, side="operator", start_s=4.0, end_s=8.0, text="слушаю вас", **common),
    ]
    return Left(row, segments, raised, lives, None if lives else BEGAN + timedelta(seconds=20))


async def test_an_utterance_that_is_held_back_stays_on_screens_as_text_that_may_change(tasks) -> None:
    world = World(tasks)
    tasks.spawn(world.live.run(), name="run")
    await world.use(masking=(card_rule(),))
    line = FakeLine(world.clock)
    await world.begin(line)
    line.ears.of("client").says("код 1234", 1.0)
    line.ears.of("operator").says("слушаю", 4.0)
    await asyncio.sleep(0.4)
    told = [json.loads(text)["data"] for text in world.store.partials]
    assert [(data["side"], data["text"]) for data in told] == [("client", "код ***")]
    assert [one.text for one in world.journal.segments] == ["слушаю"]


async def test_a_pause_of_the_recording_is_told_by_the_recording_itself() -> None:
    told, call = [], SimpleNamespace(record_paused=False, recording=None)
    services = SimpleNamespace(ledger=Mock(), tell_talk=lambda line: told.append(line.call.record_paused))
    tap = Tap(SimpleNamespace(call=call, services=services, note=Mock()))
    for on in (True, True, False):
        await tap.pause(on)
    assert told == [True, False]
