"""The call of a campaign's attempt: ring, find out who answered, hand over to an operator, a menu or a message."""

import asyncio
from contextlib import suppress
from typing import Any

from engine.calls.detecting import Probe, listen
from engine.calls.line import CallLine
from engine.calls.model import HungUp, Leg
from engine.calls.states import LegState
from engine.dialer.campaign import CampaignSettings
from engine.dialer.live.dial import Dial, Stage
from engine.dialer.live.results import outcome_of_cause
from engine.dialer.outcomes import Mode
from engine.ivr.flows.campaign_left import tell_abandoned, tell_machine
from engine.ivr.flows.campaign_queue import hand_over
from engine.ivr.flows.connect import onward
from engine.ivr.flows.external import outside
from engine.ivr.port import DialerPort, FlowTools
from engine.queues.model import Queue
from engine.routing.model import Destination, ToExternal, ToMenu

NORMAL = 16
CLIENT_AWAY = ("sound:vm-nobodyavail",)
SHARE_OF_THRESHOLD = 0.75
"""Where an operator must be there so soon after the answer, this share of it may go by finding out who it is."""
FULL_S = 10.0
"""The longest detection where no operator waits for its end."""
NOT_YET = frozenset({Stage.DIALING, Stage.RINGING})


async def serve_attempt(line: CallLine, tools: FlowTools, dial: Dial) -> Destination | int:
    """Serve the call of an attempt from where it stands; gives where it goes on, or the cause to hang up with.

    Raises:
        HungUp: the first side is gone, or never answered.
    """
    dialer = tools.dialer
    assert dialer is not None
    if "place" not in (line.call.position or {}):
        line.save({"campaign": True})
    if dial.operator_first:
        return await _operator_first(line, tools, dialer, dial)
    probe: Probe | None = None
    settings = dialer.settings_of(dial)
    try:
        if line.call.caller_leg.state is not LegState.UP:
            probe = _probe(line, settings) if settings.detection.early_media else None
            await _ring_client(line, dialer, dial, settings, probe)
        if dial.stage in NOT_YET or dial.stage is Stage.ANSWERED:
            probe = probe or _probe(line, settings)
            if not await _is_wanted(line, dialer, dial, settings, probe):
                return await _machine(line, tools, dialer, dial, probe)
    finally:
        if probe is not None:
            probe.close()
    return await _person(line, tools, dialer, dial, settings)


async def _person(
    line: CallLine, tools: FlowTools, dialer: DialerPort, dial: Dial, settings: CampaignSettings
) -> Destination | int:
    if dial.stage is Stage.LEFT:
        return NORMAL
    if dial.mode is Mode.ROBOCALL:
        if settings.menu_id is None:
            line.note("route_missing", what="menu", name="")
            return NORMAL
        return ToMenu(id=settings.menu_id)
    following = await hand_over(line, tools, dialer, dial)
    if following is not None:
        return following
    await tell_abandoned(line, tools, dialer, dial)
    return NORMAL


def _probe(line: CallLine, settings: CampaignSettings) -> Probe | None:
    provider = settings.detection.provider
    return listen(line, None, provider) if provider != "off" else None


async def _ring_client(
    line: CallLine, dialer: DialerPort, dial: Dial, settings: CampaignSettings, probe: Probe | None
) -> None:
    """Ring until somebody answers, or what is heard says that nobody will. Raises ``HungUp``."""
    leg, ending = line.call.caller_leg, line.call.ending
    line.note("dialing", number=leg.number)
    ring = asyncio.create_task(line.ring_caller(timeout_s=settings.ring_s, shown=dial.shown))
    try:
        waited: set[asyncio.Future[Any]] = {ring, probe.early} if probe is not None else {ring}
        await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)
        if not ring.done() and probe is not None:
            found = probe.early.result()
            dialer.early(dial, found.kind, found.confidence, found.after_s, found.by)
            line.note("heard_early", kind=found.kind, why=found.why, confidence=found.confidence)
            await line.hang_up(NORMAL)
        await ring
    except HungUp:
        reason = outcome_of_cause(leg.cause, rang=dial.ringing_at is not None)
        ending.flow_finished, ending.dial_reason = True, reason if reason in ("busy", "unavailable") else "no_answer"
        line.note("dial_failed", number=leg.number, reason=dial.outcome or reason, cause=leg.cause)
        raise
    finally:
        ring.cancel()
        with suppress(asyncio.CancelledError, HungUp):
            await asyncio.gather(ring, return_exceptions=True)


async def _is_wanted(
    line: CallLine, dialer: DialerPort, dial: Dial, settings: CampaignSettings, probe: Probe | None
) -> bool:
    """Find out who answered; whether it is to be served as a person."""
    detection, pacing = settings.detection, settings.pacing
    if probe is None:
        return dialer.verdict(dial, None, None, None, "off")
    max_s = min(detection.max_s, FULL_S)
    if dial.mode is not Mode.ROBOCALL and pacing.connect_start == "answer":
        max_s = min(max_s, pacing.connect_threshold_s * SHARE_OF_THRESHOLD)
    found = await line.guard(probe.verdict(max_s))
    line.note("detected", kind=found.kind, confidence=found.confidence, after_s=found.after_s, by=found.by)
    wanted = dialer.verdict(dial, found.kind, found.confidence, found.after_s, found.by)
    if not wanted and found.kind == "machine" and detection.on_machine == "connect":
        dialer.wanted_after_all(dial)
        return True
    return wanted


async def _machine(line: CallLine, tools: FlowTools, dialer: DialerPort, dial: Dial, probe: Probe | None) -> int:
    """What an answering machine, or a fax, is given."""
    if dial.verdict == "machine" and dialer.settings_of(dial).detection.on_machine == "message":
        dialer.leave_message(dial)
        await tell_machine(line, tools, dialer, dial, probe)
    return NORMAL


async def _operator_first(line: CallLine, tools: FlowTools, dialer: DialerPort, dial: Dial) -> Destination | int:
    """Ring the operator, then the client."""
    settings = dialer.settings_of(dial)
    queue = tools.queues.get(dial.queue_id) if tools.queues is not None and dial.queue_id is not None else None
    queue = queue or Queue(id=dial.queue_id or dial.id)
    if line.call.caller_leg.state is not LegState.UP:
        shown = dial.claim.address
        try:
            await line.ring_caller(timeout_s=queue.ring_s, shown=shown, auto_answer=dial.auto_answer)
        except HungUp:
            line.call.ending.flow_finished, line.call.ending.dial_reason = True, "no_answer"
            raise
    if dial.user_id is not None:
        dialer.reached(dial)
        line.call.operator_id = dial.operator_id
    target = outside(tools.table(), ToExternal(number=dial.claim.address, trunk_id=settings.trunk_id), dial.shown)
    if target is None:
        return NORMAL

    async def connected(_leg: Leg) -> None:
        line.call.wrap_s = queue.wrap_s

    result = await line.dial([target], timeout_s=settings.ring_s, caller_id=dial.shown or None, on_answer=connected)
    if result.answered:
        return onward(result) or NORMAL
    await line.play(CLIENT_AWAY, barge_in=False)
    return NORMAL
