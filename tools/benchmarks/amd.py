"""``amd``: who answers, by our detector and by Asterisk's AMD(), in real calls that are answered by the same audio.

The customers are one phone that answers every call with a scene of the corpus's test part (``tools/detect``): voices,
sentences and seeds that neither the detector's training nor the search for AMD()'s settings has seen. Ours: the
engine's own calls and probes. The other arm: AMD() in the dialplan, with the settings of the best recall at 3 % of
people taken for machines that a search on the training part found within the same time, 2 s (asterisk-conf/amd.conf).
A third arm shows AMD() with all the time it wants. The arms go by turns, some scenes at a time.
"""

import asyncio
import contextlib
import random
import re
import time
from collections.abc import Sequence
from typing import Any

import aiohttp
import msgspec

from engine.ari.events import StasisStart
from engine.calls import detecting
from engine.calls.line import CallLine
from engine.calls.model import HungUp
from engine.core.config import ROOT
from engine.dialplan.render import OUTPUT, context_of, default_templates, render
from engine.speech.detection.model import Kind
from tools.benchmarks.exchange import Exchange, endpoint, exchange
from tools.benchmarks.report import Report, percentile
from tools.detection import amd, corpus
from tools.detection.scenes import Scene
from tools.softphone import Phone, PhoneCall

SEED = 2
MAX_S = 4.0
CALL_S = 15.0
_CONTEXT = """
[bench-amd]
exten => _2X.,1,AMD({hurried})
 same => n,Stasis(${{PL_APP}},amd,${{EXTEN}},${{AMDSTATUS}},${{AMDCAUSE}})
 same => n,Hangup()
exten => _3X.,1,AMD({unhurried})
 same => n,Stasis(${{PL_APP}},amd,${{EXTEN}},${{AMDSTATUS}},${{AMDCAUSE}})
 same => n,Hangup()
"""


class Plan(msgspec.Struct, frozen=True):
    """Scenes in all, scenes at a time; engines of voices, all by default."""

    scenes: int
    at_once: int
    engines: tuple[str, ...] = ()


FULL = Plan(160, 32)
QUICK = Plan(8, 8, ("espeak", "flite"))


class Said(msgspec.Struct, frozen=True):
    """What an arm said of a scene, and how long after the answer."""

    machine: bool
    after_s: float
    why: str


async def run(quick: bool) -> Report:
    plan = QUICK if quick else FULL
    scenes = await asyncio.to_thread(lambda: list(corpus.scenes("test", plan.scenes, SEED, engines=plan.engines)))
    settings = amd.read(ROOT / "asterisk-conf" / "amd.conf")
    ours: list[Said] = []
    theirs: list[Said] = []
    unhurried: list[Said] = []
    async with _path(scenes, settings) as trial:
        for number, start in enumerate(range(0, len(scenes), plan.at_once)):
            numbers = range(start, min(start + plan.at_once, len(scenes)))
            arms = [(ours, trial.ours), (theirs, trial.hurried), (unhurried, trial.unhurried)]
            for said, arm in arms if number % 2 == 0 else reversed(arms):
                said += await asyncio.gather(*(arm(one) for one in numbers))
    return _report(plan, scenes, ours, (theirs, unhurried), settings)


class _Customers:
    """A phone that answers the number of a scene with that scene."""

    def __init__(self, scenes: Sequence[Scene]) -> None:
        self._scenes = scenes
        self.answered: dict[str, float] = {}

    async def take(self, call: PhoneCall) -> None:
        found = re.match(r"sips?:(\d+)@", str(call.leg.invite.uri))
        assert found is not None
        call.answer()
        self.answered[found[1]] = time.monotonic()
        await call.say(self._scenes[int(found[1][1:])].pcm, wait=False)


class _Trial:
    """Both arms, call by call."""

    def __init__(self, board: Exchange, customers: _Customers, http: aiohttp.ClientSession, ari_url: str) -> None:
        self._board = board
        self._customers = customers
        self._http = http
        self._ari_url = ari_url
        self._amd: dict[str, asyncio.Future[tuple[float, str, str]]] = {}
        board.sink.others["amd"] = self._on_amd

    async def ours(self, scene: int) -> Said:
        number = f"1{scene:06}"
        result: asyncio.Future[Said] = asyncio.get_running_loop().create_future()

        async def flow(line: CallLine) -> None:
            probe = detecting.listen(line)
            try:
                await line.ring_caller(timeout_s=CALL_S, shown="100")
                verdict = await probe.verdict(MAX_S)
                after = time.monotonic() - self._customers.answered[number]
                result.set_result(Said(verdict.kind in (Kind.MACHINE, Kind.FAX), after, f"{verdict.by}:{verdict.why}"))
            except (HungUp, Exception) as exc:
                result.set_exception(RuntimeError(f"scene {scene}: {exc!r}"))
            finally:
                probe.close()
            await line.hang_up()

        self._board.call(number, flow)
        async with asyncio.timeout(CALL_S):
            return await result

    async def hurried(self, scene: int) -> Said:
        return await self._theirs(f"2{scene:06}")

    async def unhurried(self, scene: int) -> Said:
        return await self._theirs(f"3{scene:06}")

    async def _theirs(self, number: str) -> Said:
        result = self._amd[number] = asyncio.get_running_loop().create_future()
        body = {
            "endpoint": endpoint(number),
            "context": "bench-amd",
            "extension": number,
            "priority": 1,
            "callerId": "100",
        }
        async with self._http.post(f"{self._ari_url}/channels", json=body) as answer:
            if answer.status >= 300:
                raise RuntimeError(f"Asterisk does not call: {answer.status} {await answer.text()}")
        async with asyncio.timeout(CALL_S):
            at, status, cause = await result
        return Said(status == "MACHINE", at - self._customers.answered[number], cause.split("-")[0])

    def _on_amd(self, event: StasisStart) -> None:
        _, number, status, cause = (*event.args, "", "")[:4]
        self._board.services.command_later(self._board.ari.channels.hangup(event.channel.id))
        if not self._amd[number].done():
            self._amd[number].set_result((time.monotonic(), status, cause))


@contextlib.asynccontextmanager
async def _path(scenes: Sequence[Scene], settings: amd.AmdSettings) -> Any:
    """Asterisk with the product's dialplan and AMD() beside it, the customers, the engine's calls."""
    from tools.stack.stand import AsteriskStand

    stand = AsteriskStand("postgres,asterisk")
    await asyncio.to_thread(stand.open)
    try:
        dialplan = render(default_templates(), context_of(stand.settings))[OUTPUT]
        await asyncio.to_thread(
            stand.write_dialplan,
            dialplan + _CONTEXT.format(hurried=settings.arguments, unhurried=amd.UNHURRIED.arguments),
        )
        customers = _Customers(scenes)
        server = ("127.0.0.1", stand.settings.sip_port)
        headers = {"Authorization": aiohttp.encode_basic_auth(stand.settings.ari_user, stand.settings.ari_password)}
        async with (
            Phone(server, "customers", on_call=customers.take, keep_sound=False) as phone,
            exchange(stand, phone.address[1]) as board,
            aiohttp.ClientSession(headers=headers) as http,
        ):
            if not await board.workers.detectors.ready():
                raise RuntimeError("the detector does not start: pip install numpy")
            yield _Trial(board, customers, http, stand.settings.ari_url)
    finally:
        await asyncio.to_thread(stand.close)


def _report(
    plan: Plan,
    scenes: Sequence[Scene],
    ours: Sequence[Said],
    theirs: tuple[Sequence[Said], Sequence[Said]],
    settings: amd.AmdSettings,
) -> Report:
    machine = [scene.label == "machine" for scene in scenes]
    recall, false = shares(machine, ours)
    compared = [shares(machine, said)[0] for said in theirs]
    arms: dict[str, Any] = {"ours": _arm(machine, ours) | {"by": _count([said.why.split(":")[0] for said in ours])}}
    for name, said, how in zip(("AMD()", "AMD() unhurried"), theirs, (settings, amd.UNHURRIED), strict=True):
        emulated = amd.verdicts(amd.levels([scene.pcm for scene in scenes]), how)[0] == amd.MACHINE
        agree = sum(bool(one) == real.machine for one, real in zip(emulated, said, strict=True))
        arms[name] = _arm(machine, said) | {
            "settings": how.arguments,
            "same as computed": round(agree / len(scenes), 3),
            "ratio 95 %": ratio_interval(machine, ours, said),
        }
    pairs = list(zip(scenes, ours, strict=True))
    arms["false by what people say"] = {
        kind: _share([said.machine for scene, said in pairs if scene.kind == kind])
        for kind in ("short", "medium", "long")
    }
    return Report(
        name="amd",
        figures={
            "recall": recall,
            "false_machine": false,
            "recall_ratio": round(recall / compared[0], 3) if compared[0] else 0.0,
            "decision_p95_s": round(percentile([said.after_s for said in ours], 0.95), 2),
        },
        arms=arms,
        rounds=-(-len(scenes) // plan.at_once),
        reach={
            "recall": ">= 0.9",
            "false_machine": "<= 0.03",
            "recall_ratio": ">= 1.1",
            "decision_p95_s": "<= 2",
        },
    )


def _arm(machine: Sequence[bool], said: Sequence[Said]) -> dict[str, Any]:
    recall, false = shares(machine, said)
    after = [one.after_s for one in said]
    return {
        "recall": recall,
        "recall 95 %": wilson(recall, sum(machine)),
        "false": false,
        "false 95 %": wilson(false, len(machine) - sum(machine)),
        "decision_p50_s": round(percentile(after, 0.5), 2),
        "decision_p95_s": round(percentile(after, 0.95), 2),
    }


def shares(machine: Sequence[bool], said: Sequence[Said]) -> tuple[float, float]:
    """Share of machines found, and of people taken for machines."""
    pairs = list(zip(machine, said, strict=True))
    return _share([one.machine for is_, one in pairs if is_]), _share([one.machine for is_, one in pairs if not is_])


def _share(values: Sequence[bool]) -> float:
    return round(sum(values) / len(values), 4) if values else 0.0


def _count(values: Sequence[str]) -> dict[str, int]:
    return {value: values.count(value) for value in sorted(set(values))}


def wilson(share: float, count: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson)."""
    if not count:
        return (0.0, 1.0)
    z = 1.96
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z * ((share * (1 - share) + z * z / (4 * count)) / count) ** 0.5 / (1 + z * z / count)
    return round(max(0.0, middle - half), 4), round(min(1.0, middle + half), 4)


def ratio_interval(
    machine: Sequence[bool], ours: Sequence[Said], theirs: Sequence[Said], rounds: int = 2000
) -> tuple[float, float]:
    """The 95 % interval of the ratio of recalls (bootstrap over machines)."""
    pairs = [(o.machine, t.machine) for is_, o, t in zip(machine, ours, theirs, strict=True) if is_]
    chance = random.Random(7)
    drawn = []
    for _ in range(rounds):
        some = chance.choices(pairs, k=len(pairs))
        drawn.append(sum(o for o, _ in some) / max(1, sum(t for _, t in some)))
    drawn.sort()
    return round(drawn[int(0.025 * rounds)], 3), round(drawn[int(0.975 * rounds)], 3)
