"""One api for all tests of letters, with a real server that it sends by (aiosmtpd) and a real one that it reads
(Dovecot). Nothing is emptied between tests: each has a mailbox, clients and requests of its own."""

import asyncio
import secrets
import uuid
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio
from aiosmtpd.smtp import SMTP

from engine.core import ids
from engine.core.clock import SystemClock
from engine.core.config import Settings
from tests.conftest import fresh_database
from tests.integration.api.conftest import Api, Client, serving, until
from tests.providers.mailbox import PASSWORD, MailServer, mail_server
from tools.stack.stand import Stand


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All in one loop."""
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.asyncio(loop_scope="package"), append=False)


@dataclass
class Outgoing:
    """What the api has sent."""

    port: int = 0
    letters: list[EmailMessage] = field(default_factory=list)

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        self.letters.append(message_from_bytes(envelope.content, policy=policy.default))  # type: ignore[arg-type]
        return "250 OK"

    def to(self, address: str) -> list[EmailMessage]:
        return [letter for letter in self.letters if letter["To"] == address]


@dataclass
class Post:
    """A mailbox of the api's, and clients that write to it."""

    api: Api
    admin: Client
    server: MailServer
    outgoing: Outgoing
    login: str
    id: str
    address: str

    def put(self, letter: EmailMessage | bytes, folder: str = "INBOX") -> None:
        self.server.put(self.login, letter, folder)

    async def taken(self, count: int = 1) -> list[dict[str, Any]]:
        """The letters of this mailbox, the oldest first, when there are so many."""

        async def look() -> list[dict[str, Any]] | None:
            found = (await self.admin.get("/mails-received", mailbox_id=self.id, limit=500))["items"]
            return found[::-1] if len(found) >= count else None

        got: list[dict[str, Any]] = await until(look, 30)
        assert len(got) == count, got
        return got

    async def sent_to(self, address: str, count: int = 1) -> list[EmailMessage]:
        await until(lambda: len(self.outgoing.to(address)) >= count, 30)
        return self.outgoing.to(address)

    async def ticket(self, ticket_id: str) -> dict[str, Any]:
        return dict(await self.api.db.fetchrow("select * from tickets where id = $1", UUID(ticket_id)))

    async def said(self, ticket_id: str) -> list[dict[str, Any]]:
        text = "select * from ticket_messages where ticket_id = $1 order by at, id"
        return [dict(row) for row in await self.api.db.fetch(text, UUID(ticket_id))]


@pytest.fixture(scope="package")
def mail_box_server() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def outgoing() -> AsyncIterator[Outgoing]:
    made = Outgoing()
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(made), "127.0.0.1", 0)
    async with server:
        made.port = server.sockets[0].getsockname()[1]
        yield made


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def served(postgres: Stand, outgoing: Outgoing, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Api]:
    with fresh_database(postgres) as dsn:
        settings = Settings(
            var=tmp_path_factory.mktemp("var"),
            http_port=0,
            database_dsn=dsn,
            database_pool_min=1,
            token_secret=secrets.token_hex(32),
            control_token=secrets.token_hex(16),
            smtp_host="127.0.0.1",
            smtp_port=outgoing.port,
            smtp_security="none",
            smtp_from="Support <robot@desk.example>",
            public_url="https://crm.example.org",
            mailbox_claim_s=0.2,
            letter_max_bytes=3_000_000,
            ticket_file_bytes=1_000_000,
            letters_forged_hour=3,
        )
        async with serving(settings) as made:
            yield made


@pytest_asyncio.fixture(loop_scope="package")
async def api(served: Api) -> AsyncIterator[Api]:
    """At the present time, until the test moves its clock; afterwards at the present time again."""
    served.clock.ahead = 0.0
    yield served
    served.clock.ahead = 0.0


@pytest_asyncio.fixture(loop_scope="package")
async def admin(api: Api) -> Client:
    return await api.user("admin", f"admin-{uuid.uuid4().hex[:12]}")


@pytest_asyncio.fixture(loop_scope="package")
async def post(api: Api, admin: Client, mail_box_server: MailServer, outgoing: Outgoing) -> AsyncIterator[Post]:
    """A mailbox that is read; it is switched off at the end."""
    made = await make_post(api, admin, mail_box_server, outgoing)
    yield made
    await admin.send("PATCH", f"/mailboxes/{made.id}", {"enabled": False})


async def make_post(api: Api, admin: Client, server: MailServer, outgoing: Outgoing, **fields: Any) -> Post:
    login = f"box-{uuid.uuid4().hex[:12]}"
    body = {
        "name": login,
        "address": f"{login}@desk.example",
        "host": "127.0.0.1",
        "port": server.port,
        "security": "none",
        "login": login,
        "secret": PASSWORD,
    }
    row = await admin.post("/mailboxes", body | fields)
    made = Post(api, admin, server, outgoing, login, row["id"], row["address"])

    async def read() -> Any:
        return (await admin.get(f"/mailboxes/{row['id']}"))["seen_at"]

    await until(read, 30)
    return made


async def make_account(api: Api, email: str, parent: UUID | None = None, **columns: Any) -> UUID:
    account_id = ids.new_id(SystemClock().now())
    values = {"id": account_id, "parent_id": parent, "name": f"Client {email}", "email": email}
    await api.insert("client_accounts", **(values | columns))
    await api.insert("client_addresses", kind="email", address=email, account_id=account_id)
    return account_id


def somebody() -> str:
    return f"client-{uuid.uuid4().hex[:12]}@client.example"


def letter(sender: str, to: str, subject: str = "Касса", text: str = "Не печатает чек", **headers: str) -> EmailMessage:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = sender, to, subject
    made["Message-ID"] = headers.pop("message_id", f"<{uuid.uuid4().hex}@client.example>")
    for name, value in headers.items():
        made[name.replace("_", "-")] = value
    made.set_content(text)
    return made
