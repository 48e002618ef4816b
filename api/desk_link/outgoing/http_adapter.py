"""The adapter for desks with an HTTP API: requests made by templates, answers read by pointers."""

import asyncio
import base64
from collections.abc import Callable
from contextlib import AsyncExitStack
from typing import Any

import aiohttp
import msgspec
from yarl import URL

from api.desk_link import mapping, templates
from api.desk_link.mapping import (
    Auth,
    BasicAuth,
    BearerAuth,
    HeaderAuth,
    HmacAuth,
    LinkSettings,
    Operation,
    OutKind,
)
from api.desk_link.outgoing.connector import Order, Remote, Told
from api.desk_link.templates import BadTemplate
from api.webhooks import addresses, signature
from api.webhooks.backoff import Verdict, verdict
from api.webhooks.sender import words
from engine.core.pointers import as_text, find

_AGENT = "PayLater-CRM/1"
_LONGEST = 200


class HttpConnector:
    """``session`` goes to allowed addresses alone (``addresses.connector``); redirects are not followed. ``now``:
    seconds since 1970, for signatures."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        url: str,
        settings: LinkSettings,
        secret: str,
        networks: tuple[addresses.Network, ...],
        answer_bytes: int,
        now: Callable[[], float],
    ) -> None:
        self._session = session
        self._url = url.rstrip("/")
        self._settings = settings
        self._secret = secret
        self._networks = networks
        self._answer_bytes = answer_bytes
        self._now = now

    @property
    def capabilities(self) -> frozenset[OutKind]:
        return mapping.capabilities(self._settings)

    async def send(self, order: Order) -> Told:
        made = mapping.operation(self._settings, order.kind)
        if made is None:
            return Told(None, f"The mapping has no operation '{order.kind}'", Verdict.REFUSED)
        told = await self._ask(made, order)
        if told.verdict is Verdict.DELIVERED and order.kind == "create" and told.remote.id is None:
            if self._settings.preset:
                return Told(told.status, "The other desk did not tell the request's id", Verdict.REFUSED)
            error = f"The request was created there, but its id does not stand at {made.remote_id} of the answer"
            return Told(told.status, error, Verdict.SPENT)
        if told.status in (404, 410) and "remote" in made.path:
            return told._replace(verdict=Verdict.REFUSED)
        return told

    async def find(self, order: Order) -> Told | None:
        return None if self._settings.find is None else await self._ask(self._settings.find, order)

    async def test(self, order: Order) -> Told | None:
        return None if self._settings.test is None else await self._ask(self._settings.test, order)

    async def _ask(self, made: Operation, order: Order) -> Told:
        if wrong := addresses.refusal(self._url, self._networks):
            return Told(None, wrong, Verdict.AWAY)
        try:
            values = await self._with_data(made, order)
            url = URL(self._url + templates.path(made.path, values), encoded=True)
            body = None if not made.body else templates.body(made.body, values)
        except (BadTemplate, ValueError, OSError) as exc:
            return Told(None, str(exc), Verdict.REFUSED)
        if url.origin() != URL(self._url).origin():
            return Told(None, "The path leads to another host", Verdict.REFUSED)
        try:
            return await self._request(made, order, url, body)
        except TimeoutError:
            return Told(None, "no answer in time", Verdict.AWAY)
        except (aiohttp.ClientError, OSError, ValueError) as exc:
            return Told(None, f"{type(exc).__name__}: {exc}"[:_LONGEST], Verdict.AWAY)

    async def _request(self, made: Operation, order: Order, url: URL, body: Any) -> Told:
        data = b"" if body is None else msgspec.json.encode(body)
        headers = {"User-Agent": _AGENT, "Accept": "application/json", "PayLater-Attempt": str(order.attempt)}
        headers |= {"PayLater-Event-Id": order.event_id, "Idempotency-Key": order.event_id}
        headers |= proof(self._settings.auth, self._secret, data, int(self._now()))
        async with AsyncExitStack() as stack:
            payload: Any = data
            if made.encoding == "multipart":
                payload = await self._form(stack, made, order, body, data)
            elif body is not None:
                headers["Content-Type"] = "application/json"
            answer = await stack.enter_async_context(
                self._session.request(made.method, url, data=payload or None, headers=headers, allow_redirects=False)
            )
            raw = await self._read(answer)
            found = verdict(answer.status)
            if found is not Verdict.DELIVERED:
                return Told(answer.status, words(answer, raw), found)
            return Told(answer.status, "", found, remote(made, raw))

    async def _form(
        self, stack: AsyncExitStack, made: Operation, order: Order, body: Any, data: bytes
    ) -> aiohttp.FormData:
        form = aiohttp.FormData()
        if made.part:
            form.add_field(made.part, data.decode(), content_type="application/json")
        elif isinstance(body, dict):
            for name, value in body.items():
                form.add_field(name, as_text(value, templates.MAX_TEXT))
        if order.file is not None:
            file = stack.enter_context(await asyncio.to_thread(order.file.open, "rb"))
            about = order.values["file"]
            form.add_field(made.file_part, file, filename=about["name"], content_type=about["media_type"])
        return form

    async def _with_data(self, made: Operation, order: Order) -> dict[str, Any]:
        """Values of templates, with the content of the file where a body holds it."""
        if order.file is None or "file.data" not in made.body:
            return order.values
        content = await asyncio.to_thread(order.file.read_bytes)
        return order.values | {"file": order.values["file"] | {"data": base64.b64encode(content).decode()}}

    async def _read(self, answer: aiohttp.ClientResponse) -> bytes:
        """The answer as far as it is looked at; of an endless one the beginning."""
        found = bytearray()
        while len(found) < self._answer_bytes and (piece := await answer.content.read(65_536)):
            found += piece
        if not answer.content.at_eof():
            answer.close()
        return bytes(found[: self._answer_bytes])


def proof(auth: Auth, secret: str, data: bytes, now: int) -> dict[str, str]:
    """Headers that tell who asks; ``now``: seconds since 1970. Pure."""
    match auth:
        case BasicAuth():
            return {"Authorization": aiohttp.encode_basic_auth(auth.user, secret, "utf-8")}
        case BearerAuth():
            return {"Authorization": f"Bearer {secret}"}
        case HeaderAuth():
            return {auth.name: auth.prefix + secret}
        case HmacAuth():
            return {auth.name: signature.header([secret], now, data)}
    return {}


def remote(made: Operation, raw: bytes) -> Remote:
    """What an answer tells of the request there. Pure."""
    pointers = (made.remote_id, made.remote_number, made.remote_state)
    if not any(pointers):
        return Remote()
    try:
        document = msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return Remote()
    found: list[str | None] = []
    for pointer in pointers:
        try:
            text = as_text(find(document, pointer), _LONGEST) if pointer else ""
        except LookupError:
            text = ""
        found.append(text or None)
    return Remote(*found)
