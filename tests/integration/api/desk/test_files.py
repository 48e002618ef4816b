"""Files of requests: who may see them, what a browser is told of them, what the scanner says, what is forgotten."""

import asyncio
import os
import struct
import time
import uuid
from contextlib import asynccontextmanager

import msgspec
import pytest
from aiohttp import FormData

from api.ticket_files.service import FilesService
from api.ticket_files.store import FileStore
from api.tickets.model import Actor
from api.tickets.states import Who
from api.web import scope
from engine.core.errors import Conflict, InvalidInput, NotFound, Unavailable

pytestmark = pytest.mark.feature("F-TKT-01", "F-TKT-04")
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 40
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


async def upload(client, path, name="чек.png", data=PNG, **fields):
    form = FormData(quote_fields=False)
    for key, value in fields.items():
        form.add_field(key, value)
    form.add_field("file", data, filename=name)
    return await client.send("POST", path, data=form)


async def make_client(api):
    """A company, whose one person is signed in: the account and the person's client."""
    login = f"client-{uuid.uuid4().hex[:12]}"
    client = await api.user("client", login)
    user_id = await api.db.fetchval("select id from users where login = $1", login)
    account = uuid.uuid4()
    await api.insert("client_accounts", id=account, name=login, user_id=user_id)
    return account, client


async def make_request(api, admin, account, **fields):
    body = {"subject": "Касса", "account_id": str(account)} | fields
    return (await admin.post("/tickets", body))["id"]


async def test_a_file_is_seen_by_its_client_alone_and_saved_not_run(api, admin):
    account, client = await make_client(api)
    _, other = await make_client(api)
    kept = (await upload(admin, "/ticket-files", "../x/чек\u202e.jpg.png")).json
    ticket = await make_request(api, admin, account, file_ids=[kept["id"]])
    assert kept["name"] == "чек.jpg.png" and kept["media_type"] == "image/png"
    for who, path in ((admin, "tickets"), (client, "portal/tickets")):
        got = await who.send("GET", f"/{path}/{ticket}/files/{kept['id']}")
        assert got.status == 200 and got.raw == PNG
        assert got.headers["Content-Disposition"].startswith("attachment; ")
        assert got.headers["X-Content-Type-Options"] == "nosniff" and got.headers["X-Frame-Options"] == "DENY"
        assert "sandbox" in got.headers["Content-Security-Policy"]
        shown = await who.send("GET", f"/{path}/{ticket}/files/{kept['id']}?inline=true")
        assert shown.headers["Content-Disposition"].startswith("inline; ") and "sandbox" in str(shown.headers)
    assert (await other.send("GET", f"/portal/tickets/{ticket}/files/{kept['id']}")).status == 404
    assert (await client.send("GET", f"/portal/tickets/{ticket}/files/{uuid.uuid4()}")).status == 404
    assert (await client.send("GET", f"/tickets/{ticket}/files/{kept['id']}")).status == 403
    stored = await api.db.fetchrow("select path from ticket_files where id = $1", uuid.UUID(kept["id"]))
    place = api.settings.files / stored["path"]
    assert place.read_bytes() == PNG and place.stat().st_mode & 0o777 == 0o600 and "." not in place.name


async def test_only_pictures_are_ever_shown(api, admin):
    account, _ = await make_client(api)
    kept = (await upload(admin, "/ticket-files", "a.pdf", b"%PDF-1.7 <script>")).json
    ticket = await make_request(api, admin, account, file_ids=[kept["id"]])
    got = await admin.send("GET", f"/tickets/{ticket}/files/{kept['id']}?inline=true")
    assert got.headers["Content-Disposition"].startswith("attachment; ")


async def test_files_of_an_internal_note_are_not_the_clients(api, admin):
    account, client = await make_client(api)
    ticket = await make_request(api, admin, account)
    kept = (await upload(admin, "/ticket-files")).json
    await admin.post(f"/tickets/{ticket}/messages", {"body": "Для своих", "public": False, "file_ids": [kept["id"]]})
    assert (await admin.send("GET", f"/tickets/{ticket}/files/{kept['id']}")).status == 200
    assert (await client.send("GET", f"/portal/tickets/{ticket}/files/{kept['id']}")).status == 404


async def test_an_upload_is_its_senders_alone_and_sent_twice_kept_once(api, admin):
    account, client = await make_client(api)
    id_ = str(uuid.uuid4())
    first = (await upload(client, "/portal/files", id=id_)).json
    again = (await upload(client, "/portal/files", id=id_)).json
    assert first["id"] == again["id"] == id_
    assert (await upload(client, "/portal/files", data=PNG + b"other", id=id_)).status == 409
    assert (await upload(admin, "/ticket-files", id=id_)).status == 409
    stolen = await admin.send("POST", "/tickets", {"subject": "x", "account_id": str(account), "file_ids": [id_]})
    assert stolen.status == 422
    assert (await upload(admin, "/portal/files")).status == 403 and (
        await upload(client, "/ticket-files")
    ).status == 403


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.html", b"<html><script>alert(1)</script>"),
        ("a.svg", b"<svg onload=alert(1)>"),
        ("a.png", b"<svg onload=alert(1)>"),
        ("a.png.exe", b"MZ\x90\x00"),
        ("a.gif", b"GIF89a/*<script>alert(1)</script>*/"),
        ("noending", PNG),
    ],
)
async def test_hostile_files_are_refused_with_a_word_why(admin, name, data):
    answer = await upload(admin, "/ticket-files", name, data)
    assert answer.status == 422 and answer.json["errors"][0]["path"] == "body.file", answer.raw


async def test_what_is_too_large_is_not_read_to_its_end(api, admin):
    answer = await upload(admin, "/ticket-files", "a.png", PNG + b"\x00" * (api.settings.ticket_file_bytes + 1))
    assert answer.status == 413
    assert not any((api.settings.files / "incoming").iterdir())


@asynccontextmanager
async def files_of(api, **settings):
    """The service under other settings, over the same database and folder."""
    settings = msgspec.structs.replace(api.settings, **settings)
    pool = await scope.create_pool(settings)
    try:
        yield FilesService(FileStore(pool), settings, api.clock)
    finally:
        await pool.close()


@asynccontextmanager
async def clamd():
    """Speaks clamd's INSTREAM; finds EICAR."""

    async def serve(reader, writer):
        assert await reader.readexactly(10) == b"zINSTREAM\0"
        data = b""
        while size := struct.unpack("!I", await reader.readexactly(4))[0]:
            data += await reader.readexactly(size)
        writer.write(b"stream: Eicar-Signature FOUND\0" if EICAR in data else b"stream: OK\0")
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"clamd:127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def test_the_scanner_refuses_the_infected_and_lets_others_through(api):
    async with clamd() as scanner, files_of(api, ticket_file_scanner=scanner) as files:
        assert (await files.keep("a.png", PNG)).verdict == "clean"
        with pytest.raises(InvalidInput, match="harmful"):
            await files.keep("a.txt", EICAR)
    async with files_of(api, ticket_file_scanner="command:grep -qv EICAR") as files:
        # grep ends with 0 where a line without the word is found.
        assert (await files.keep("a.txt", b"hello")).verdict == "clean"
        with pytest.raises(InvalidInput, match="harmful"):
            await files.keep("b.txt", EICAR)


async def test_without_the_scanner_files_are_held_let_through_or_refused_as_the_setting_says(api, admin):
    account, _ = await make_client(api)
    away = "clamd:127.0.0.1:1"
    async with files_of(api, ticket_file_scanner=away, ticket_file_unscanned="refuse") as files:
        with pytest.raises(Unavailable):
            await files.keep("a.png", PNG)
    kept = (await upload(admin, "/ticket-files")).json
    ticket = await make_request(api, admin, account, file_ids=[kept["id"]])
    words = uuid.UUID(ticket), uuid.UUID(kept["id"])
    async with files_of(api, ticket_file_scanner=away, ticket_file_unscanned="allow") as files:
        assert (await files.to_send(*words))[0].verdict == "unscanned"
    async with files_of(api, ticket_file_scanner=away) as files:
        with pytest.raises(NotFound):
            await files.to_send(*words)
    async with clamd() as scanner, files_of(api, ticket_file_scanner=scanner) as files:
        await files.clean()
        assert (await files.to_send(*words))[0].verdict == "clean"


async def test_what_nobody_sent_is_forgotten_and_strays_are_swept_away(api, admin):
    account, _ = await make_client(api)
    loose, used = (await upload(admin, "/ticket-files")).json, (await upload(admin, "/ticket-files")).json
    await make_request(api, admin, account, file_ids=[used["id"]])
    paths = {
        row["id"]: api.settings.files / row["path"]
        for row in await api.db.fetch(
            "select id, path from ticket_files where id = any($1)", [uuid.UUID(loose["id"]), uuid.UUID(used["id"])]
        )
    }
    stray = api.settings.files / "00" / ("00" * 32)
    stray.parent.mkdir(exist_ok=True)
    stray.write_bytes(b"of a process that died")
    old = time.time() - 10
    os.utime(stray, (old, old))
    api.clock.ahead = (api.settings.ticket_file_loose_hours + 1) * 3600
    async with files_of(api) as files:
        await files.clean()
    assert not stray.exists()
    assert not paths[uuid.UUID(loose["id"])].exists() and paths[uuid.UUID(used["id"])].exists()
    assert await api.db.fetchval("select count(*) from ticket_files where id = $1", uuid.UUID(loose["id"])) == 0


async def test_a_request_and_a_person_have_limits(api, admin):
    account, _ = await make_client(api)
    ticket = await make_request(api, admin, account)
    many = [(await upload(admin, "/ticket-files")).json["id"] for _ in range(3)]
    user = uuid.UUID((await admin.get("/me"))["id"])
    async with files_of(api, ticket_files_loose=3) as files:
        with pytest.raises(InvalidInput, match="wait to be sent"):
            await files.keep("a.png", PNG, _person(user))
    async with files_of(api, ticket_files_day_bytes=10) as files:
        with pytest.raises(InvalidInput, match="a day"):
            await files.keep("a.png", PNG, _person(user))
    async with files_of(api) as files:
        with pytest.raises(Conflict):
            await files.keep("a.png", PNG, file_id=uuid.UUID(many[0]))
    await admin.post(f"/tickets/{ticket}/messages", {"body": "x", "file_ids": many})
    full = await api.db.fetchval("select count(*) from ticket_files where ticket_id = $1", uuid.UUID(ticket))
    assert full == 3


def _person(user_id):
    return Actor(Who.STAFF, "x", user_id)
