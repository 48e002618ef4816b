"""A client gets nothing of an outlet it was not granted: by no route, id, number, word, feed or query."""

import random
import secrets
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import aiohttp
import asyncpg
import msgspec
import pytest
import pytest_asyncio

from api.web.route import CLIENT_RIGHT
from api.web.scope import CLIENT_ROLE
from tests.integration.api.conftest import Api, Client, serving, until
from tests.integration.api.desk.clients import Company, Somebody, company, word
from tests.integration.api.test_every_route import LAST

pytestmark = pytest.mark.feature("F-TKT-04", "F-ADM-03")
WALLED = ("client_accounts", "outlets", "outlet_grants", "tickets", "ticket_messages", "ticket_files")
WORLDWIDE = ("ticket_categories", "surveys")


@dataclass
class Thing:
    """A request with everything about it; ``marks`` are what names it."""

    id: str
    number: int
    marks: list[bytes]
    ids: list[str]


@dataclass
class World:
    """Company A (outlets one and two, a person of the first, a person of none), company B; somebody without an
    account."""

    a: Company
    b: Company
    first: Somebody
    none: Somebody
    nobody: Client
    things: dict[str, Thing] = field(default_factory=dict)

    @property
    def viewers(self) -> dict[str, tuple[Client, set[str]]]:
        """Who asks, and which things they may see."""
        return {
            "parent": (self.a.parent.client, {"one", "two", "own", "of-first"}),
            "first": (self.first.client, {"one", "of-first"}),
            "none": (self.none.client, {"own"}),
            "other": (self.b.parent.client, {"alien"}),
            "nobody": (self.nobody, set()),
        }

    def forbidden(self, allowed: set[str]) -> list[bytes]:
        return [mark for name, thing in self.things.items() if name not in allowed for mark in thing.marks]


async def _thing(api: Api, firm: Company, who: Somebody, outlet: str | None) -> Thing:
    """A request, an answer, an internal note, a file, a survey, a notice of a problem, watchers, checks, work."""
    mark = f"znak{word()}"
    made = await firm.ask(who, outlet, f"Тема {mark}", description=f"Текст {mark}")
    ticket, said, file, problem, notice = UUID(made["id"]), uuid4(), uuid4(), uuid4(), uuid4()
    now = api.clock.now()
    add = api.insert
    words = {"ticket_id": ticket, "at": now, "author": "staff", "channel": "desk"}
    await add("ticket_messages", id=said, public=True, body=f"Ответ {mark}", **words)
    await add("ticket_messages", id=uuid4(), public=False, body=f"kuhnya {mark}", **words)
    kept = {"media_type": "text/plain", "size_bytes": 1, "sha256": "", "path": f"{mark}.txt", "verdict": "clean"}
    await add("ticket_files", id=file, ticket_id=ticket, message_id=said, name=f"{mark}.txt", **kept)
    await add("problems", id=problem, title=f"Беда {mark}")
    await add("problem_notices", id=notice, problem_id=problem, text=f"Объявление {mark}", at=now)
    await add("problem_notice_tickets", notice_id=notice, ticket_id=ticket, told_at=now)
    await add("ticket_watchers", id=uuid4(), ticket_id=ticket, account_id=UUID(who.id))
    survey = {"survey_id": uuid4(), "account_id": UUID(firm.id), "person_account_id": UUID(who.id)}
    await add("surveys", id=survey["survey_id"], name=mark, trigger="closed", question="Как вам?")
    ask = {"id": uuid4(), "ticket_id": ticket, "ask_at": now, "until": now, "comment": mark, **survey}
    await add("survey_asks", **ask)
    marks = [mark.encode(), str(ticket).encode(), str(file).encode(), str(notice).encode()]
    return Thing(made["id"], made["number"], marks, [made["id"], str(file), str(said), str(notice), str(ask["id"])])


@pytest_asyncio.fixture(scope="module", loop_scope="package")
async def world(served: Api) -> World:
    """Made once; nobody changes it."""
    api, admin = served, await served.user("admin", f"admin-{word()}")
    a, b = await company(api, admin, "one", "two"), await company(api, admin, "one")
    nobody = await api.user("client", f"nobody-{word()}")
    made = World(a, b, await a.child("one"), await a.child(), nobody)
    made.things = {
        "one": await _thing(api, a, a.parent, "one"),
        "two": await _thing(api, a, a.parent, "two"),
        "of-first": await _thing(api, a, made.first, "one"),
        # Whoever has outlets must choose one; a letter may bring a request without.
        "own": await _thing(api, a, made.none, None),
        "alien": await _thing(api, b, b.parent, "one"),
    }
    return made


def _of_clients(api: Api) -> list[Any]:
    """Routes that clients may use, signed in or not; those that end sessions come last and are left out."""
    return [
        route
        for route in api.routes
        if (route.right in (None, "") or CLIENT_RIGHT in str(route.right).split("|"))
        and route.path not in LAST
        and route.status != 101
    ]


async def test_no_route_tells_a_client_of_what_it_was_not_granted(api: Api, world: World):
    routes = _of_clients(api)
    walked: Counter[str] = Counter()
    found: dict[str, set[bytes]] = {}
    for name, (client, allowed) in world.viewers.items():
        forbidden = world.forbidden(allowed)
        for route in routes:
            if route.method != "GET" or route.param_names or route.right is None:
                continue
            for query in _questions(route, world, allowed):
                answer = await _send(client, "GET", route.full_path, params=query)
                assert answer.status != 500, (name, route.path, query)
                raw = answer.raw
                for value in query.values():
                    raw = raw.replace(value.encode(), b"")
                leaked = [mark for mark in forbidden if mark in raw]
                assert not leaked, (name, route.path, query, leaked)
                found.setdefault(name, set()).update(
                    mark for thing in world.things.values() for mark in thing.marks if mark in raw
                )
                walked[route.path] += 1
    assert {"/portal/tickets", "/portal/me", "/portal/children", "/portal/notices", "/portal/surveys"} <= set(walked)
    for name, (_, allowed) in world.viewers.items():
        assert all(set(world.things[one].marks[:2]) <= found[name] for one in allowed), name


async def _send(client: Client, method: str, path: str, body: Any = None, **more: Any) -> Any:
    plain = Client(client.session, client.url, client.token, prefix="")
    return await plain.send(method, path, body, allow_redirects=False, **more)


def _questions(route: Any, world: World, allowed: set[str]) -> Iterator[dict[str, str]]:
    """The list as it is, and filtered by what is hidden."""
    yield {}
    names = set(route.query.__struct_fields__) if route.query else set()
    hidden = [thing for name, thing in world.things.items() if name not in allowed]
    if "q" in names:
        for thing in hidden:
            yield {"q": str(thing.number)}
            yield {"q": thing.marks[0].decode()}
    if "outlet_id" in names:
        for outlet in (*world.a.outlets.values(), *world.b.outlets.values()):
            yield {"outlet_id": outlet}


async def test_ids_of_others_are_as_if_they_were_none(api: Api, world: World):
    """Every route with an id, read or write: the same answer as for an id that there is not; nothing is changed."""
    before = await _state(api, world)
    tried = 0
    for name in ("parent", "first", "other"):
        client, allowed = world.viewers[name]
        hidden = [thing for one, thing in world.things.items() if one not in allowed]
        ids = [id_ for thing in hidden[-2:] for id_ in thing.ids]
        ids += [world.a.id, world.none.id] if name == "other" else [world.b.id, world.b.parent.id]
        ids.append((world.a if name == "other" else world.b).outlets["one"])
        for route in _of_clients(api):
            if not route.param_names or route.right != CLIENT_RIGHT:
                continue
            body = _body(route)
            nothing = await _send(client, route.method, _filled(route, str(uuid4())), body)
            for id_ in ids:
                answer = await _send(client, route.method, _filled(route, id_), body)
                told = (name, route.method, route.path, id_, answer.status, answer.raw[:300])
                assert answer.status == nothing.status in (403, 404, 422), told
                assert _said(answer) == _said(nothing), told
                tried += 1
    assert tried > 250
    assert await _state(api, world) == before


def _filled(route: Any, value: str) -> str:
    return "/".join(value if part.startswith("{") else part for part in route.full_path.split("/"))


def _body(route: Any) -> Any:
    """Something that the route takes."""
    bodies = {"messages": {"body": "Чужое слово"}, "reopen": {"reason": "Чужое"}, "children": {"blocked": True}}
    if route.body is None:
        return None
    return next((body for part, body in bodies.items() if part in route.path), {})


def _said(answer: Any) -> tuple[str, str]:
    problem = answer.json if answer.raw.startswith(b"{") else {}
    return problem.get("detail", ""), problem.get("code", "")


async def _state(api: Api, world: World) -> list[Any]:
    companies = [UUID(world.a.id), UUID(world.b.id)]
    tickets = await api.db.fetch(
        "select id, version, state from tickets where account_id = any ($1) order by 1", companies
    )
    said = await api.db.fetch(
        "select ticket_id, count(*) from ticket_messages where ticket_id = any ($1) group by 1 order by 1",
        [row["id"] for row in tickets],
    )
    people = await api.db.fetch(
        "select id, version, state from client_accounts where id = any ($1) order by 1", companies
    )
    return [tuple(row) for rows in (tickets, said, people) for row in rows]


async def test_the_portal_is_closed_for_who_has_no_account(api: Api, world: World):
    """Routes of staff are walked by test_every_route.py, and below by who may everything."""
    for route in _of_clients(api):
        if route.right == CLIENT_RIGHT:
            answer = await _send(world.nobody, route.method, _filled(route, str(uuid4())), _body(route))
            assert answer.status in (400, 403, 404, 415, 422), (route.method, route.path, answer.status)
            assert answer.status != 422 or route.body is not None, (route.method, route.path, answer.raw)
    anonymous = Client(api.anonymous.session, api.url)
    for route in _of_clients(api):
        if route.right is not None:
            assert (await _send(anonymous, route.method, _filled(route, str(uuid4())))).status == 401, route.path


@asynccontextmanager
async def eyes(api: Api, user_login: str) -> AsyncIterator[Any]:
    """A connection as the api takes for that user."""
    connection = await asyncpg.connect(api.settings.database_dsn)
    try:
        user = await api.db.fetchval("select id from users where login = $1", user_login)
        await connection.execute(f"set role {CLIENT_ROLE}")
        await connection.execute("select set_config('paylater.person', $1, false)", str(user or ""))
        yield connection
    finally:
        await connection.close()


async def test_the_database_itself_shows_a_client_no_more(api: Api, world: World):
    """The second wall: queries without any filter, under the role that the api takes."""
    tables = await api.db.fetch(
        "select table_name as name, array_agg(column_name::text) as columns from information_schema.role_column_grants "
        "where grantee = $1 and privilege_type = 'SELECT' group by 1",
        CLIENT_ROLE,
    )
    assert {table["name"] for table in tables} >= set(WALLED)
    people = {
        "parent": (world.a.parent.login, {"one", "two", "own", "of-first"}),
        "first": (world.first.login, {"one", "of-first"}),
        "none": (world.none.login, {"own"}),
        "other": (world.b.parent.login, {"alien"}),
        "nobody": ("", set()),
    }
    for name, (login, allowed) in people.items():
        forbidden = [mark.decode() for mark in world.forbidden(allowed)]
        async with eyes(api, login or "nobody at all") as connection:
            for table in tables:
                columns = ", ".join(f"{column}::text" for column in table["columns"])
                rows = await connection.fetch(f"select concat_ws(' ', {columns}) as line from {table['name']}")
                text = " ".join(row["line"] for row in rows)
                if table["name"] not in WORLDWIDE:
                    assert not [mark for mark in forbidden if mark in text], (name, table["name"])
                    assert rows == [] or name != "nobody", table["name"]
                assert "kuhnya" not in text, (name, table["name"])
            for asked in ("mail_token", "line", "assignee_id", "tags", "external_id"):
                with pytest.raises(asyncpg.InsufficientPrivilegeError):
                    await connection.execute(f"select {asked} from tickets")
            for closed in ("users", "sessions", "ticket_events", "ticket_work", "registrations", "audit_log", "calls"):
                with pytest.raises(asyncpg.InsufficientPrivilegeError):
                    await connection.execute(f"select * from {closed}")
            for change in (
                "delete from tickets",
                "update outlets set name = 'x'",
                "insert into outlet_grants values (null)",
            ):
                with pytest.raises(asyncpg.InsufficientPrivilegeError):
                    await connection.execute(change)


async def test_whatever_is_granted_walls_and_lists_agree_with_the_rule(api: Api, admin: Client):
    """Grants drawn by chance; what a person sees is told by the rule, by the database and by the api, the same."""
    chance = random.Random(20_26)
    outlets = ["a", "b", "c", "d"]
    firm = await company(api, admin, *outlets)
    people = [await firm.child(), await firm.child()]
    tickets: list[tuple[UUID, str | None, UUID]] = []
    for _ in range(24):
        outlet, author = chance.choice([*outlets, None]), chance.choice([firm.parent, *people])
        ticket = uuid4()
        place = UUID(firm.outlets[outlet]) if outlet else None
        new = {"account_id": UUID(firm.id), "outlet_id": place, "author_account_id": UUID(author.id)}
        await api.insert("tickets", id=ticket, channel="email", subject=f"Проба {word()}", **new)
        tickets.append((ticket, outlet, UUID(author.id)))
    for _ in range(10):
        granted = {person.id: chance.sample(outlets, chance.randint(0, 4)) for person in people}
        for person in people:
            await _grant(api, firm, person, granted[person.id])
        for person in people:
            rule = {
                ticket
                for ticket, outlet, author in tickets
                if outlet in granted[person.id] or (outlet is None and author == UUID(person.id))
            }
            async with eyes(api, person.login) as connection:
                assert {row["id"] for row in await connection.fetch("select id from tickets")} == rule
                places = {str(row["id"]) for row in await connection.fetch("select id from outlets")}
                words = {row["ticket_id"] for row in await connection.fetch("select * from found_tickets('проб')")}
            assert places == {firm.outlets[one] for one in granted[person.id]} and words == rule
            listed = (await person.client.get("/portal/tickets", limit=100))["items"]
            assert {UUID(one["id"]) for one in listed} == rule
            counts = await person.client.get("/portal/ticket-counts")
            assert counts == {"accepted": len(rule), "overdue": 0, "closed": 0}
            for name in outlets:
                of_one = sum(outlet == name and ticket in rule for ticket, outlet, _ in tickets)
                counts = await person.client.get("/portal/ticket-counts", outlet_id=firm.outlets[name])
                assert sum(counts.values()) == of_one, name
    async with eyes(api, firm.parent.login) as connection:
        assert {row["id"] for row in await connection.fetch("select id from tickets")} == {one[0] for one in tickets}


async def _grant(api: Api, firm: Company, person: Somebody, outlets: list[str]) -> None:
    await api.db.execute("delete from outlet_grants where account_id = $1", UUID(person.id))
    for name in outlets:
        grant = {"account_id": UUID(person.id), "parent_id": UUID(firm.id), "outlet_id": UUID(firm.outlets[name])}
        await api.insert("outlet_grants", **grant)


class Feed:
    """A socket of the live feed."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket

    async def heard(self, until_key: str) -> list[str]:
        """Keys told up to and with ``until_key``."""
        keys: list[str] = []
        while until_key not in keys:
            message = await self.socket.receive_json(timeout=15)
            assert message["topic"] == "portal" and message["kind"] == "ticket"
            assert set(message["data"]) <= {
                "ticket_id",
                "number",
                "status",
                "account_id",
                "outlet_id",
                "author_account_id",
            }
            keys.append(message["key"])
        return keys

    async def closed(self) -> int:
        """The code with which the server closes."""
        while True:
            message = await self.socket.receive(timeout=15)
            if message.type is aiohttp.WSMsgType.CLOSE:
                return int(message.data)
            assert message.type is aiohttp.WSMsgType.TEXT, message


@asynccontextmanager
async def feed(api: Api, client: Client, topics: str = "portal") -> AsyncIterator[Feed]:
    async with client.session.ws_connect(f"{api.url}/api/v1/live?topics={topics}") as socket:
        await socket.send_json({"type": "auth", "token": client.token})
        message = await socket.receive(timeout=15)
        if message.type is aiohttp.WSMsgType.TEXT:
            assert message.json()["type"] == "ready"
            yield Feed(socket)
        else:
            assert socket.close_code == 4403
            yield Feed(socket)


async def test_the_feed_tells_a_client_of_its_own_alone(api: Api, world: World, admin: Client):
    last = {"parent": "own", "first": "of-first", "none": "own", "other": "alien"}
    order = ["two", "alien", "one", "of-first", "own", "alien"]
    heard: dict[str, set[str]] = {}
    for name, ends in last.items():
        client, allowed = world.viewers[name]
        async with feed(api, client) as live:
            for one in order:
                await admin.post(f"/tickets/{world.things[one].id}/messages", {"body": "Слово"})
            heard[name] = set(await live.heard(world.things[ends].id))
            assert heard[name] <= {world.things[one].id for one in allowed}, name
    assert heard["first"] == {world.things["one"].id, world.things["of-first"].id}
    for client, _ in world.viewers.values():
        async with feed(api, client, "tickets") as live:
            assert live.socket.closed


async def test_what_is_taken_away_is_gone_from_open_sessions_and_sockets_at_once(api: Api, admin: Client):
    firm = await company(api, admin, "one")
    parent, person = firm.parent.client, await firm.child("one")
    made = await firm.ask(firm.parent, "one")
    path = f"/portal/children/{person.id}"
    async with feed(api, person.client) as live:
        assert (await parent.send("PATCH", path, {"outlets": []})).status == 200
        assert (await person.client.get("/portal/tickets"))["items"] == []
        assert (await person.client.send("GET", f"/portal/tickets/{made['id']}")).status == 404
        assert await live.closed() == 1001
    async with feed(api, person.client) as live:
        await parent.post(f"/portal/tickets/{made['id']}/messages", {"body": "Без него"})
        assert (await parent.send("PATCH", path, {"blocked": True})).status == 200
        assert (await person.client.send("GET", "/portal/me")).status == 401
        assert await live.closed() == 4401
    assert (await parent.send("DELETE", path)).status == 204
    assert (await person.client.send("GET", "/portal/me")).status == 401


async def test_whoever_has_an_account_is_a_client_and_nothing_else(api: Api, admin: Client):
    """Whatever its role allows."""
    firm, role = await company(api, admin, "one"), f"chief-{word()}"
    client = firm.parent.client
    await api.insert("roles", name=role, title="x", rights=["*"], start_page="panel")
    await api.db.execute("update users set role = $2 where login = $1", firm.parent.login, role)
    await until(lambda: _may_everything(client))
    for route in api.routes:
        if route.right and CLIENT_RIGHT not in route.right.split("|"):
            answer = await _send(client, route.method, _filled(route, str(uuid4())))
            assert answer.status == 403, (route.method, route.path, answer.status)
    assert (await client.get("/portal/me"))["account"]["id"] == firm.id


async def _may_everything(client: Client) -> bool:
    return (await client.get("/me"))["rights"] == ["*"]


async def test_secrets_of_letters_can_not_be_guessed(api_settings: Any, admin: Client):
    """So many tries a minute an address has; a wrong link, a used one and one of another kind are answered the same."""
    narrow = msgspec.structs.replace(api_settings, limit_sign_in_per_minute=5, limit_form_per_minute=2)
    async with serving(narrow) as api:
        api.clock.stop()
        answers = [
            await api.anonymous.send("POST", "/auth/link", {"token": secrets.token_urlsafe(32)}) for _ in range(8)
        ]
        assert [one.status for one in answers] == [404] * 5 + [429] * 3
        assert len({_said(one) for one in answers[:5]}) == 1
        form = {"company": "x", "name": "x", "email": f"{word()}@form.example"}
        statuses = [(await api.anonymous.send("POST", "/registrations", form)).status for _ in range(4)]
        assert statuses == [202, 202, 429, 429]
