"""Two instances of the product as each other's service desk: all that is said and done here is there, once."""

import asyncio
import signal
import uuid
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio

from api.tickets.states import State
from tests.integration.api.conftest import until
from tests.integration.api.desk.linked import Desk, Pair, pair
from tests.integration.api.dialler.test_webhooks import other_process
from tools.stack.stand import Stand

pytestmark = pytest.mark.feature("F-TKT-06")
PICTURE = b"\x89PNG\r\n\x1a\n" + b"\x00\x00\x00\rIHDR" + bytes(60)


@pytest_asyncio.fixture(scope="module", loop_scope="package")
async def linked(postgres: Stand, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Pair]:
    async with pair(postgres, tmp_path_factory.mktemp("desks")) as made:
        yield made


@pytest_asyncio.fixture(loop_scope="package")
async def desks(linked: Pair) -> AsyncIterator[Pair]:
    linked.clock.ahead = 0.0
    yield linked
    linked.clock.stopped = None
    for wire in (linked.to_there, linked.to_here):
        wire.mode = "ok"
        await wire.start()


async def bodies(desk: Desk, ticket_id: Any) -> list[str]:
    return [body for _, body, _ in await desk.said(ticket_id)]


async def test_a_request_and_all_that_becomes_of_it_is_at_both_desks(desks: Pair) -> None:
    here, there = desks.here, desks.there
    category = uuid.uuid4()
    for desk in (here, there):
        await desk.api.insert("ticket_categories", id=category, name=f"Кассы {category}", line=2)
    file_id = await here.keep("касса.png", PICTURE)
    ticket = await here.open(
        "Не печатает чек",
        description="С утра",
        priority="high",
        category_id=category,
        author_name="Иван",
        author_email=f"ivan-{category}@example.test",
        file_ids=[file_id],
    )
    twin_id = await until(lambda: there.twin(ticket.id))
    twin = await there.get(twin_id)
    assert (twin.subject, twin.description, twin.priority) == ("Не печатает чек", "С утра", "high")
    assert (twin.channel, twin.category_id, twin.line) == ("link", category, 2)
    assert (twin.external_id, twin.author_name) == (str(ticket.number), "Иван")

    await here.say(ticket.id, "Добавлю: принтер мигает", here.client)
    await here.say(ticket.id, "между нами", public=False)
    await desks.settled()
    await there.say(twin_id, "Перезагрузите", file_ids=[await there.keep("шаги.txt", "Раз\nДва".encode())])
    await there.say(twin_id, "их кухня", public=False)
    await there.move(twin_id, State.WAITING)
    await there.edit(twin_id, priority="urgent", subject="Чек: принтер")
    await desks.settled()
    assert await there.said(twin_id) == [
        ("client", "Добавлю: принтер мигает", True),
        ("staff", "Перезагрузите", True),
        ("staff", "их кухня", False),
    ]
    assert await here.said(ticket.id) == [
        ("client", "Добавлю: принтер мигает", True),
        ("staff", "между нами", False),
        ("link", "Перезагрузите", True),
    ]
    now = await here.get(ticket.id)
    assert (now.state, now.priority, now.subject) == (State.WAITING, "urgent", "Чек: принтер")
    assert now.first_response_at is not None, "an answer of the other desk is an answer"

    # The client answers here; there the request is worked on again. Solved there, confirmed here.
    await here.say(ticket.id, "Помогло", here.client)
    await until(lambda: is_in(there, twin_id, State.IN_WORK))
    await there.move(twin_id, State.SOLVED)
    await until(lambda: is_in(here, ticket.id, State.SOLVED))
    await here.move(ticket.id, State.CLOSED, here.client)
    await until(lambda: is_in(there, twin_id, State.CLOSED))
    await desks.settled()

    sums = "select name, sha256, public, message_id is not null from ticket_files where ticket_id = $1 order by name"
    files = [
        [tuple(row) for row in await desk.api.db.fetch(sums, id_)]
        for desk, id_ in ((here, ticket.id), (there, twin_id))
    ]
    assert files[0] == files[1] and [name for name, *_ in files[0]] == ["касса.png", "шаги.txt"]
    assert [said for *_, said in files[0]] == [False, True], "a file stands with the words that it came with"
    # What came from there was not sent back: here went one creation, one file, two words, two states.
    assert await here.outbox(ticket.id) == {"delivered": 6}
    assert await there.outbox(twin_id) == {"delivered": 6}
    shown = (await here.admin.get(f"/tickets/{ticket.id}/links"))["items"][0]
    assert shown["linked"] and shown["remote_id"] == str(twin_id) and shown["remote_number"] == str(twin.number)


async def is_in(desk: Desk, ticket_id: Any, state: State) -> bool:
    return (await desk.get(ticket_id)).state is state


async def test_an_hour_without_the_other_desk_loses_and_doubles_nothing(desks: Pair) -> None:
    """A process is killed (kill -9) with deliveries in its hands; then for an hour the other desk refuses connections,
    hangs, answers 500, takes requests and loses the answers; both sides go on working."""
    here, there, wire = desks.here, desks.there, desks.to_there
    tickets = [await here.open(f"Заявка {n}") for n in range(6)]
    await desks.settled()
    twins = [await there.twin(ticket.id) for ticket in tickets]
    expected: dict[Any, list[str]] = {ticket.id: [] for ticket in tickets}

    async def write(minute: int) -> None:
        ticket = tickets[minute % len(tickets)]
        expected[ticket.id].append(f"минута {minute}")
        await here.say(ticket.id, f"минута {minute}")

    wire.mode = "hang"
    async with other_process(here.api.settings) as process:
        for n in range(12):
            await write(1000 + n)
        await until(lambda: busy(here))
        process.send_signal(signal.SIGKILL)
        await process.wait()
    await wire.stop()
    late = [await here.open(f"Открыта без связи {uuid.uuid4()}")]
    for minute in range(60):
        if minute == 10:
            await wire.start()
        wire.mode = "hang" if minute < 20 else "fail" if minute < 40 else "cut"
        await write(minute)
        if minute % 20 == 7:
            late.append(await here.open(f"Открыта на минуте {minute} {uuid.uuid4()}"))
        if minute % 15 == 5:
            await there.say(twins[0], f"оттуда {minute}")
        desks.clock.ahead += 60
        await here.wake()
        if minute % 20 == 18:
            await until(lambda: tried(desks))
    state = await here.admin.get(f"/desk-links/{here.link}/state")
    assert state["waiting"] > 0 and state["dead"] == 0 and state["failures"] >= 5 and state["errors"]
    assert state["oldest_at"] and state["down_until"]
    wire.mode = "ok"
    await desks.settled()

    for ticket, twin in zip(tickets, twins, strict=True):
        got = [body for body in await bodies(there, twin) if body.startswith("минута")]
        assert got == expected[ticket.id], "each once, in its order"
    for ticket in late:
        assert await there.api.db.fetchval("select count(*) from tickets where subject = $1", ticket.subject) == 1
    from_there = [body for body in await bodies(here, tickets[0].id) if body.startswith("оттуда")]
    assert from_there == [f"оттуда {minute}" for minute in (5, 20, 35, 50)]
    again = await there.api.db.fetchval(
        "select count(*) from desk_link_inbox where link_id = $1", uuid.UUID(there.link)
    )
    assert again == (await here.outbox())["delivered"]
    state = await here.admin.get(f"/desk-links/{here.link}/state")
    assert (state["failures"], state["waiting"], state["dead"], state["errors"]) == (0, 0, 0, [])


async def busy(desk: Desk) -> bool:
    return (await desk.outbox())["sending"] >= 4


async def tried(desks: Pair) -> bool:
    """The worker has found out once more that the other desk is not itself."""
    await desks.here.wake()
    found: bool = await desks.here.api.db.fetchval(
        "select not exists (select from desk_link_outbox where state = 'sending') "
        "and exists (select from desk_link_health where down_until > $1)",
        desks.clock.now(),
    )
    return found


async def test_who_wrote_last_has_the_last_word_and_closed_stays_closed(desks: Pair) -> None:
    here, there = desks.here, desks.there
    ticket = await here.open("Спор")
    await desks.settled()
    twin = await there.twin(ticket.id)
    assert twin is not None
    await here.move(ticket.id, State.IN_WORK)
    await desks.settled()

    # Apart for a while: there it becomes waiting, later here it is solved; titles are written in the other order.
    for wire in (desks.to_there, desks.to_here):
        await wire.stop()
    await here.edit(ticket.id, subject="Название отсюда")
    await there.move(twin, State.WAITING)
    desks.clock.ahead += 1
    await here.move(ticket.id, State.SOLVED)
    await there.edit(twin, subject="Название оттуда")
    for wire in (desks.to_there, desks.to_here):
        await wire.start()
    await desks.settled()
    for desk, id_ in ((here, ticket.id), (there, twin)):
        now = await desk.get(id_)
        assert (now.state, now.subject) == (State.SOLVED, "Название оттуда")
    author, text, public = (await here.said(ticket.id))[-1]
    assert author == "link" and not public and "waiting" in text and "не применено" in text
    assert await there.said(twin) == []

    # Closed there, meanwhile reopened by nobody, but moved here later: closed by either side is closed.
    for wire in (desks.to_there, desks.to_here):
        await wire.stop()
    await there.move(twin, State.CLOSED)
    desks.clock.ahead += 1
    await here.move(ticket.id, State.IN_WORK)
    for wire in (desks.to_there, desks.to_here):
        await wire.start()
    await desks.settled()
    for desk, id_ in ((here, ticket.id), (there, twin)):
        assert (await desk.get(id_)).state is State.CLOSED

    # Reopened later: open at both.
    await here.move(ticket.id, State.REOPENED, here.client)
    await desks.settled()
    assert (await there.get(twin)).state is State.REOPENED

    # At the very same moment: the desk where the request was opened.
    for wire in (desks.to_there, desks.to_here):
        await wire.stop()
    desks.clock.stop()
    await there.edit(twin, priority="low")
    await here.edit(ticket.id, priority="urgent")
    desks.clock.stopped = None
    for wire in (desks.to_there, desks.to_here):
        await wire.start()
    await desks.settled()
    assert [(await desk.get(id_)).priority for desk, id_ in ((here, ticket.id), (there, twin))] == ["urgent"] * 2


async def test_which_requests_go_and_which_are_sent_by_hand(desks: Pair) -> None:
    here, there = desks.here, desks.there
    goes, stays = uuid.uuid4(), uuid.uuid4()
    for id_ in (goes, stays):
        await here.api.insert("ticket_categories", id=id_, name=f"Раздел {id_}")
    body = {"category_ids": [str(goes)], "min_line": 2}
    assert (await here.admin.send("PATCH", f"/desk-links/{here.link}", body)).status == 200
    try:
        first, other = await here.open("Первая", category_id=goes), await here.open("Вторая", category_id=stays)
        await here.say(first.id, "Сказано до передачи")
        await here.say(first.id, "тайна", public=False)
        assert not await here.outbox(first.id) and not await here.outbox(other.id)
        await here.edit(first.id, line=2, reason="Нужен поставщик")
        await here.edit(other.id, line=3, reason="Сложно")
        await desks.settled()
        twin = await there.twin(first.id)
        assert twin is not None and await bodies(there, twin) == ["Сказано до передачи"]
        assert (await there.get(twin)).state is State.IN_WORK
        assert await there.twin(other.id) is None

        path = f"/desk-links/{here.link}/tickets/{other.id}"
        sent = await here.admin.post(path, None)
        assert sent["linked"] and sent["remote_id"] is None
        await desks.settled()
        assert await there.twin(other.id) is not None
        assert (await here.admin.send("POST", path)).status == 409
        assert (await here.admin.send("POST", f"/desk-links/{here.link}/tickets/{uuid.uuid4()}")).status == 404
        # What came from a desk goes to no other by itself.
        assert await there.api.db.fetchval("select count(*) from desk_link_tickets where ticket_id = $1", twin) == 1
    finally:
        await here.admin.send("PATCH", f"/desk-links/{here.link}", {"category_ids": [], "min_line": 1})


async def files_of(desk: Desk, ticket_id: Any) -> list[str]:
    query = "select name from ticket_files where ticket_id = $1 order by name"
    return [row["name"] for row in await desk.api.db.fetch(query, ticket_id)]


async def test_requests_that_were_merged_are_one_for_the_other_desk_too(desks: Pair) -> None:
    """The other desk knows both: each of its requests hears what is said, once, and ends with the one that stayed."""
    here, there = desks.here, desks.there
    gone, kept = await here.open("Касса молчит"), await here.open("Касса опять молчит")
    await here.move(kept.id, State.WAITING)
    await desks.settled()
    twins = [await until(lambda ticket=ticket: there.twin(ticket.id)) for ticket in (gone, kept)]
    await here.merge(gone.id, kept.id)
    await desks.settled()
    assert [(await there.get(twin)).state for twin in twins] == [State.WAITING] * 2, "it goes on, as the other"

    await here.say(kept.id, "Едем", file_ids=[await here.keep("пропуск.txt", b"1")])
    await here.say(kept.id, "Жду", here.client)
    await desks.settled()
    for twin in twins:
        assert await bodies(there, twin) == ["Едем", "Жду"] and await files_of(there, twin) == ["пропуск.txt"]
        assert (await there.get(twin)).state is State.IN_WORK
    # What comes from either of them lands on the one that stayed, and is not told to that desk once more.
    await there.say(twins[0], "Смотрим", file_ids=[await there.keep("фото.txt", b"2")])
    await there.say(twins[1], "Нашли")
    await desks.settled()
    assert await bodies(here, gone.id) == [] and await bodies(here, kept.id) == ["Едем", "Жду", "Смотрим", "Нашли"]
    assert await files_of(here, kept.id) == ["пропуск.txt", "фото.txt"]
    assert [await bodies(there, twin) for twin in twins] == [["Едем", "Жду", "Смотрим"], ["Едем", "Жду", "Нашли"]]
    # That one of two requests there is closed as a copy of the other ends nothing here.
    await there.move(twins[0], State.CLOSED)
    await desks.settled()
    assert (await here.get(kept.id)).state is State.IN_WORK and (await there.get(twins[1])).state is State.IN_WORK
    # Merged there as well: each word once still, and the end.
    await there.merge(twins[0], twins[1])
    await here.say(kept.id, "Почти всё")
    await desks.settled()
    await there.say(twins[1], "Готово")
    await desks.settled()
    assert (await bodies(here, kept.id))[4:] == ["Почти всё", "Готово"]
    assert (await bodies(there, twins[1]))[3:] == ["Почти всё", "Готово"]
    await here.move(kept.id, State.CLOSED)
    await desks.settled()
    assert [(await there.get(twin)).state for twin in twins] == [State.CLOSED] * 2


async def test_a_request_goes_on_where_the_other_desk_knows_only_what_was_merged_into_it(desks: Pair) -> None:
    here, there = desks.here, desks.there
    goes = uuid.uuid4()
    await here.api.insert("ticket_categories", id=goes, name=f"Раздел {goes}")
    assert (await here.admin.send("PATCH", f"/desk-links/{here.link}", {"category_ids": [str(goes)]})).status == 200
    try:
        kept, gone = await here.open("Нет связи"), await here.open("Нет интернета", category_id=goes)
        await desks.settled()
        twin = await until(lambda: there.twin(gone.id))
        await here.merge(gone.id, kept.id)
        await there.say(twin, "Обрыв, чиним")
        await there.move(twin, State.WAITING)
        await there.edit(twin, subject="Обрыв кабеля")
        await desks.settled()
        now = await here.get(kept.id)
        assert (now.state, now.subject) == (State.WAITING, "Нет связи") and now.first_response_at is not None
        assert await bodies(here, kept.id) == ["Обрыв, чиним"] and await there.twin(kept.id) is None
        await here.say(kept.id, "Спасибо", here.client)
        await desks.settled()
        await there.move(twin, State.SOLVED)
        await until(lambda: is_in(here, kept.id, State.SOLVED))
        await here.move(kept.id, State.CLOSED, here.client)
        await desks.settled()
        assert (await there.get(twin)).state is State.CLOSED
        assert await bodies(there, twin) == ["Обрыв, чиним", "Спасибо"]
        await here.move(kept.id, State.REOPENED, here.client)
        await desks.settled()
        assert (await there.get(twin)).state is State.REOPENED
        (shown,) = (await here.admin.get(f"/tickets/{kept.id}/links"))["items"]
        assert (shown["linked"], shown["merged_number"], shown["remote_id"]) == (True, gone.number, str(twin))
        counts = await here.outbox(gone.id) + await there.outbox(twin)
        assert set(counts) == {"delivered"} and not await here.outbox(kept.id)
    finally:
        await here.admin.send("PATCH", f"/desk-links/{here.link}", {"category_ids": []})


async def test_a_link_is_tried_out(desks: Pair) -> None:
    here, path = desks.here, f"/desk-links/{desks.here.link}"
    trial = await here.admin.post(f"{path}/test", None, status=200)
    assert trial["ok"] and trial["status"] == 200, trial
    await desks.to_there.stop()
    trial = await here.admin.post(f"{path}/test", None, status=200)
    assert not trial["ok"] and trial["status"] is None and trial["detail"]
    await desks.to_there.start()
    before = (await here.admin.get(f"{path}/state"))["delivered"]
    assert before == len((await here.admin.get(f"{path}/deliveries", limit=500))["items"])
    assert (await here.admin.get(f"{path}/received", limit=500))["items"]
    await asyncio.sleep(0)
    assert timedelta(0) <= timedelta(milliseconds=trial["ms"])
