"""Answers to open questions: told with the rights of recordings."""

from datetime import timedelta
from uuid import UUID

import pytest

from engine.core import ids
from tests.integration.api.test_calls import _wav
from tests.integration.api.test_history import START, add_call

pytestmark = pytest.mark.feature("F-DIAL-16")


async def add_answer(api, call_id, text, file=None, **more):
    answer_id = ids.new_id(START)
    started = await api.db.fetchval("select started_at from calls where id = $1", UUID(call_id))
    values = {"call_id": UUID(call_id), "call_started_at": started, "step": "wish", "variable": "wish"}
    values |= {"text": text, "created_at": START, "confidence": 0.8, "language": "ru", "duration_s": 2.5}
    await api.insert("spoken_answers", id=answer_id, file=file, **values | more)
    return str(answer_id)


async def test_who_may_hear_a_call_reads_and_hears_its_answers(api, admin):
    one = await api.add_user("one", "operator")
    await api.add_user("two", "operator")
    call_id = await add_call(api, 0, one)
    _wav(api.settings.recordings / "answer-1.wav")
    said = await add_answer(api, call_id, "хочу узнать про доставку", "answer-1.wav")
    pressed = await add_answer(
        api, call_id, "5", confidence=None, duration_s=None, created_at=START + timedelta(seconds=9)
    )
    mine, other = await api.anonymous.login("one"), await api.anonymous.login("two")
    for client in (admin, mine):
        items = (await client.get(f"/calls/{call_id}/answers"))["items"]
        assert [(item["id"], item["text"], item["audio"]) for item in items] == [
            (said, "хочу узнать про доставку", True),
            (pressed, "5", False),
        ]
        assert (items[0]["confidence"], items[0]["variable"]) == (pytest.approx(0.8), "wish")
        sound = await client.send("GET", f"/calls/{call_id}/answers/{said}/audio", headers={"Range": "bytes=0-99"})
        assert (sound.status, len(sound.raw)) == (206, 100)
    assert (await mine.send("GET", f"/calls/{call_id}/answers/{pressed}/audio")).status == 404
    for path in (f"/calls/{call_id}/answers", f"/calls/{call_id}/answers/{said}/audio"):
        assert (await other.send("GET", path)).status == 404
        assert (await api.anonymous.send("GET", path)).status == 401


async def test_an_answer_is_of_one_call_and_of_one_partner(api, admin):
    partner = ids.new_id(START)
    await api.insert("partners", id=partner, name="Партнёр")
    foreign, own = await add_call(api, 0), await add_call(api, 1, partner_id=partner)
    _wav(api.settings.recordings / "answer-1.wav")
    theirs = await add_answer(api, foreign, "секрет", "answer-1.wav")
    await add_answer(api, own, "своё", "answer-1.wav")
    client = await api.user("partner", partner_id=partner)
    assert [item["text"] for item in (await client.get(f"/calls/{own}/answers"))["items"]] == ["своё"]
    assert (await client.send("GET", f"/calls/{foreign}/answers")).status == 404
    assert (await client.send("GET", f"/calls/{own}/answers/{theirs}/audio")).status == 404
    assert (await admin.send("GET", f"/calls/{own}/answers/{theirs}/audio")).status == 404
    assert (await admin.send("GET", f"/calls/{ids.new_id(START)}/answers")).status == 404
