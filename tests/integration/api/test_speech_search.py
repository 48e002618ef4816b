"""Search in what was said: forms of words, phrases, sides, filters, marks, pages, and whose it is."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from engine.core import ids
from tests.integration.api.conftest import Api, Client

pytestmark = pytest.mark.feature("F-PBX-20")
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


class Said:
    """Puts calls with their texts into the database, as the engine does."""

    def __init__(self, api: Api) -> None:
        self.api = api
        self.count = 0

    async def call(self, *said: tuple[str, str], caller: str = "79160000001", **columns: Any) -> UUID:
        """A call and its transcript (the id is told), one minute after the last; ``said``: side and text."""
        self.count += 1
        at, id_ = NOW + timedelta(minutes=self.count), uuid4()
        call_id = ids.new_id(at)
        await self.api.db.execute("select ensure_call_partitions($1)", at)
        await self.api.insert(
            "calls",
            **{"id": call_id, "started_at": at, "node_id": "node1", "direction": "inbound", "caller": caller},
            **{"caller_name": "", "called": "74951000001", "served_by": "engine", "talk_s": 60.0},
            partner_id=columns.get("partner_id"),
        )
        user_id = columns.get("operator_id")
        if user_id is not None:
            await self.api.insert(
                "call_legs",
                **{"call_id": call_id, "call_started_at": at, "channel_id": f"{call_id}-1", "role": "callee"},
                **{"number": "101", "endpoint": "PJSIP/101", "started_at": at, "user_id": user_id},
            )
        row = {"id": id_, "call_id": call_id, "call_started_at": at, "source": "live", "started_at": at}
        async with self.api.db.transaction():
            await self.api.insert("transcripts", **row, state="done", language="ru", **columns)
            for seq, (side, text) in enumerate(said):
                words = [[word, seq * 10 + n, seq * 10 + n + 0.5, 0.9] for n, word in enumerate(text.split())]
                times = {"start_s": seq * 10.0, "end_s": seq * 10.0 + 9}
                await self.api.insert(
                    "transcript_segments", transcript_id=id_, seq=seq, side=side, text=text, words=words, **times
                )
        return id_


async def found(client: Client, **query: Any) -> list[str]:
    return [one["id"] for one in (await client.get("/transcripts", **query))["items"]]


async def test_words_are_found_in_any_form_by_whoever_said_them(api: Api, admin: Client) -> None:
    said = Said(api)
    one = str(await said.call(("client", "Я хочу вернуть деньги за доставку"), ("operator", "Вернём, не беспокойтесь")))
    two = str(await said.call(("operator", "Деньги вернутся на карту"), ("client", "Ещё раз: доставки не было")))
    three = str(
        await said.call(("client", "The courier never delivered"), ("operator", "Расторгаем"), ("client", "договор"))
    )
    for query, wanted in {
        "деньгами": [two, one],
        '"вернуть деньги"': [one],
        "«доставку деньги»": [],
        "доставку не": [two, one],
        '"не было"': [two],
        "еще раз": [two],
        "couriers deliver": [three],
        "достав*": [two, one],
        "вернуть -- деньги!": [two, one],
        "нетакого": [],
    }.items():
        assert await found(admin, q=query) == wanted, query
    assert await found(admin, q="деньги", side="client") == [one]
    assert await found(admin, q="деньги", side="operator") == [two]
    assert await found(admin, q="расторгаем договор") == [three]
    assert await found(admin, q="расторгаем договор", side="client") == []
    assert await found(admin) == [three, two, one]


async def test_hits_tell_what_was_said_and_the_second_to_jump_to(api: Api, admin: Client) -> None:
    said = Said(api)
    await said.call(("operator", "Слушаю вас"), *[("client", f"Хочу вернуть ещё {n} деньги") for n in range(5)])
    item = (await admin.get("/transcripts", q="еще деньгам"))["items"][0]
    assert item["hit_count"] == 5
    assert [hit["seq"] for hit in item["hits"]] == [1, 2, 3]
    hit = item["hits"][1]
    assert (hit["text"], hit["side"], hit["at_s"]) == ("Хочу вернуть ещё 1 деньги", "client", 22.0)
    assert [hit["text"][first:last] for first, last in hit["marks"]] == ["ещё", "деньги"]
    assert (item["caller"], item["direction"]) == ("79160000001", "inbound")
    across = await said.call(("client", "прошу расторгнуть"), ("client", "договор поставки"))
    item = (await admin.get("/transcripts", q='"расторгнуть договор"'))["items"][0]
    assert item["id"] == str(across)
    assert [hit["text"][slice(*hit["marks"][0])] for hit in item["hits"]] == ["расторгнуть", "договор"]


async def test_filters_and_pages(api: Api, admin: Client) -> None:
    said = Said(api)
    user = await api.add_user("op", "operator")
    all_ids = [
        str(await said.call(("client", "слово"), caller=f"7916000000{n}", sentiment=n / 10 - 0.25, operator_id=user))
        for n in range(5)
    ]
    page = await admin.get("/transcripts", q="слово", limit=2)
    rest = await admin.get("/transcripts", q="слово", limit=10, cursor=page["next"])
    assert [one["id"] for one in page["items"] + rest["items"]] == all_ids[::-1]
    assert rest["next"] is None
    assert await found(admin, q="слово", number="79160000002") == [all_ids[2]]
    assert len(await found(admin, q="слово", number="7916*")) == 5
    assert await found(admin, q="слово", max_sentiment=-0.1) == [all_ids[1], all_ids[0]]
    assert await found(admin, q="слово", **{"from": "2026-11-20T12:05:00Z"}) == [all_ids[4]]
    assert await found(admin, q="слово", to="2026-11-20T12:02:00Z") == [all_ids[0]]
    assert await found(admin, q="слово", operator_id=uuid4()) == []
    assert len(await found(admin, q="слово", operator_id=user, language="ru", source="live")) == 5
    rule = uuid4()
    alert = {"id": uuid4(), "rule_id": rule, "rule_name": "r", "severity": "info", "side": "client", "at_s": 1.0}
    await api.insert("speech_alerts", **alert, text="слово", transcript_id=UUID(all_ids[3]), created_at=NOW)
    assert await found(admin, rule_id=rule) == [all_ids[3]]


async def test_a_search_for_no_word_is_told_and_one_for_anything_breaks_nothing(admin: Client) -> None:
    for text in ("", "   ", '""', "&|!()*:", "<->"):
        answer = await admin.send("GET", "/transcripts", params={"q": text})
        assert (answer.status, answer.json["errors"][0]["path"]) == (422, "query.q"), text
    for text in ("'; drop table calls --", "a:* & b", "\\ а", "don't*", "\x00", "слово' | 'другое", "x" * 300):
        assert (await admin.send("GET", "/transcripts", params={"q": text})).status in (200, 422), text


@pytest.mark.feature("F-ADM-03")
async def test_who_sees_what(api: Api, admin: Client) -> None:
    said = Said(api)
    partners = [uuid4(), uuid4()]
    for number, partner in enumerate(partners):
        await api.insert("partners", id=partner, name=f"Партнёр {number}")
    users = [await api.add_user(f"op{n}", "operator") for n in range(2)]
    calls = [
        str(await said.call(("client", "секрет"), partner_id=partner, operator_id=user))
        for partner, user in zip(partners, users, strict=True)
    ]
    for number in range(2):
        operator = await api.anonymous.login(f"op{number}")
        assert await found(operator, q="секрет") == [calls[number]]
        partner = await api.user("partner", f"firm{number}", partner_id=partners[number])
        assert await found(partner, q="секрет") == [calls[number]]
    assert await found(admin, q="секрет") == calls[::-1]
