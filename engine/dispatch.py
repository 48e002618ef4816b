"""Which flow serves a call: one table for calls that come in, one way back for calls that are adopted."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

import msgspec

from engine.agents.model import Operator
from engine.calls.line import CallLine
from engine.calls.model import Call, Direction, HungUp, Leg, LegRole
from engine.calls.reached import Reached
from engine.calls.registry import Flow
from engine.calls.states import LegState
from engine.core.errors import InvalidInput, NotFound, OutboundRefused, Unavailable
from engine.ivr.flow import resume, serve_callback, serve_campaign, serve_recording, serve_route
from engine.ivr.flows.callback_call import save_attempt
from engine.ivr.flows.connect import phone
from engine.ivr.flows.external import EXTERNAL_RING_S, outside
from engine.ivr.port import FlowTools
from engine.queues.attempt import Attempt
from engine.queues.model import Queue
from engine.routing.decide import NOT_IN_SERVICE, Route, resolve, route_inbound, route_internal
from engine.routing.features import Feature
from engine.routing.model import Destination, ToExtension, ToExternal
from engine.routing.outbound import Permission, Refusal
from engine.routing.table import RoutingTable

ORIGIN_RING_S = 45.0
REASONS = {17: "busy", 18: "unavailable", 19: "no_answer", 20: "unavailable", 21: "no_answer"}


class Dispatcher:
    """Starts flows. ``live_calls`` tells how many calls a number has now."""

    def __init__(self, tools: FlowTools, live_calls: Callable[[UUID], int]) -> None:
        self._tools = tools
        self._live_calls = live_calls
        self._flows: dict[str, Callable[[CallLine], Awaitable[None]]] = {
            Direction.INBOUND: self.serve_inbound,
            Direction.INTERNAL: self.serve_internal,
        }

    def flow_of(self, kind: str, call: Call, args: list[str]) -> Flow | None:
        """The flow for a new channel that entered the application as ``kind``."""
        return self._flows.get(kind)

    def resume(self, call: Call) -> Flow:
        """The flow that goes on with an adopted call."""
        if call.position is not None and "origin" in call.position:
            origin = call.position["origin"]
            return partial(self.serve_origin, to=origin["to"], caller_id=origin["caller_id"])
        if call.position is not None and "callback" in call.position:
            return partial(self.serve_callback, attempt=msgspec.convert(call.position["callback"], Attempt))
        if call.dial is not None and (call.position is None or "campaign" in call.position):
            return self.serve_campaign
        if call.position is None:
            return self._flows.get(call.direction, self.serve_internal)
        return partial(resume, tools=self._tools, position=call.position)

    async def serve_inbound(self, line: CallLine) -> None:
        """A call from the phone network."""
        call, table = line.call, self._tools.table()
        number = table.find_number(call.called)
        live = self._live_calls(number.id) if number is not None and number.max_calls is not None else 0
        route = route_inbound(table, call.caller, call.called, self._tools.clock.now(), live_calls=live)
        call.caller = route.caller or call.caller
        await self._serve(line, route)

    async def serve_internal(self, line: CallLine) -> None:
        """A call from the phone of an extension; who calls is told by the phone's endpoint, not by what it claims."""
        call = line.call
        extension = call.caller_leg.endpoint.removeprefix("PJSIP/")
        call.caller = call.caller_leg.number = extension
        call.caller_leg.user_id = line.services.people(extension)
        found = self._tools.table().extensions.get(extension)
        call.caller_name = found.name if found is not None else call.caller_name
        await self._serve(line, route_internal(self._tools.table(), extension, call.called, self._tools.clock.now()))

    async def serve_origin(self, line: CallLine, *, to: str, caller_id: str | None) -> None:
        """Click-to-call: ring the extension's own phone first, then what it wants to reach."""
        call = line.call
        line.save({"origin": {"to": to, "caller_id": caller_id}})
        await self._ring_origin(line, shown=to)
        table, extension = self._tools.table(), call.caller
        route = route_internal(table, extension, to, self._tools.clock.now())
        if caller_id and isinstance(route.target, ToExternal):
            route = replace(route, target=msgspec.structs.replace(route.target, caller_id=caller_id))
        await self._serve(line, route)

    async def serve_callback(self, line: CallLine, *, attempt: Attempt) -> None:
        """A try of a call-back: ring the operator or the client, then go on."""
        callbacks, queues = self._tools.callbacks, self._tools.queues
        assert callbacks is not None and queues is not None
        save_attempt(line, attempt)
        callbacks.adopted(attempt)
        queue = queues.get(attempt.queue_id) or Queue(id=attempt.queue_id)
        line.call.queue_id, line.call.partner_id = queue.id, queue.partner_id
        client_first = attempt.mode == "client_first"
        try:
            if not attempt.reached:
                seconds = queue.callback_ring_s if client_first else queue.ring_s
                shown = attempt.shown if client_first else attempt.number
                await self._ring_origin(line, shown=shown, seconds=seconds)
        except HungUp:
            reason = line.call.ending.dial_reason or "failed"
            callbacks.failed(attempt, reason if client_first else "operator_missed")
            raise
        await serve_callback(line, self._tools, attempt)

    async def serve_campaign(self, line: CallLine) -> None:
        """The call of a campaign's attempt."""
        assert self._tools.dialer is not None
        await serve_campaign(line, self._tools, self._tools.dialer.dial_of(line.call))

    async def serve_prompt(self, line: CallLine, *, prompt_id: UUID) -> None:
        """Ring an extension to record a prompt."""
        await self._ring_origin(line, shown="")
        await serve_recording(line, self._tools, prompt_id)

    async def _serve(self, line: CallLine, route: Route) -> None:
        call = line.call
        call.called = route.called or call.called
        call.language = route.language
        call.record = route.record
        if route.number is not None:
            call.number_id = route.number.id
            call.partner_id = route.number.partner_id
        if call.direction is not Direction.INBOUND and isinstance(route.target, ToExternal):
            call.direction = Direction.OUTBOUND
            call.operator_id = call.caller_leg.user_id
        line.services.ledger.changed(call)
        await serve_route(line, self._tools, route)

    async def _ring_origin(self, line: CallLine, shown: str, seconds: float = ORIGIN_RING_S) -> None:
        """Ring the first leg until it answers; otherwise the call is over, with the reason."""
        leg = line.call.caller_leg
        if leg.state is LegState.UP:
            return
        line.note("dialing", number=leg.number)
        try:
            await line.ring_caller(timeout_s=seconds, shown=shown)
        except HungUp:
            line.call.ending.flow_finished = True
            line.call.ending.dial_reason = REASONS.get(leg.cause or 0, "failed")
            line.note("dial_failed", number=leg.number, reason=line.call.ending.dial_reason, cause=leg.cause)
            raise


def permitted(tools: FlowTools, to: ToExternal) -> Permission:
    """Leave to call a number outside now. Raises OutboundRefused with the reason where there is none."""
    answer = tools.permit(to)
    if isinstance(answer, Refusal):
        raise OutboundRefused(answer.text, reason=answer.reason, rule=answer.rule, number=answer.number)
    return answer


def check_origin(tools: FlowTools, extension: str, to: str, caller_id: str | None) -> None:
    """May ``extension`` call what it wants to reach? Asked before its phone rings. Raises OutboundRefused."""
    target = route_internal(tools.table(), extension, to, tools.clock.now()).target
    if isinstance(target, ToExternal):
        permitted(tools, msgspec.structs.replace(target, caller_id=caller_id or target.caller_id))


def reach(tools: FlowTools, to: Any, extension: str) -> Reached:
    """Where a number dialled by ``extension``, or a destination, leads now.

    Raises:
        InvalidInput: it is no destination, or a feature code. NotFound: the number does not exist.
        OutboundRefused: ``extension`` may not call there.
    """
    table, now = tools.table(), tools.clock.now()
    if isinstance(to, str):
        target = route_internal(table, extension, to, now).target
        number = to
        if isinstance(target, Feature):
            raise InvalidInput(f"{to} is a code for phones: nobody can be reached there")
    else:
        try:
            wanted: Destination = msgspec.convert(to, Destination)
        except msgspec.ValidationError as exc:
            raise InvalidInput(f"No destination: {exc}", [{"path": "to", "message": str(exc)}]) from exc
        if isinstance(wanted, ToExternal):
            wanted = msgspec.structs.replace(wanted, extension=extension)
        target, _ = resolve(table, wanted, now)
        number = wanted.number if isinstance(wanted, ToExtension | ToExternal) else type(wanted).__name__
    if target == NOT_IN_SERVICE:
        raise NotFound(f"There is no number {number} to reach")
    destination = msgspec.to_builtins(target)
    if isinstance(target, ToExtension):
        found = table.extensions.get(target.number)
        return Reached(number, destination, phone(target.number), float(found.ring_s if found else EXTERNAL_RING_S))
    if isinstance(target, ToExternal):
        allowed = permitted(tools, target)
        return Reached(number, destination, outside(table, target), float(EXTERNAL_RING_S), allowed.caller_id)
    return Reached(number, destination)


def origin_call(call_id: UUID, extension: str, to: str, *, node_id: str, now: datetime) -> Call:
    """A call that we start at the phone of ``extension``, to reach ``to``."""
    leg = Leg(
        channel_id=f"{call_id.hex}-0",
        role=LegRole.CALLER,
        number=extension,
        endpoint=f"PJSIP/{extension}",
        started_at=now,
    )
    return Call(
        id=call_id,
        node_id=node_id,
        direction=Direction.INTERNAL,
        caller=extension,
        called=to,
        started_at=now,
        legs=[leg],
    )


def callback_call(attempt: Attempt, operator: Operator, table: RoutingTable, *, node_id: str, now: datetime) -> Call:
    """The call of a try of a call-back; its first leg is the operator's phone, or the client.

    Raises:
        Unavailable: there is no trunk to the client.
    """
    if attempt.mode == "client_first":
        target = outside(table, ToExternal(number=attempt.number))
        if target is None:
            raise Unavailable("There is no enabled trunk")
        endpoint, number, user_id = target.endpoint, attempt.number, None
    else:
        endpoint, number, user_id = operator.endpoint, operator.extension, operator.user_id
    leg = Leg(
        channel_id=f"{attempt.call_id.hex}-0",
        role=LegRole.CALLER,
        number=number,
        endpoint=endpoint,
        started_at=now,
        user_id=user_id,
    )
    return Call(
        id=attempt.call_id,
        node_id=node_id,
        direction=Direction.OUTBOUND,
        caller=attempt.shown if user_id is None else operator.extension,
        called=attempt.number,
        started_at=now,
        legs=[leg],
        operator_id=attempt.user_id,
        queue_id=attempt.queue_id,
    )
