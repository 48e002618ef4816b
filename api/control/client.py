"""Commands to engines. Each has a deadline; an engine that is away is a fault of its own (503)."""

import asyncio
from typing import Any
from uuid import UUID

import aiohttp
import msgspec

from api.control.store import ControlStore, Node
from engine.agents.model import Presence
from engine.core import log
from engine.core.config import Settings
from engine.core.errors import Conflict, Forbidden, InvalidInput, NotFound, OutboundRefused, PayLaterError, Unavailable

_log = log.get("api.control")
_FAULTS: dict[int, type[PayLaterError]] = {403: Forbidden, 404: NotFound, 409: Conflict, 422: InvalidInput}


class EngineClient:
    """Talks to the engines that the database lists as alive."""

    def __init__(self, store: ControlStore, session: aiohttp.ClientSession, settings: Settings) -> None:
        self._store = store
        self._session = session
        self._timeout = aiohttp.ClientTimeout(total=settings.engine_timeout)
        self._headers = {"Authorization": f"Bearer {settings.control_token}"}

    async def originate(self, call_id: UUID, from_extension: str, to: str, caller_id: str | None) -> None:
        body = {"call_id": call_id, "from_extension": from_extension, "to": to, "caller_id": caller_id}
        await self._request((await self._any()), "POST", "/originate", body)

    async def live_calls(self) -> list[dict[str, Any]]:
        """Calls in progress on all nodes that answer.

        Raises:
            Unavailable: no engine is there, or none answers.
        """
        nodes = await self._nodes()
        asked = (self._request(node, "GET", "/live-calls") for node in nodes)
        answers = await asyncio.gather(*asked, return_exceptions=True)
        faults = [answer for answer in answers if isinstance(answer, BaseException)]
        if len(faults) == len(nodes):
            raise faults[0]
        return [call for answer in answers if not isinstance(answer, BaseException) for call in answer["items"]]

    async def queues(self) -> list[dict[str, Any]]:
        """The live picture of queues, of each node that answers.

        Raises:
            Unavailable: no engine is there, or none answers.
        """
        nodes = await self._nodes()
        asked = (self._request(node, "GET", "/queues") for node in nodes)
        answers = await asyncio.gather(*asked, return_exceptions=True)
        if all(isinstance(answer, BaseException) for answer in answers):
            raise next(answer for answer in answers if isinstance(answer, BaseException))
        return [answer for answer in answers if not isinstance(answer, BaseException)]

    async def change_callback(self, callback_id: UUID, node_id: str, change: dict[str, Any]) -> None:
        """Change or end a call-back of that node.

        Raises:
            NotFound: it is over. Conflict: it is being called. Unavailable: that node does not answer.
        """
        node = next((node for node in await self._nodes() if node.id == node_id), None)
        if node is None:
            raise Unavailable("The engine that has this call-back does not run now", node=node_id)
        await self._request(node, "POST", f"/callbacks/{callback_id}", change)

    async def command(self, call_id: UUID, node_id: str | None, order: dict[str, Any]) -> dict[str, Any]:
        """Carry out a command (``engine.calls.commands.Order``) to a live call.

        Raises:
            NotFound: no node has the call. Forbidden, Conflict, InvalidInput: the engine refused.
        """
        nodes = await self._nodes()
        nodes = [node for node in nodes if node.id == node_id] or nodes
        for node in nodes[:-1]:
            try:
                return dict(await self._request(node, "POST", f"/calls/{call_id}/do", order))
            except NotFound:
                continue
        return dict(await self._request(nodes[-1], "POST", f"/calls/{call_id}/do", order))

    async def hang_up(self, call_id: UUID, node_id: str | None) -> None:
        """End a call; ``node_id`` says whose it is, where known.

        Raises:
            NotFound: no node has it.
        """
        nodes = await self._nodes()
        nodes = [node for node in nodes if node.id == node_id] or nodes
        for node in nodes:
            try:
                await self._request(node, "DELETE", f"/live-calls/{call_id}")
                return
            except NotFound:
                continue
        raise NotFound("There is no such call in progress")

    async def record_prompt(self, prompt_id: UUID, extension: str, call_id: UUID) -> None:
        """Ring the extension and record what is said into the prompt, in the call ``call_id``."""
        body = {"call_id": call_id, "extension": extension}
        await self._request(await self._any(), "POST", f"/prompts/{prompt_id}/record-by-phone", body)

    async def trace(self, body: dict[str, Any]) -> Any:
        """What would happen to a call, told by the code that serves calls."""
        return await self._request(await self._any(), "POST", "/trace", body)

    async def speech(self) -> dict[str, Any]:
        """Engines and voices of speech (``engine.speech.desk``)."""
        return dict(await self._request(await self._any(), "GET", "/speech/picture"))

    async def say(self, body: dict[str, Any]) -> dict[str, Any]:
        """A text as sound. Raises InvalidInput, Conflict, Unavailable."""
        return dict(await self._request(await self._any(), "POST", "/speech/say", body))

    async def set_presence(self, user_id: UUID, body: dict[str, Any]) -> Presence:
        """Give an operator a status, or a sign of life; see ``SetPresence`` of the engine.

        Raises:
            NotFound: no operator. InvalidInput: no such status or reason. Unavailable: no engine.
        """
        return msgspec.convert(await self._request(await self._any(), "POST", f"/presence/{user_id}", body), Presence)

    async def extend_wrap_up(self, user_id: UUID, seconds: int) -> Presence:
        """More time for the wrap-up of now."""
        answer = await self._request(await self._any(), "POST", f"/presence/{user_id}/extend", {"seconds": seconds})
        return msgspec.convert(answer, Presence)

    async def dialer(self) -> list[dict[str, Any]]:
        """The live board of campaigns, of each node that answers; none: no engine is there."""
        asked = (self._request(node, "GET", "/dialer") for node in await self._store.nodes())
        answers = await asyncio.gather(*asked, return_exceptions=True)
        return [answer for answer in answers if not isinstance(answer, BaseException)]

    async def preview(self, user_id: UUID) -> dict[str, Any]:
        """The client whom an operator is shown.

        Raises:
            NotFound: nobody.
        """
        return dict(await self._ask_each("GET", f"/preview/{user_id}"))

    async def decide_preview(self, user_id: UUID, attempt_id: UUID, do: str) -> None:
        """Call the client shown (``start``) or pass by (``skip``).

        Raises:
            NotFound: that client is not shown (any more). Conflict: none may be passed by.
        """
        await self._ask_each("POST", f"/preview/{user_id}", {"do": do, "attempt_id": attempt_id})

    async def _ask_each(self, method: str, path: str, body: Any = None) -> Any:
        """Ask one node after another until one knows of it."""
        nodes = await self._nodes()
        for node in nodes[:-1]:
            try:
                return await self._request(node, method, path, body)
            except NotFound:
                continue
        return await self._request(nodes[-1], method, path, body)

    async def _nodes(self) -> list[Node]:
        nodes = await self._store.nodes()
        if not nodes:
            raise Unavailable("No engine is running now: calls can't be reached")
        return nodes

    async def _any(self) -> Node:
        return (await self._nodes())[0]

    async def _request(self, node: Node, method: str, path: str, body: Any = None) -> Any:
        headers = dict(self._headers)
        data = None
        if body is not None:
            data, headers["Content-Type"] = msgspec.json.encode(body), "application/json"
        try:
            async with self._session.request(
                method, node.control_url + path, data=data, headers=headers, timeout=self._timeout
            ) as response:
                text = await response.read()
        except (aiohttp.ClientError, TimeoutError, OSError) as exc:
            _log.warning("engine_away", node=node.id, path=path, error=f"{type(exc).__name__}: {exc}")
            raise Unavailable("The engine does not answer now", node=node.id) from exc
        if response.status < 300:
            return msgspec.json.decode(text) if text else None
        raise _fault(response.status, text, node)


def _fault(status: int, text: bytes, node: Node) -> PayLaterError:
    try:
        problem = msgspec.json.decode(text, type=dict[str, Any])
    except (msgspec.MsgspecError, ValueError):
        problem = {}
    if status == OutboundRefused.status:
        detail, fields = str(problem.get("detail")), {name: problem.get(name) for name in ("reason", "rule", "number")}
        refused = problem.get("title") == OutboundRefused.code
        return OutboundRefused(detail, **fields) if refused else Forbidden(detail, right=problem.get("right"))
    kind = _FAULTS.get(status)
    if kind is None:
        _log.warning("engine_refused", node=node.id, status=status, problem=problem)
        return Unavailable("The engine can't do it now", node=node.id)
    detail = str(problem.get("detail") or "The engine refused")
    return InvalidInput(detail, problem.get("errors") or []) if kind is InvalidInput else kind(detail)
