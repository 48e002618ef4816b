"""A call of two people, as text while it goes on: real phones, real sound, the recogniser of this machine.

Prints how late texts come after what they tell, and the word error rate against that of the same recogniser fed with
the files.
"""

import asyncio
import contextlib
import re
import statistics
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from engine.core.config import Settings
from engine.speech.model import Final, Listening
from engine.speech.recognizers import port
from tests.acceptance.centre import Centre, centre
from tools.soaks.check import caller, eventually, kill
from tools.softphone import PhoneCall, audio
from tools.speakers import speech
from tools.stack.stand import Api, Stack

RUSSIAN = Listening(languages=("ru",))
CLIENT = (
    "Здравствуйте, я хочу узнать, когда приедет мой заказ.",
    "Это безобразие, я буду жаловаться и расторгну договор.",
)
OPERATOR = ("Добрый день, сейчас проверю информацию в системе.", "Курьер приедет завтра утром, извините за ожидание.")
AFTER = "Хорошо, большое спасибо за помощь."


def _missing() -> str:
    """Why this can't be shown here; empty when it can."""
    if port.choose(port.present(Settings().models), RUSSIAN) is None:
        return "no engine hears Russian on this machine (tools/models fetch whisper-base)"
    return "" if speech.present() else "RHVoice, which speaks for the callers, can't be had here"


pytestmark = [
    pytest.mark.feature("F-PBX-20", "F-WID-05"),
    pytest.mark.skipif(bool(_missing()), reason=_missing() or "present"),
]


@dataclass
class Feed:
    """What the live feed tells of transcripts, and when (monotonic)."""

    told: list[tuple[float, dict[str, Any]]] = field(default_factory=list)

    def of(self, kind: str, side: str | None = None, since: float = 0.0) -> list[tuple[float, dict[str, Any]]]:
        """Data of partials, or of changes of that kind, in their order."""
        return [
            (at, message["data"])
            for at, message in self.told
            if at >= since and message.get("kind", message["type"]) == kind
            if side is None or message["data"].get("side") == side
        ]

    def text(self, side: str, since: float = 0.0) -> str:
        return " ".join(data["text"] for _, data in self.of("segment", side, since))


@contextlib.asynccontextmanager
async def following(api: Api) -> AsyncIterator[Feed]:
    feed = Feed()
    async with api.session.ws_connect(f"{api.base}/api/v1/live?topics=transcripts") as socket:
        await socket.send_json({"type": "auth", "token": api.token})
        assert (await socket.receive_json(timeout=20))["type"] == "ready"

        async def read() -> None:
            async for message in socket:
                feed.told.append((time.monotonic(), message.json()))

        reader = asyncio.create_task(read())
        try:
            yield feed
        finally:
            reader.cancel()


@dataclass
class Said:
    """A sentence that was said: when its words began and ended (monotonic), on whose side."""

    side: str
    text: str
    began: float
    ended: float


def sentence(text: str, voice: str) -> bytes:
    return audio.read_wav(speech.speak(text, "ru", voice, before_s=0.2, after_s=0.2))


async def say(call: PhoneCall, side: str, text: str, voice: str) -> Said:
    sound = sentence(text, voice)
    began = time.monotonic() + 0.2
    await call.say(sound)
    return Said(side, text, began, began + audio.seconds(sound) - 0.4)


async def conversation(place: Centre, caller_phone: Any) -> tuple[PhoneCall, PhoneCall]:
    """The client's call and the operator's."""
    client = await caller_phone.dial(place.number)
    operator = await place.workers[0].phone.wait_call(20)
    operator.answer()
    await operator.wait_answered(20)
    await client.wait_answered(20)
    return client, operator


async def heard(feed: Feed, side: str, count: int, timeout: float = 30.0) -> None:
    async def there() -> bool:
        return len(feed.of("segment", side)) >= count

    assert await eventually(there, timeout, 0.05), [message for _, message in feed.told][-8:]


async def test_both_sides_are_text_as_they_speak_and_after_a_crash(ready_stack: Stack) -> None:
    async with ready_stack.api() as api, centre(ready_stack, 1, first=5610, transcribe=True) as place:
        phrases = ["безобраз*", "жалов*", "расторг*", "договор"]
        rule = {"name": "Отток", "kind": "keyword", "phrases": phrases, "side": "client"}
        made = await api.post("/speech-rules", json=rule | {"severity": "alarm"})
        try:
            async with following(api) as feed, caller(ready_stack) as phone:
                await _both_sides(ready_stack, api, place, feed, phone)
        finally:
            await api.delete(f"/speech-rules/{made['id']}")


async def _both_sides(stack: Stack, api: Api, place: Centre, feed: Feed, phone: Any) -> None:
    client, operator = await conversation(place, phone)
    said = []
    await asyncio.sleep(1.0)
    for number in range(2):
        said.append(await say(client, "client", CLIENT[number], "anna"))
        await heard(feed, "client", number + 1)
        said.append(await say(operator, "operator", OPERATOR[number], "aleksandr"))
        await heard(feed, "operator", number + 1)
    _sides_apart(feed)
    _latency(feed, said)
    alerts = [data for _, data in feed.of("alert") if data["rule_name"] == "Отток"]
    assert len(alerts) == 1, (feed.text("client"), alerts)
    (alert,) = alerts
    assert (alert["rule_name"], alert["severity"], alert["side"]) == ("Отток", "alarm", "client")
    transcript_id = feed.of("opened")[0][1]["transcript_id"]
    live = {side: feed.text(side) for side in ("client", "operator")}

    await kill(stack, "engine")
    back = time.monotonic()
    late = await _say_until_heard(feed, client, back)
    assert late["transcript_id"] == transcript_id
    call_id = late["call_id"]
    client.hang_up()
    await operator.wait_ended(20)
    await _closed(feed, transcript_id)
    whole = await api.get(f"/calls/{call_id}/transcript", params={"source": "live"})
    _check_whole(whole, transcript_id, late)
    await asyncio.to_thread(_word_errors, live)


def _sides_apart(feed: Feed) -> None:
    """Words of each side stand on that side alone."""
    client, operator = words(feed.text("client")), words(feed.text("operator"))
    own = {"client": set(words(" ".join(CLIENT))), "operator": set(words(" ".join(OPERATOR)))}
    assert len(own["client"] & set(client)) >= 0.6 * len(own["client"]), client
    assert len(own["operator"] & set(operator)) >= 0.6 * len(own["operator"]), operator
    assert not (own["operator"] - own["client"]) & set(client), client
    assert not (own["client"] - own["operator"]) & set(operator), operator


def _latency(feed: Feed, said: list[Said]) -> None:
    """Of partials after the first word, of finals after the last one. The first sentence waits for the model."""
    partials, finals = [], []
    for one in said[1:]:
        firsts = [at for at, data in feed.of("partial", one.side, one.began) if data["text"]]
        lasts = [at for at, _ in feed.of("segment", one.side, one.began)]
        partials += [at - one.began for at in firsts[:1] if at < one.ended + 2]
        finals.append(lasts[0] - one.ended)
    shown = ", ".join(f"{value:.2f}" for value in partials), ", ".join(f"{value:.2f}" for value in finals)
    print(f"first text after the first word: {shown[0]} s; last text after the last word: {shown[1]} s")
    assert len(partials) >= 2 and statistics.median(partials) < 3.0, partials
    assert statistics.median(finals) < 4.0, finals


async def _say_until_heard(feed: Feed, call: PhoneCall, since: float) -> dict[str, Any]:
    """The engine adopts the call and opens its ears in its own time: say it until it is text."""
    for _ in range(4):
        one = await say(call, "client", AFTER, "anna")
        with contextlib.suppress(AssertionError):
            async with asyncio.timeout(12):
                while not any("спасибо" in data["text"].lower() for _, data in feed.of("segment", "client", since)):
                    await asyncio.sleep(0.05)
            data = feed.of("segment", "client", since)[-1][1]
            began = datetime.fromisoformat(feed.of("opened")[0][1]["started_at"])
            at = datetime.now(UTC).timestamp() - (time.monotonic() - one.began) - began.timestamp()
            print(f"after the crash: text at {data['start_s']:.2f} s, said at {at:.2f} s of the transcript")
            assert abs(data["start_s"] - at) < 1.5
            return data
    raise AssertionError("no text after the crash")


async def _closed(feed: Feed, transcript_id: str) -> None:
    async def closed() -> bool:
        return any(data["transcript_id"] == transcript_id for _, data in feed.of("closed"))

    assert await eventually(closed, 40, 0.1), "the transcript was not closed"


def _check_whole(whole: dict[str, Any], transcript_id: str, late: dict[str, Any]) -> None:
    assert (whole["id"], whole["state"]) == (transcript_id, "done")
    starts = [segment["start_s"] for segment in whole["segments"]]
    assert starts == sorted(starts) and len({segment["seq"] for segment in whole["segments"]}) == len(starts)
    assert late["seq"] in [segment["seq"] for segment in whole["segments"]]
    for segment in whole["segments"]:
        times = [time_ for word in segment["words"] for time_ in word[1:3]]
        assert times == sorted(times) and segment["start_s"] - 0.5 <= times[0] and times[-1] <= segment["end_s"] + 0.5
    measures = whole["measures"]
    assert measures["talk_s"]["client"] > 3 and measures["talk_s"]["operator"] > 3
    assert 0.1 < measures["talk_ratio"] < 0.9 and measures["unheard_s"] > 0
    assert "Отток" in [alert["rule_name"] for alert in whole["alerts"]]
    told = [segment["sentiment"] for segment in whole["segments"]]
    print(f"sentiment: {whole['sentiment']}, by segment {told}; measures {measures}")


def _word_errors(live: dict[str, str]) -> None:
    """The text of the call against what the same recogniser makes of the files."""
    engine = port.choose(port.present(Settings().models), RUSSIAN)
    assert engine is not None
    recognizer = port.load(engine)
    for side, texts, voice in (("client", CLIENT, "anna"), ("operator", OPERATOR, "aleksandr")):
        truth, from_files = words(" ".join(texts)), []
        for text in texts:
            session = recognizer.open(RUSSIAN)
            pcm = sentence(text, voice) + bytes(3 * audio.RATE)
            events = [e for at in range(0, len(pcm), 3200) for e in session.feed(pcm[at : at + 3200])]
            from_files += words(" ".join(e.text for e in [*events, *session.finish()] if isinstance(e, Final)))
            session.close()
        rates = error_rate(truth, words(live[side])), error_rate(truth, from_files)
        print(f"word error rate of the {side}: live {rates[0]:.2f}, from the file {rates[1]:.2f}")
        assert rates[0] <= rates[1] + 0.25, (live[side], from_files)


def words(text: str) -> list[str]:
    return re.findall(r"[а-яa-z0-9]+", text.lower().replace("ё", "е"))


def error_rate(truth: list[str], found: list[str]) -> float:
    """Words put in, left out and changed, by the number of true ones (Levenshtein)."""
    row = list(range(len(found) + 1))
    for at, word in enumerate(truth, 1):
        before, row[0] = row[0], at
        for n, other in enumerate(found, 1):
            before, row[n] = row[n], min(row[n] + 1, row[n - 1] + 1, before + (word != other))
    return row[-1] / len(truth)
