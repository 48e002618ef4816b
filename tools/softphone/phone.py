"""A phone: one SIP address that dials, registers and takes calls; any number of calls at once."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Any
from urllib.parse import quote

from aiosipua import IncomingCall, OutgoingCall, SdpMessage, SipDigestAuth, SipUAC, SipUAS
from aiosipua.auth import answer_challenge
from aiosipua.dialog import DialogState
from aiosipua.headers import stringify_uri
from aiosipua.message import SipRequest, SipResponse
from aiosipua.registration import Registration
from aiosipua.sdp import parse_sdp

from tools.softphone.call import PhoneCall
from tools.softphone.media import Media
from tools.softphone.transport import Address, PhoneTransport

USER_AGENT = "PayLater phone"
_BYE_LINGER = 0.3


class RegistrationFailed(Exception):
    """The registrar refused (``status``), or did not answer (408)."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(f"{status} {reason}".strip())
        self.status = status


class Phone:
    """``async with Phone(("127.0.0.1", 20060), "101", "secret") as phone: ...``

    Without a password it calls as a trunk does: by address alone, ``user`` being the caller's number.
    ``on_call`` gets every incoming call (a coroutine function, run as a task of the phone); without it calls ring and
    wait in ``wait_call``. ``keep_sound`` off saves memory where nobody looks at what was heard.
    """

    def __init__(
        self,
        server: Address,
        user: str = "phone",
        password: str | None = None,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        codecs: tuple[str, ...] = ("PCMA", "PCMU"),
        on_call: Callable[[PhoneCall], Awaitable[None]] | None = None,
        keep_sound: bool = True,
    ) -> None:
        self.server = server
        self.user = user
        self._auth = SipDigestAuth(user, password) if password is not None else None
        self._host = host
        self._codecs = codecs
        self._keep = keep_sound
        self.on_call = on_call
        self.calls: dict[str, PhoneCall] = {}
        self._incoming: asyncio.Queue[PhoneCall] = asyncio.Queue()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._transport = PhoneTransport((host, port))
        self._uac = SipUAC(self._transport)
        self._uas = SipUAS(self._transport, user_agent=USER_AGENT, uac=self._uac)
        self._registration: Registration | None = None
        self._registrar_spoke = asyncio.Event()
        self._refers: dict[str, tuple[PhoneCall, str, str, bool]] = {}
        """Transfers asked for, by call: the call, the target, the request's address, whether it bore a proof."""

    async def __aenter__(self) -> "Phone":
        await self.start()
        return self

    async def __aexit__(
        self, _kind: type[BaseException] | None, _exc: BaseException | None, _tb: TracebackType | None
    ) -> None:
        await self.close()

    @property
    def address(self) -> Address:
        """Where this phone listens, once started."""
        return self._transport.local_addr

    async def start(self) -> None:
        await self._uas.start()
        self._transport.on_message = self._on_message
        self._transport.on_timeout = self._on_timeout
        self._uas.on_invite = self._on_invite
        self._uas.on_reinvite = self._on_reinvite
        self._uas.on_bye = self._on_bye
        self._uas.on_cancel = self._on_cancel
        self._uas.on_ack_timeout = lambda leg: self._end(leg.call_id, "network")

    async def close(self) -> None:
        """Hang up everything, take back the registration, close."""
        busy = bool(self.calls)
        for call in tuple(self.calls.values()):
            call.hang_up()
        if self._registration is not None:
            with contextlib.suppress(RegistrationFailed, TimeoutError):
                await self.unregister(timeout=1.0)
        elif busy:
            await asyncio.sleep(_BYE_LINGER)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for call in tuple(self.calls.values()):
            call.finish("us")
        await self._uas.stop()

    async def register(self, *, expires: int = 300, timeout: float = 8.0) -> None:
        """Sign in at the server, and stay signed in.

        Raises:
            RegistrationFailed: refused. TimeoutError: no answer.
        """
        host, port = self.server
        aor = f"sip:{self.user}@{host}:{port}"
        self._registration = Registration(
            self._uac, aor, self.server, expires=expires, auth=self._auth, registrar_uri=f"sip:{host}:{port}"
        )
        await self._registered(self._registration.register, timeout)

    async def unregister(self, *, timeout: float = 8.0) -> None:
        if self._registration is None:
            return
        registration, self._registration = self._registration, None
        registration.unregister()
        async with asyncio.timeout(timeout):
            while registration.state.value not in ("unregistered", "failed"):
                self._registrar_spoke.clear()
                await self._registrar_spoke.wait()

    async def _registered(self, send: Callable[[], Any], timeout: float) -> None:
        registration = self._registration
        assert registration is not None
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        def failed(_registration: Registration, status: int, reason: str) -> None:
            if not done.done():
                done.set_exception(RegistrationFailed(status, reason))

        registration.on_registered = lambda _registration: None if done.done() else done.set_result(None)
        registration.on_failed = failed
        send()
        async with asyncio.timeout(timeout):
            await done

    async def dial(self, number: str, *, caller: str | None = None, headers: dict[str, str] | None = None) -> PhoneCall:
        """Call ``number``; returns once the INVITE is out. ``caller`` is the number shown (default: the user)."""
        host, port = self.server
        media = Media(self._host, self._codecs, keep=self._keep)
        await media.open()
        leg = self._uac.send_invite(
            f"sip:{caller or self.user}@{self._host}",
            f"sip:{number}@{host}:{port}",
            self.server,
            media.description(),
            auth=self._auth,
            user_agent=USER_AGENT,
            extra_headers=headers,
        )
        call = PhoneCall(self, leg, media, number)
        leg.on_answer = lambda _leg: self._on_answer(call)
        leg.on_rejected = lambda _leg, status, reason: self._on_rejected(call, status, reason)
        self.calls[call.call_id] = call
        return call

    async def call(self, number: str, *, caller: str | None = None, timeout: float = 30.0) -> PhoneCall:
        """Dial and wait for the answer; a call still ringing at ``timeout`` is given up.

        Raises:
            CallFailed: refused. TimeoutError.
        """
        call = await self.dial(number, caller=caller)
        try:
            return await call.wait_answered(timeout)
        except (TimeoutError, asyncio.CancelledError):
            call.hang_up()
            raise

    async def wait_call(self, timeout: float = 30.0) -> PhoneCall:
        """The next incoming call, already ringing. Raises TimeoutError."""
        async with asyncio.timeout(timeout):
            return await self._incoming.get()

    # What the calls ask for

    def send_bye(self, call: PhoneCall) -> None:
        if isinstance(call.leg, IncomingCall):
            call.leg.hangup()
        else:
            call.leg.hangup(self._uac)

    def send_cancel(self, call: PhoneCall) -> None:
        leg = call.leg
        assert isinstance(leg, OutgoingCall)
        leg.cancel(self._uac)
        # aiosipua forgets a cancelled call; a 200 that crossed the CANCEL would never be acknowledged, nor hung up.
        leg.dialog.state = DialogState.EARLY
        self._uac._calls[call.call_id] = leg
        call.note("cancelling")

    def send_hold(self, call: PhoneCall, sdp: SdpMessage) -> None:
        addr = call.leg.source_addr if isinstance(call.leg, IncomingCall) else call.leg.remote_addr
        self._uac.send_reinvite(call.leg.dialog, sdp, addr)

    def send_info(self, call: PhoneCall, body: str) -> None:
        addr = call.leg.source_addr if isinstance(call.leg, IncomingCall) else call.leg.remote_addr
        self._uac.send_info(call.leg.dialog, body, "application/dtmf-relay", addr)

    def send_refer(self, call: PhoneCall, number: str, other: PhoneCall | None) -> None:
        host, port = self.server
        target = f"sip:{number}@{host}:{port}"
        if other is not None:
            dialog = other.leg.dialog
            tags = f";to-tag={dialog.remote_tag};from-tag={dialog.local_tag}"
            target += f"?Replaces={quote(dialog.call_id + tags, safe='')}"
        self._refer(call, target)

    def _refer(self, call: PhoneCall, target: str, proof: tuple[str, str] | None = None) -> None:
        addr = call.leg.source_addr if isinstance(call.leg, IncomingCall) else call.leg.remote_addr
        headers = {"Refer-To": f"<{target}>"} | ({proof[0]: proof[1]} if proof is not None else {})
        request = self._uac._send_in_dialog(call.leg.dialog, "REFER", addr, extra_headers=headers)
        self._refers[call.call_id] = (call, target, request.uri, proof is not None)

    def _on_refer_answer(self, response: SipResponse) -> None:
        """A registrar that trusts nobody asks who it is that transfers."""
        asked = self._refers.pop(response.call_id or "", None)
        if asked is None or response.status_code not in (401, 407) or asked[3] or self._auth is None:
            return
        proof = answer_challenge(self._auth, response, response.status_code, "REFER", asked[2])
        if proof is not None:
            self._refer(asked[0], asked[1], proof)

    def forget(self, call: PhoneCall) -> None:
        self.calls.pop(call.call_id, None)
        self._uas._calls.pop(call.call_id, None)

    # What comes in

    def _on_message(self, message: SipRequest | SipResponse, addr: Address) -> None:
        if not self._transport.fresh(message, addr):
            return
        if isinstance(message, SipResponse) and message.cseq and message.cseq.method == "INVITE":
            self._before_answer(message, addr)
        self._uas._on_message(message, addr)
        if isinstance(message, SipResponse) and message.cseq and message.cseq.method == "REFER":
            self._on_refer_answer(message)
        if isinstance(message, SipResponse) and message.cseq and message.cseq.method == "REGISTER":
            self._registrar_spoke.set()

    def _before_answer(self, response: SipResponse, addr: Address) -> None:
        """What aiosipua leaves out of an answer: early media, the peer's contact and route, ACK of a re-INVITE."""
        call = self.calls.get(response.call_id or "")
        if call is None:
            return
        status = response.status_code
        call.note_headers(response)
        if 100 < status < 300:
            if isinstance(call.leg, OutgoingCall):
                self._learn_route(call.leg, response)
            if response.body and response.content_type == "application/sdp":
                with contextlib.suppress(ValueError):
                    call.media.connect(parse_sdp(response.text))
            if status < 200 and call.state == "calling":
                call.note("ringing", status, response.reason_phrase)
        if isinstance(call.leg, IncomingCall) and 200 <= status < 300:
            self._acknowledge(call.leg, response, addr)

    @staticmethod
    def _learn_route(leg: OutgoingCall, response: SipResponse) -> None:
        if leg.dialog.state is DialogState.EARLY:
            if contacts := response.contact:
                leg.dialog.remote_target = stringify_uri(contacts[0].uri)
            leg.dialog.route_set = list(reversed(response.headers.get("record-route")))

    def _acknowledge(self, leg: IncomingCall, response: SipResponse, addr: Address) -> None:
        """ACK the answer to our re-INVITE on a call that came in."""
        cseq = response.cseq
        host, port = self.address
        before = leg.dialog.local_cseq
        leg.dialog.local_cseq = (cseq.seq if cseq else 1) - 1
        self._transport.send(leg.dialog.create_request("ACK", via_host=host, via_port=port), addr)
        leg.dialog.local_cseq = before

    def _on_timeout(self, request: SipRequest) -> None:
        self._end(request.call_id or "", "network", 408, "No answer from the server")

    def _on_answer(self, call: PhoneCall) -> None:
        if call.state == "cancelling":
            self.send_bye(call)
            call.finish("us", 487, "Request Terminated")
            return
        call.note("answered", 200, "OK")

    def _on_rejected(self, call: PhoneCall, status: int, reason: str) -> None:
        if not call.answered:  # a refused re-INVITE leaves the call up
            call.finish("us" if call.state == "cancelling" else "peer", status, reason)

    def _on_invite(self, leg: IncomingCall) -> None:
        to = leg.invite.to_addr
        if to is not None and to.tag:  # of a call that is over: our goodbye and the peer's re-INVITE crossed
            leg.reject(481, "Call/Transaction Does Not Exist")
            self._uas._calls.pop(leg.call_id, None)
            return
        self._spawn(self._take(leg))

    async def _take(self, leg: IncomingCall) -> None:
        media = Media(self._host, self._codecs, keep=self._keep)
        await media.open()
        call = PhoneCall(self, leg, media, self.user)
        call.note_headers(leg.invite)
        self.calls[call.call_id] = call
        if self.on_call is not None:
            await self.on_call(call)
            return
        call.ring()
        self._incoming.put_nowait(call)

    def _on_reinvite(self, leg: IncomingCall) -> None:
        call = self.calls.get(leg.call_id)
        if call is None:
            leg.reject(481)
        elif leg.sdp_offer is None:
            leg.accept(call.media.description())
        else:
            leg.accept(call.media.answer_to(leg.sdp_offer))

    def _on_bye(self, leg: IncomingCall, request: SipRequest) -> None:
        if call := self.calls.get(leg.call_id):
            call.note_headers(request)
        self._end(leg.call_id, "peer")

    def _on_cancel(self, request: SipRequest, _addr: Address) -> None:
        if call := self.calls.get(request.call_id or ""):
            call.note_headers(request)
        self._end(request.call_id or "", "peer", 487, "Request Terminated")

    def _end(self, call_id: str, by: str, status: int = 0, reason: str = "") -> None:
        if call := self.calls.get(call_id):
            call.finish(by, status, reason)

    def _spawn(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
