"""Invitations and lost passwords, sent by a real SMTP server."""

import asyncio
import re
from collections.abc import AsyncIterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import msgspec
import pytest
from aiosmtpd.smtp import SMTP

from tests.integration.api.conftest import PASSWORD, serving, until

pytestmark = pytest.mark.feature("F-ADM-05", "F-ADM-06", "F-ADM-11")
OLGA = {"login": "olga", "name": "Ольга", "role": "operator", "email": "olga@example.org", "invite": True}
NEW = "a password of my own"


class Box:
    """Keeps what arrives; ``answers`` are given first, one a letter, instead of taking it."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.answers: list[str] = []
        self.tries = 0

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        self.tries += 1
        if self.answers:
            return self.answers.pop(0)
        self.letters.append(message_from_bytes(envelope.content, policy=policy.default))  # type: ignore[arg-type]
        return "250 OK"

    def token(self, number: int = -1) -> str:
        match = re.search(r"https://crm\.example\.org/panel#/link/(\S+)", self.letters[number].get_content())
        assert match
        return match[1]


@pytest.fixture
async def box() -> AsyncIterator[tuple[Box, int]]:
    kept = Box()
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(kept), "127.0.0.1", 0)
    async with server:
        yield kept, server.sockets[0].getsockname()[1]


@pytest.fixture
async def mailing(api_settings, box):
    """The api with that server, and its letters."""
    kept, port = box
    settings = msgspec.structs.replace(
        api_settings,
        smtp_host="127.0.0.1",
        smtp_port=port,
        smtp_security="none",
        mail_poll_seconds=0.1,
        public_url="https://crm.example.org",
        limit_form_per_minute=1000,
    )
    async with serving(settings) as api:
        api.box = kept
        yield api


async def _link(api, token, password=None):
    body = {"token": token} if password is None else {"token": token, "password": password}
    return await api.anonymous.send("POST", "/auth/link" + ("/use" if password else ""), body)


async def test_an_invitation_is_accepted_once(mailing):
    admin = await mailing.user("admin")
    user = await admin.post("/users", OLGA)
    assert not user["has_password"]
    await until(lambda: mailing.box.letters)
    letter = mailing.box.letters[0]
    assert letter["To"] == "olga@example.org" and letter["Subject"] == "Приглашение в PayLater CRM"
    token = mailing.box.token()
    assert (await _link(mailing, token)).json == {
        "purpose": "invitation",
        "login": "olga",
        "name": "Ольга",
        "language": "ru",
    }
    assert (await _link(mailing, token, "short")).status == 422
    assert (await _link(mailing, token, NEW)).status == 204
    await mailing.anonymous.login("olga", NEW)
    assert (await _link(mailing, token, "another password")).status == 404
    assert (await _link(mailing, token)).status == 404


async def test_nothing_that_opens_a_link_is_in_the_database(mailing):
    admin = await mailing.user("admin")
    await admin.post("/users", OLGA)
    stored = await mailing.db.fetchval("select body from mails")
    await until(lambda: mailing.box.letters)
    token = mailing.box.token()
    tables = await mailing.db.fetch("select tablename as name from pg_tables where schemaname = 'public'")
    assert stored is None or token not in stored
    for table in tables:
        count = await mailing.db.fetchval(
            f"select count(*) from {table['name']} t where position($1 in t::text) > 0", token
        )
        assert count == 0, table["name"]
    await until(lambda: _sent(mailing))
    assert await mailing.db.fetchval("select body from mails") is None


async def _sent(mailing):
    return await mailing.db.fetchval("select count(*) from mails where state = 'sent'")


async def test_a_link_ends_with_its_time_with_a_newer_one_and_with_a_block(mailing):
    admin = await mailing.user("admin")
    user = await admin.post("/users", OLGA)
    await until(lambda: mailing.box.letters)
    first = mailing.box.token()
    assert (await admin.send("POST", f"/users/{user['id']}/link")).status == 204
    await until(lambda: len(mailing.box.letters) == 2)
    second = mailing.box.token()
    assert (await _link(mailing, first)).status == 404
    await admin.send("PATCH", f"/users/{user['id']}", {"blocked": True})
    assert (await _link(mailing, second, NEW)).status == 404
    await admin.send("PATCH", f"/users/{user['id']}", {"blocked": False})
    mailing.clock.ahead = 72 * 3600 + 1
    assert (await _link(mailing, second, NEW)).status == 404


async def test_a_lost_password_is_set_anew_and_ends_every_session(mailing):
    await mailing.add_user("anna", "operator", email="anna@example.org")
    session = await mailing.anonymous.login("anna")
    assert (await _ask(mailing, "ANNA@example.org")).status == 202
    await until(lambda: mailing.box.letters)
    assert (await _ask(mailing, "anna")).status == 202
    assert len(mailing.box.letters) == 1, "one letter a minute"
    assert (await _link(mailing, mailing.box.token(), NEW)).status == 204
    assert (await session.send("GET", "/me")).status == 401
    await mailing.anonymous.login("anna", NEW)
    old = await mailing.anonymous.send("POST", "/auth/login", {"login": "anna", "password": PASSWORD})
    assert old.status == 401


async def _ask(mailing, login):
    return await mailing.anonymous.send("POST", "/auth/lost-password", {"login": login})


async def test_asking_for_a_password_never_tells_who_exists(mailing):
    await mailing.add_user("anna", "operator", email="anna@example.org")
    await mailing.add_user("blocked", "operator", email="b@example.org")
    await mailing.db.execute("update users set blocked_at = now() where login = 'blocked'")
    await mailing.add_user("invited", "operator", email="i@example.org", password_hash=None)
    answers = [await _ask(mailing, login) for login in ("anna", "nobody", "blocked", "invited", "b@example.org")]
    assert {(answer.status, answer.raw) for answer in answers} == {(202, b"")}
    await until(lambda: mailing.box.letters)
    assert [letter["To"] for letter in mailing.box.letters] == ["anna@example.org"]


async def test_a_server_that_refuses_for_now_is_tried_again_and_one_that_refuses_for_good_is_not(mailing):
    admin = await mailing.user("admin")
    mailing.box.answers = ["451 busy 1", "451 busy 2"]
    await admin.post("/users", OLGA)
    for tries in (1, 2):
        await until(lambda tries=tries: _put_off(mailing, tries))
        mailing.clock.ahead += 3 * 60
    await until(lambda: _sent(mailing))
    assert mailing.box.tries == 3
    assert len(mailing.box.letters) == 1
    mailing.box.answers = ["550 no such mailbox"]
    await admin.post("/users", OLGA | {"login": "vera", "email": "vera@example.org"})
    await until(lambda: _failed(admin))
    mail = (await admin.get("/mails", state="failed"))["items"][0]
    assert mail["recipient"] == "vera@example.org" and "550" in mail["error"] and mail["attempts"] == 1


async def _put_off(mailing, tries):
    """Whether it was noted that so many tries came to nothing, and when the next one is due."""
    query = "select count(*) from mails where state = 'waiting' and error like '%' || $1"
    return await mailing.db.fetchval(query, f"busy {tries}")


async def _failed(admin):
    return (await admin.get("/mails", state="failed"))["items"]


async def test_a_user_who_was_not_created_gets_no_letter(mailing):
    admin = await mailing.user("admin")
    await mailing.add_user("olga", "operator")
    assert (await admin.send("POST", "/users", OLGA)).status == 409
    assert await mailing.db.fetchval("select count(*) from mails") == 0
    without = await admin.send("POST", "/users", OLGA | {"login": "vera", "email": None})
    assert without.status == 422 and without.json["errors"][0]["path"] == "body.email"


async def test_a_name_can_not_add_headers_or_lines(mailing):
    admin = await mailing.user("admin")
    await admin.post("/users", OLGA | {"name": "X\r\nBcc: all@example.org\r\n\r\nhttp://evil"})
    await until(lambda: mailing.box.letters)
    letter = mailing.box.letters[0]
    assert letter["Bcc"] is None and "\nhttp://evil" not in letter.get_content()
