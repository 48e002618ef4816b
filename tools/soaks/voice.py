"""Callers who talk to the example's menus through SIP, in Russian and English; how many of them get where they want."""

import asyncio
import itertools
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import msgspec

from tools.soaks.check import Findings, caller, eventually, history, kill, kinds
from tools.soaks.voice_cases import CASES, Case, Row, Turn, by_voice
from tools.softphone import CallEnded, CallFailed, PhoneCall, audio
from tools.speakers import SPEAKERS, speak

if TYPE_CHECKING:
    from tools.stack.stand import Stack

PAUSE_S = 1.3
"""Silence after which a prompt is taken to be over; pauses between its sentences are shorter."""
ANSWER_S = 12.0
"""The next prompt begins so long after an answer at most."""
QUIET_S = 0.4
BARGE_AFTER_S = 0.8
BEFORE_S, BEFORE_BARGE_S = 0.3, 0.1
"""Silence before words: of who waits for the end of a prompt, and of who interrupts it."""
AGAIN = 1
"""Times that words are said once more."""
YES = {"ru": "Да", "en": "Yes"}
TELLING = ("choice", "collected", "confirmed", "answer", "unsure", "no_match", "repeat")


@dataclass
class Tally:
    """Tries and successes by case and language; seconds from the end of words to the next prompt."""

    tries: dict[tuple[str, str], list[bool]] = field(default_factory=lambda: defaultdict(list))
    turns: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    """What came of words: ``understood`` at once, ``asked`` whether they were meant, ``again``."""
    answered_s: list[float] = field(default_factory=list)
    hushed_s: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    def rate(self, names: Iterable[str] | None = None, language: str | None = None) -> float:
        """Share of callers who got where they wanted; 1 when nobody tried."""
        wanted = None if names is None else set(names)
        tried = [
            ok
            for (name, of), results in self.tries.items()
            if (wanted is None or name in wanted) and language in (None, of)
            for ok in results
        ]
        return sum(tried) / len(tried) if tried else 1.0

    def facts(self) -> dict[str, Any]:
        """For people: ``ru levels 4/4``."""
        told: dict[str, Any] = {
            f"{language} {name}": f"{sum(results)}/{len(results)}" for (name, language), results in self.tries.items()
        }
        told |= {f"turns {name}": count for name, count in self.turns.items()}
        for name, seconds in (("answered_s", self.answered_s), ("hushed_s", self.hushed_s)):
            if seconds:
                ordered = sorted(seconds)
                told[name] = f"{ordered[len(ordered) // 2]:.2f} (worst {ordered[-1]:.2f})"
        return told


async def voice(
    stack: "Stack",
    voices: int = 2,
    together: int = 2,
    plan: Mapping[str, Sequence[str]] | None = None,
    *,
    hurried: bool = False,
) -> tuple[Findings, Tally]:
    """Each case is tried by ``voices`` people of each language, ``together`` of them on the phone at once.

    ``plan``: cases and the languages in which each is tried; all by default.

    People who are ``hurried`` know the menus, and do not hear prompts out.
    """
    findings, tally = Findings("voice"), Tally()
    wanted = plan if plan is not None else {case.name: tuple(SPEAKERS) for case in CASES}
    tries = [
        (case, language, person)
        for case in CASES
        for language in wanted.get(case.name, ())
        for person in itertools.islice(itertools.cycle(SPEAKERS[language]), voices)
    ]
    for case, language, person in tries:
        words = [turn.words for turn in case.turns[language] if turn.words is not None]
        for text, before_s in itertools.product([*words, YES[language]], (BEFORE_S, BEFORE_BARGE_S)):
            await asyncio.to_thread(speak, text, language, person, snr_db=case.snr_db, before_s=before_s)
    room = asyncio.Semaphore(together)
    await asyncio.gather(*(_try(stack, findings, tally, room, *one, hurried) for one in tries))
    findings.facts |= tally.facts()
    return findings, tally


async def _try(
    stack: "Stack",
    findings: Findings,
    tally: Tally,
    room: asyncio.Semaphore,
    case: Case,
    language: str,
    person: str,
    hurried: bool,
) -> None:
    async with room:
        async with caller(stack) as phone:
            ended = ""
            call = await phone.call(stack.up["demo"][f"voice_{language}"])
            talker = _Talker(stack, call, phone.user, tally, language, person, case.snr_db, hurried)
            try:
                await call.wait_answered(20)
                for turn in case.turns[language]:
                    await talker.take(turn)
                await call.wait_heard(ANSWER_S)
                await asyncio.sleep(0.5)
            except (CallEnded, CallFailed, TimeoutError) as exc:
                ended = f"{type(exc).__name__} {exc}"
            call.hang_up()
        rows = await history(stack, findings, [phone.user])
    row = rows.get(phone.user)
    reached = row is not None and case.reached({**row, "variables": _decoded(row["variables"])})
    tally.tries[(case.name, language)].append(reached)
    print(f"    {language} {case.name} {person}: {'there' if reached else 'NOT there'}", flush=True)
    if not reached:
        tally.failures.append(f"{language} {case.name} {person}: {ended} {_told(row)}")


@dataclass
class _Talker:
    """A person on the phone, who answers prompts and says again, or confirms, what was not understood."""

    stack: "Stack"
    call: PhoneCall
    number: str
    tally: Tally
    language: str
    person: str
    snr_db: float | None
    hurried: bool = False

    async def take(self, turn: Turn) -> None:
        """Wait for the prompt and answer it, once more where need be."""
        barge = turn.barge or (self.hurried and turn.words is not None)
        await self._listen(barge)
        if turn.words is None:
            return
        for words_before in range(1 + (0 if turn.wrong else AGAIN)):
            seen = await self._asked()
            await self._say(turn.words, barge=barge and words_before == 0)
            if turn.wrong:
                return
            what = await self._came_of_it(seen)
            if what == "unsure":
                self.tally.turns["asked"] += 1
                await self.call.wait_silence(PAUSE_S)
                await self._say(YES[self.language])
            elif what == "no_match":
                self.tally.turns["again"] += 1
                await self.call.wait_silence(PAUSE_S)
                continue
            else:
                self.tally.turns["understood"] += 1
            return

    async def _listen(self, barge: bool) -> None:
        await self.call.wait_heard(ANSWER_S)
        if barge:
            await asyncio.sleep(BARGE_AFTER_S)
        else:
            await self.call.wait_silence(PAUSE_S)

    async def _say(self, words: str, *, barge: bool = False) -> None:
        """Speak, and hear the next prompt begin."""
        call, tally = self.call, self.tally
        sound = speak(
            words, self.language, self.person, snr_db=self.snr_db, before_s=BEFORE_BARGE_S if barge else BEFORE_S
        )
        began = time.monotonic()
        await call.say(sound, wait=not barge)
        if barge:
            await call.wait_silence(QUIET_S, 8)
            tally.hushed_s.append(round(call.media.last_sound - began, 2))
            await asyncio.sleep(max(0.0, began + audio.seconds(audio.read_wav(sound)) - time.monotonic()))
        said = time.monotonic()
        await call.wait_heard(ANSWER_S)
        tally.answered_s.append(round(time.monotonic() - said, 2))

    async def _came_of_it(self, seen: int) -> str:
        """The first event of the call after ``seen`` that tells what came of the words; empty: none."""

        async def found() -> str:
            kinds_since = [kind for seq, kind in await self._events() if seq > seen and kind in TELLING]
            return kinds_since[0] if kinds_since else ""

        return str(await eventually(found, 3.0, 0.1))

    async def came_to(self, step: str) -> bool:
        """Whether the caller stands at a step, or has."""
        async with self.stack.db() as db:
            found = await db.fetchval(
                "select count(*) from call_events e join calls c on c.id = e.call_id and c.started_at = "
                "e.call_started_at where c.caller = $1 and e.kind = 'menu' and e.data->>'step' = $2",
                self.number,
                step,
            )
        return bool(found)

    async def _asked(self) -> int:
        """The number of the call's last event."""
        return max((seq for seq, _ in await self._events()), default=-1)

    async def _events(self) -> list[tuple[int, str]]:
        async with self.stack.db() as db:
            rows = await db.fetch(
                "select e.seq, e.kind from call_events e join calls c on c.id = e.call_id "
                "and c.started_at = e.call_started_at where c.caller = $1 order by e.seq",
                self.number,
            )
        return [(row["seq"], row["kind"]) for row in rows]


def _decoded(variables: Any) -> dict[str, str]:
    return msgspec.json.decode(variables) if isinstance(variables, str) else dict(variables)


def _told(row: Row | None) -> str:
    """What the history says of a call that did not get there."""
    if row is None:
        return "no history"
    skipped = ("started", "answered", "routed", "number", "hangup", "prompt_skipped")
    return "; ".join(
        f"{event['kind']} {event['data'].get('step', '')} {event['data'].get('said', event['data'].get('reason', ''))}"
        for event in row["events"]
        if event["kind"] not in skipped
    )


async def killed(stack: "Stack", findings: Findings) -> None:
    """The engine is killed while a caller stands in the second level; what is said after that is heard there."""
    async with caller(stack) as phone:
        call = await phone.call(stack.up["demo"]["voice_ru"])
        talker = _Talker(stack, call, phone.user, Tally(), "ru", SPEAKERS["ru"][0], None)
        try:
            await call.wait_answered(20)
            await talker.take(Turn("Доставка"))
            findings.facts["engine_away_s"] = await kill(stack, "engine")
            for _ in range(4):
                await talker.take(Turn("Вызвать курьера", wrong=True))
                if await eventually(lambda: talker.came_to("courier"), 3.0):
                    break
        except (CallEnded, CallFailed, TimeoutError) as exc:
            findings.problems.append(f"after the kill: {type(exc).__name__} {exc}")
        call.hang_up()
    row = (await history(stack, findings, [phone.user])).get(phone.user)
    if row is not None:
        findings.want("adopted" in kinds(row) and by_voice(row, "main", "delivery", "courier"), _told(row))


async def soak(stack: "Stack") -> Findings:
    """All cases with four people a language; success rates printed."""
    findings, tally = await voice(stack, voices=4, together=3)
    for (name, language), results in tally.tries.items():
        print(f"    {language} {name:12} {sum(results)}/{len(results)}", flush=True)
    for failure in tally.failures:
        print(f"      {failure}", flush=True)
    await killed(stack, findings)
    for language in ("ru", "en"):
        rate = tally.rate(language=language)
        findings.facts[f"{language} all"] = f"{rate:.0%}"
        findings.want(rate >= 0.75, f"{language}: {rate:.0%} of callers got where they wanted")
    return findings
