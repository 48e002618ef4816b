"""One IMAP mailbox, read and never changed: a blocking client in a thread of its own."""

import asyncio
import contextlib
import imaplib
import socket
import ssl
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from types import TracebackType
from typing import Any, NamedTuple, Self, TypeVar

import imapclient
from imapclient.exceptions import IMAPClientError

from api.mailboxes.model import Access
from engine.core import outside

T = TypeVar("T")
_BATCH = 100
_LOOKED_AT = 20
_RESULTS = "BODY.PEEK[HEADER.FIELDS (AUTHENTICATION-RESULTS)]<0.65536>"
# A line of the server's; letters come as literals, which have a length of their own.
imaplib._MAXLINE = 1_000_000  # type: ignore[attr-defined]


class BoxFailed(Exception):
    """The mailbox can't be read now; the text tells why, and holds no secret."""


class Selected(NamedTuple):
    """The folder as it is just now; letters that come later have a UID of ``uid_next`` or more."""

    uid_validity: int
    uid_next: int
    letters: int


class Box:
    """A connection. Use as an async context manager.

    Raises (all of it): BoxFailed.
    """

    def __init__(self, access: Access, password: str, timeout_s: float) -> None:
        self._access = access
        self._password = password
        self._timeout_s = timeout_s
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="mailbox")
        self._client: Any = None
        self._loop = asyncio.get_running_loop()

    async def __aenter__(self) -> Self:
        try:
            await outside.resolve_allowed(self._access.host, self._access.port)
            await self._do(self._connect)
        except OSError as exc:
            self._thread.shutdown(wait=False)
            raise BoxFailed(f"{self._access.host}: {exc}") from exc
        except BaseException:
            self._cut()
            self._thread.shutdown(wait=False)
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            with contextlib.suppress(BoxFailed):
                await self._do(lambda: self._client.logout())
        self._cut()
        self._thread.shutdown(wait=False)

    @property
    def idles(self) -> bool:
        """Whether the server tells of new letters by itself (RFC 2177)."""
        return bool(self._client.has_capability("IDLE"))

    async def select(self) -> Selected:
        """Look at the folder afresh."""
        found = await self._do(lambda: self._client.select_folder(self._access.folder, readonly=True))
        validity, letters = int(found.get(b"UIDVALIDITY", 0)), int(found.get(b"EXISTS", 0))
        following = found.get(b"UIDNEXT")
        if following is None:
            last = await self._do(lambda: self._client.search("ALL"))
            following = max(last, default=0) + 1
        return Selected(validity, int(following), letters)

    async def sizes(self, first: int, since: date | None = None) -> dict[int, int]:
        """The next letters from the UID ``first`` on (a hundred at most), with their sizes in bytes."""

        def ask() -> dict[int, int]:
            words: list[Any] = ["UID", f"{first}:*"]
            if since is not None:
                words += ["SINCE", since]
            uids = sorted(uid for uid in self._client.search(words) if uid >= first)[:_BATCH]
            if not uids:
                return {}
            found = self._client.fetch(uids, ["RFC822.SIZE"])
            return {uid: int(found[uid].get(b"RFC822.SIZE", 0)) for uid in uids if uid in found}

        return await self._do(ask)

    async def letter(self, uid: int, most: int) -> bytes | None:
        """The bytes of a letter, ``most`` of them; None: it has gone meanwhile."""

        def ask() -> bytes | None:
            found = self._client.fetch([uid], [f"BODY.PEEK[]<0.{most}>"]).get(uid, {})
            for name, value in found.items():
                if name.startswith(b"BODY[]") and isinstance(value, bytes):
                    return value
            return None

        return await self._do(ask)

    async def results(self, uid_next: int) -> list[bytes]:
        """Of the newest letters that have such headers: their Authentication-Results."""

        def ask() -> list[bytes]:
            newest = range(max(1, uid_next - _LOOKED_AT), uid_next)
            found = self._client.fetch(newest, [_RESULTS]) if newest else {}
            parts = [part for letter in found.values() for name, part in letter.items() if name.startswith(b"BODY[")]
            return [part for part in parts if isinstance(part, bytes) and part.strip()]

        return await self._do(ask)

    async def wait(self, idle_s: float, poll_s: float) -> None:
        """Until there may be something new: told by the server, or the time is over."""
        if not self.idles:
            await asyncio.sleep(poll_s)
            await self._do(lambda: self._client.noop())
            return

        def idle() -> None:
            self._client.idle()
            told = [] if self._has_read_ahead() else self._client.idle_check(timeout=idle_s)
            _, rest = self._client.idle_done()
            if any(isinstance(item, tuple) and item[:1] == (b"BYE",) for item in [*told, *rest]):
                raise IMAPClientError("the server says good-bye")

        await self._do(idle)

    def _has_read_ahead(self) -> bool:
        """Whether something stands in a buffer already: what came in one packet with the answer to IDLE was read with
        it, and waiting for the socket would not find it."""
        sock, imap = self._client.socket(), self._client._imap
        if isinstance(sock, ssl.SSLSocket) and sock.pending():
            return True
        if hasattr(imap, "_readbuf"):  # Python 3.14 and newer
            return any(imap._readbuf)
        sock.setblocking(False)
        try:
            return bool(imap.file.peek(1))
        except (OSError, ValueError):
            return False
        finally:
            sock.settimeout(self._timeout_s)

    def _connect(self) -> None:
        access = self._access
        context = ssl.create_default_context()
        self._client = imapclient.IMAPClient(
            access.host,
            access.port,
            use_uid=True,
            ssl=access.security == "tls",
            ssl_context=context if access.security == "tls" else None,
            timeout=self._timeout_s,
        )
        # The name was looked up once more meanwhile.
        if outside.is_link_local(str(self._client.socket().getpeername()[0])):
            raise BoxFailed(f"{access.host}: link-local addresses are not asked")
        if access.security == "starttls":
            self._client.starttls(context)
        try:
            self._client.login(access.login, self._password)
        except IMAPClientError as exc:
            # What the server says may repeat what was sent.
            raise BoxFailed(f"{access.host} refuses the login {access.login}") from exc

    async def _do(self, call: Callable[[], T]) -> T:
        """In the thread; a cancelled wait cuts the connection, so that the thread ends too."""
        try:
            return await self._loop.run_in_executor(self._thread, call)
        except asyncio.CancelledError:
            self._cut()
            raise
        except (IMAPClientError, imaplib.IMAP4.error, OSError, EOFError, ValueError, AssertionError) as exc:
            told = str(exc).replace(self._password, "***")[:200] or type(exc).__name__
            raise BoxFailed(f"{self._access.host}: {told}") from exc

    def _cut(self) -> None:
        if self._client is not None:
            with contextlib.suppress(Exception):
                self._client.socket().shutdown(socket.SHUT_RDWR)
            with contextlib.suppress(Exception):
                self._client.shutdown()
