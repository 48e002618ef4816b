"""Calls that the engine places itself: click-to-call, prompts recorded by phone, call-backs, campaigns."""

from functools import partial
from typing import Any
from uuid import UUID

from engine.agents.service import Presences
from engine.calls.admission import Admission
from engine.calls.model import Call
from engine.calls.registry import CallRegistry, Flow
from engine.calls.services import CallServices
from engine.control import Originate, RecordByPhone
from engine.core.errors import Conflict, Forbidden, NotFound, Unavailable
from engine.dialer.campaign import CampaignSettings
from engine.dialer.live.dial import Dial
from engine.dialer.live.opening import campaign_call
from engine.dispatch import Dispatcher, callback_call, check_origin, origin_call
from engine.ivr.flows.external import outside
from engine.ivr.port import FlowTools
from engine.queues.attempt import Attempt
from engine.routing.model import ToExternal
from engine.routing.outbound import Refusal


class Placing:
    """Opens such calls, as far as Asterisk is there and the node has room."""

    def __init__(
        self,
        services: CallServices,
        tools: FlowTools,
        presences: Presences,
        admission: Admission,
        registry: CallRegistry,
        dispatcher: Dispatcher,
    ) -> None:
        self._services = services
        self._tools = tools
        self._presences = presences
        self._admission = admission
        self._registry = registry
        self._dispatcher = dispatcher

    def originate(self, wanted: Originate) -> None:
        """Click-to-call; a second command with the same call id changes nothing."""
        if self._registry.knows(wanted.call_id):
            return
        call = self._origin(wanted.call_id, wanted.from_extension, wanted.to)
        check_origin(self._tools, wanted.from_extension, wanted.to, wanted.caller_id)

        async def flow(line: Any) -> None:
            await self._dispatcher.serve_origin(line, to=wanted.to, caller_id=wanted.caller_id)

        self._open(call, flow)

    def record_prompt(self, prompt_id: UUID, wanted: RecordByPhone) -> None:
        """Ring an extension and record a prompt."""
        if prompt_id not in self._tools.table().prompts:
            raise NotFound("There is no such prompt")
        call = self._origin(wanted.call_id, wanted.extension, "")

        async def flow(line: Any) -> None:
            await self._dispatcher.serve_prompt(line, prompt_id=prompt_id)

        self._open(call, flow)

    def call_back(self, attempt: Attempt) -> None:
        """Place the call of a call-back's try."""
        tools, services = self._tools, self._services
        if not services.link.up:
            raise Unavailable("Asterisk is not connected now")
        answer = tools.permit(ToExternal(number=attempt.number, caller_id=attempt.shown or None))
        if isinstance(answer, Refusal):
            raise Forbidden(answer.text)
        attempt.shown = answer.caller_id or ""
        operator, now = self._presences.operators[attempt.user_id], services.clock.now()
        call = callback_call(attempt, operator, tools.table(), node_id=services.settings.node_id, now=now)
        self._open(call, partial(self._dispatcher.serve_callback, attempt=attempt))

    def dial(self, dial: Dial, settings: CampaignSettings) -> None:
        """Place the call of a campaign's attempt; ``dial.shown`` becomes the number that the client is shown.

        Raises:
            Forbidden: the number can't be called. Unavailable, Conflict: not now.
        """
        tools, services, now = self._tools, self._services, self._services.clock.now()
        if not services.link.up:
            raise Unavailable("Asterisk is not connected now")
        to = ToExternal(number=dial.claim.address, caller_id=dial.shown or None, trunk_id=settings.trunk_id)
        answer = tools.permit(to)
        if isinstance(answer, Refusal):
            raise (Conflict if answer.reason == "lines" else Forbidden)(answer.text)
        dial.shown = answer.caller_id or ""
        operator = self._presences.operators.get(dial.user_id) if dial.user_id and dial.operator_first else None
        if dial.operator_first and operator is None:
            raise Conflict("The operator has gone")
        target = outside(tools.table(), to)
        assert target is not None
        call = campaign_call(dial, target, operator, node_id=services.settings.node_id, now=now)
        self._open(call, self._dispatcher.serve_campaign)

    def _origin(self, call_id: UUID, extension: str, to: str) -> Call:
        services = self._services
        if not services.link.up:
            raise Unavailable("Asterisk is not connected now; try again in a few seconds")
        found = self._tools.table().extensions.get(extension)
        if found is None or not found.enabled:
            raise NotFound(f"There is no extension {extension}")
        return origin_call(call_id, extension, to, node_id=services.settings.node_id, now=services.clock.now())

    def _open(self, call: Call, flow: Flow) -> None:
        if self._admission.refuse(len(self._registry.lines)) is not None:
            raise Conflict("The node serves as many calls as it can; try again later")
        self._registry.open(call, flow)
