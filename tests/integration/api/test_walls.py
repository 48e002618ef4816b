"""A partner gets nothing of another partner: by no list, no filter, no id, no change, no query."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import msgspec
import pytest

from api.accounts.rights import NAMES
from api.web.scope import PARTNER_ROLE
from engine.core import ids
from tests.integration.api.conftest import Api, Client
from tests.integration.api.fake_engine import FakeEngine

pytestmark = pytest.mark.feature("F-ADM-03", "F-PBX-02")
MARK = "chuzhoe"
WORLDWIDE = ("roles", "skills", "break_reasons", "calling_hours", "dispositions")
WORLDWIDE += ("ticket_categories", "support_lines", "support_resources", "surveys")

# Routes of the service desk are tried with its own ids, others with those of all else.
SUPPORT = (
    "/tickets",
    "/ticket-",
    "/clients",
    "/registrations",
    "/portal",
    "/problems",
    "/sla-",
    "/surveys",
    "/survey-",
)
SUPPORT += ("/support-", "/desk-links", "/mailboxes", "/mails-received", "/ready-answers")
OF_SUPPORT = frozenset({"client", "outlet", "ticket", "message", "file"})


class Firm:
    """A partner with a row in every table that has data of partners; ``marks`` are what names its rows."""

    def __init__(self, api: Api, word: str, phone: str) -> None:
        self.api, self.word, self.phone = api, word, phone
        self.now = datetime.now(UTC) - timedelta(minutes=5)
        self.ids: dict[str, UUID] = {}

    @property
    def marks(self) -> list[bytes]:
        return [self.word.encode(), self.phone.encode(), *(str(id_).encode() for id_ in self.ids.values())]

    def id(self, name: str) -> UUID:
        return self.ids.setdefault(name, ids.new_id(self.now))

    async def fill(self) -> None:
        add, partner, word = self.api.insert, self.id("partner"), self.word
        await add("partners", id=partner, name=word)
        await add("extensions", id=self.id("extension"), number=self.phone[-4:], name=word, password="x" * 12)
        user = await self.api.add_user(word, "client", partner_id=partner, extension=self.phone[-4:])
        self.ids["user"] = user
        await add("employee_groups", id=self.id("group"), name=word, partner_id=partner)
        await add("employee_group_members", group_id=self.id("group"), user_id=user)
        hangup = {"kind": "hangup", "how": "normal"}
        number = {"number": self.phone, "name": word, "destination": hangup, "partner_id": partner}
        await add("numbers", id=self.id("number"), **number)
        await add("queues", id=self.id("queue"), name=word, partner_id=partner)
        await add("queue_members", queue_id=self.id("queue"), user_id=user)
        await self._call()
        visit = {"call_id": self.id("call"), "queue_id": self.id("queue"), "partner_id": partner}
        await add("queue_visits", id=self.id("visit"), caller=self.phone, entered_at=self.now, **visit)
        offer = {"visit_id": self.id("visit"), "queue_id": self.id("queue"), "call_id": self.id("call")}
        await add("queue_offers", id=self.id("offer"), user_id=user, offered_at=self.now, **offer)
        wish = {"number": self.phone, "called": self.phone, "requested_at": self.now, "queue_id": self.id("queue")}
        await add("callback_requests", id=self.id("callback"), call_id=self.id("call"), **wish)
        await add("presence", user_id=user, node_id="node1", status="ready", since=self.now)
        contact = {"name": word, "partner_id": partner, "created_by": user}
        await add("contacts", id=self.id("contact"), **contact)
        await add("contact_phones", contact_id=self.id("contact"), place=0, number=self.phone)
        await self._lists()
        await self._dialled()
        await self._asked_support()

    async def _lists(self) -> None:
        add, list_id, lead = self.api.insert, self.id("lead_list"), self.id("lead")
        await add("lead_sources", id=self.id("lead_source"), name=self.word, kind="sql", settings={"word": self.word})
        owner = {"partner_id": self.id("partner")}
        await add("lead_lists", id=list_id, name=self.word, source_id=self.id("lead_source"), **owner)
        brought = {"list_id": list_id, "import_id": self.id("lead_import")}
        await add(
            "lead_imports", id=self.id("lead_import"), list_id=list_id, source="csv", file=self.word, state="done"
        )
        await add("lead_import_errors", import_id=self.id("lead_import"), line=2, value=self.phone, message=self.word)
        await add("leads", id=lead, name=self.word, external_id=self.word, **brought)
        await add("lead_contacts", lead_id=lead, position=1, list_id=list_id, address=self.phone)
        await add("do_not_call", id=self.id("do_not_call"), address=self.phone, reason=self.word, **owner)

    async def _call(self) -> None:
        add, call = self.api.insert, self.id("call")
        await self.api.db.execute("select ensure_call_partitions($1)", self.now)
        whole: dict[str, Any] = {"node_id": "node1", "direction": "inbound", "caller": self.phone, "called": self.phone}
        whole |= {"caller_name": self.word, "partner_id": self.id("partner"), "operator_id": self.id("user")}
        whole |= {"ended_at": self.now + timedelta(seconds=9), "outcome": "abandoned", "queue_id": self.id("queue")}
        await add("calls", id=call, started_at=self.now, **whole)
        part = {"call_id": call, "call_started_at": self.now}
        leg = {"role": "caller", "number": self.phone, "started_at": self.now}
        await add("call_legs", channel_id=f"{self.word}-1", **part, **leg)
        await add("call_events", seq=1, at=self.now, kind="note", data={"word": self.word}, **part)
        sound = {"file": f"{self.word}.wav", "started_at": self.now, "state": "done"}
        await add("recordings", id=self.id("recording"), **part, **sound)
        left = {"box_id": uuid4(), "call_id": call, "caller": self.phone, "created_at": self.now}
        await add("voicemail_messages", id=self.id("voicemail"), file="x.wav", duration_s=1, size_bytes=1, **left)
        await self._said(part)
        missed = {"started_at": self.now, "at": self.now, "number": self.phone, "caller": self.phone}
        missed |= {"called": self.phone, "partner_id": self.id("partner"), "outcome": "abandoned"}
        await self.api.db.execute("delete from missed_calls where id = $1", call)
        await add("missed_calls", id=call, **missed)

    async def _dialled(self) -> None:
        add, owner = self.api.insert, {"partner_id": self.id("partner")}
        campaign = {"name": self.word, "queue_id": self.id("queue"), "settings": {"company": self.word}}
        await add("campaigns", id=self.id("campaign"), **campaign, **owner)
        parts = {"campaign_id": self.id("campaign"), "list_id": self.id("lead_list")}
        await add("campaign_lists", **parts)
        await add("campaign_leads", lead_id=self.id("lead"), zone="Europe/Moscow", **parts)
        said = {"code": self.word, "title": self.word, "meaning": "success"}
        await add("dispositions", id=self.id("disposition"), campaign_id=self.id("campaign"), **said)
        dial = {"lead_id": self.id("lead"), "node_id": "n", "mode": "preview", "address": self.phone, "number": 1}
        dial |= {"claimed_at": self.now, "dialed_at": self.now, "ended_at": self.now, "outcome": "talked"}
        await add("dial_attempts", id=self.id("attempt"), operator_id=self.id("user"), **dial, **parts, **owner)
        figures = dict.fromkeys(("agents", "ready", "talking", "wrapping", "lines", "wanted"), 1)
        sample = {"campaign_id": self.id("campaign"), "node_id": self.word, "at": self.now, "mode": "preview"}
        await add("pacing_samples", **sample, **figures)

    async def _asked_support(self) -> None:
        add, owner = self.api.insert, {"partner_id": self.id("partner")}
        account, ticket = self.id("client"), self.id("ticket")
        await add("client_accounts", id=account, name=self.word, **owner)
        await add("outlets", id=self.id("outlet"), account_id=account, name=self.word)
        asked = {"account_id": account, "outlet_id": self.id("outlet"), "channel": "desk", "subject": self.word}
        await add("tickets", id=ticket, author_phone=self.phone, **asked, **owner)
        said = {"ticket_id": ticket, "at": self.now, "author": "staff", "channel": "desk", "body": self.word}
        await add("ticket_messages", id=self.id("message"), public=True, **said)
        file = {"media_type": "text/plain", "size_bytes": 1, "sha256": "", "path": self.word}
        await add("ticket_files", id=self.id("file"), ticket_id=ticket, name=self.word, **file)

    async def _said(self, part: dict[str, Any]) -> None:
        add, transcript = self.api.insert, self.id("transcript")
        owner = {"partner_id": self.id("partner")}
        await add("transcripts", id=transcript, source="live", started_at=self.now, **part, **owner)
        said = {"side": "client", "start_s": 0, "end_s": 1, "text": self.word}
        await add("transcript_segments", transcript_id=transcript, seq=0, **said)
        rule = {"rule_id": uuid4(), "rule_name": self.word, "severity": "info", "side": "client", "at_s": 0}
        alert = {"transcript_id": transcript, "call_id": part["call_id"], "text": self.word, "created_at": self.now}
        await add("speech_alerts", id=self.id("alert"), **rule, **alert, **owner)


@pytest.fixture
async def firms(api: Api) -> tuple[Firm, Firm]:
    own, other = Firm(api, "svoe", "79160000001"), Firm(api, MARK, "79260000002")
    for firm in (own, other):
        await firm.fill()
    return own, other


@pytest.fixture
async def partner(api: Api, firms: tuple[Firm, Firm]) -> Client:
    """A user of the first partner who has every right there is."""
    await api.insert("roles", name="partner-chief", title="x", rights=sorted(NAMES))
    client = await api.user("partner-chief", partner_id=firms[0].id("partner"))
    client.prefix = ""
    return client


def _fill(path: str, value: object) -> str:
    return "/".join(str(value) if part.startswith("{") else part for part in path.split("/"))


async def test_a_partner_finds_its_own_and_nothing_of_another(api, firms, partner, engine):
    """Every route that reads: as it is, and searched for what the other partner has."""
    own, other = firms
    found_own = set()
    for firm in firms:
        _goes_on(firm, engine)
    for route in api.routes:
        if route.method != "GET" or route.right is None or route.param_names:
            continue
        for params in [{}, *_searches(route.query, other)]:
            answer = await partner.send("GET", route.full_path, params=params)
            assert answer.status != 500, (route.path, params, answer.raw)
            if answer.status == 200:
                # What was asked for may be told back.
                told_back = answer.raw if "number" not in params else answer.raw.replace(other.phone.encode(), b"")
                leaked = [mark for mark in other.marks if mark in told_back]
                assert not leaked, (route.path, params, leaked, answer.raw[:2000])
                if not params and any(mark in answer.raw for mark in own.marks):
                    found_own.add(route.path)
    lists = {"/calls", "/live-calls", "/numbers", "/queues", "/queues/live", "/users", "/employee-groups", "/partners"}
    lists |= {"/speech-alerts", "/lead-lists", "/lead-imports", "/do-not-call", "/campaigns", "/attempts"}
    lists |= {"/campaign-results", "/campaign-report", "/campaign-compliance", "/dispositions"}
    assert lists <= found_own, lists - found_own


def _searches(query: Any, other: Firm) -> list[dict[str, str]]:
    """One query a filter: ids of the other partner, its texts."""
    found = []
    for field in msgspec.structs.fields(query) if query else []:
        values = {"q": other.word, "caller": other.phone, "called": other.phone, "number": other.phone}
        if "UUID" in str(field.type):
            found += [{field.encode_name: str(id_)} for id_ in other.ids.values()]
        elif field.encode_name in values:
            found.append({field.encode_name: values[field.encode_name]})
    return found


def _goes_on(firm: Firm, engine: FakeEngine) -> None:
    """The firm's call waits in its queue at this moment."""
    call, queue = str(firm.id("call")), str(firm.id("queue"))
    now = datetime.now(UTC).isoformat()
    engine.calls[call] = {"id": call, "direction": "inbound", "caller": firm.phone, "called": firm.phone}
    engine.calls[call] |= {"state": "up", "started_at": now, "partner_id": str(firm.id("partner")), "legs": []}
    figures = ("waiting", "callbacks_waiting", "longest_wait_s", "online", "ready", "busy", "entered_today")
    figures += ("answered_today", "abandoned_today", "lost_today", "target_s", "target_percent", "handle_s")
    picture = {"queue_id": queue, "name": firm.word, "longest_since": None, "average_wait_s": None}
    picture |= {"service_level": None, **dict.fromkeys(figures, 1)}
    engine.queues["items"].append(picture)
    waits = {"queue_id": queue, "kind": "call", "id": call, "call_id": call, "caller": firm.phone}
    waits |= {"position": 1, "priority": 0, "since": now, "waited_s": 1, "asked": []}
    engine.queues["waiting"].append(waits)


async def test_a_partner_can_not_read_or_change_another_s_things_by_their_ids(api, firms, partner, engine):
    _, other = firms
    _goes_on(other, engine)
    before = await _rows_of(api, other)
    tried = 0
    for route in api.routes:
        if route.right is None or not route.param_names:
            continue
        support = route.path.startswith(SUPPORT)
        for name, id_ in other.ids.items():
            if (name in OF_SUPPORT) != support and name not in ("partner", "user", "call"):
                continue
            body = {} if route.body else None
            answer = await partner.send(route.method, _fill(route.full_path, id_), body, allow_redirects=False)
            assert answer.status >= 400 or not answer.raw or not any(mark in answer.raw for mark in other.marks), (
                route.method,
                route.path,
                answer.raw[:1000],
            )
            assert answer.status not in (200, 201, 206, 500) or route.method == "GET", (route.path, answer.raw)
            tried += 1
    assert tried > 300
    assert await _rows_of(api, other) == before
    ordered = [order for order in engine.orders if any(mark.decode() in str(order) for mark in other.marks)]
    assert not ordered and str(other.id("call")) in engine.calls, ordered


async def _rows_of(api: Api, firm: Firm) -> dict[str, list[str]]:
    """All that is stored of a partner, as text."""
    tables = await api.db.fetch(
        "select tablename as name from pg_tables where schemaname = 'public' and rowsecurity order by 1"
    )
    found = {}
    for table in tables:
        rows = await api.db.fetch(f"select t::text as line from {table['name']} t")
        marks = [mark.decode() for mark in firm.marks]
        found[table["name"]] = sorted(row["line"] for row in rows if any(mark in row["line"] for mark in marks))
    assert sum(map(bool, found.values())) >= 18, found
    return found


async def test_the_database_itself_shows_a_partner_its_own_rows_alone(api, firms):
    """The second wall: a query without any filter, under the role that the api takes."""
    own, other = firms
    tables = await api.db.fetch(
        "select distinct table_name as name from information_schema.role_column_grants "
        "where grantee = $1 and privilege_type = 'SELECT' and table_name not like '%names' "
        "and table_name not in ('wrap_ups', 'queue_people')",
        PARTNER_ROLE,
    )
    assert len(tables) > 25
    await api.db.execute(f"set role {PARTNER_ROLE}")
    for table in tables:
        name = table["name"]
        count = (
            "select count(*) from {0}" if name == "users" else "select count(*) from {0} t where t::text is not null"
        )
        await api.db.execute("reset paylater.partner")
        if name not in WORLDWIDE:
            assert await api.db.fetchval(count.format(name)) == 0, name
        await api.db.execute("select set_config('paylater.partner', $1, false)", str(own.id("partner")))
        columns = "id::text || name || coalesce(extension, '')" if name == "users" else "t::text"
        lines = " ".join(row[0] or "" for row in await api.db.fetch(f"select {columns} from {name} t"))
        assert not any(mark.decode() in lines for mark in other.marks), name
    for secret in ("select password_hash from users", "select * from sessions", "select * from sign_in_providers"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await api.db.execute(secret)
    await api.db.execute("reset role")


async def test_what_one_user_was_given_stays_with_no_connection(api, firms, partner):
    """Connections are shared by users of all partners, one after another."""
    own, other = firms
    rival = await api.user("partner-chief", login="rival", partner_id=other.id("partner"))
    rival.prefix = ""
    admin = await api.user("admin")
    for _ in range(6):
        mine = await partner.send("GET", "/api/v1/calls")
        theirs = await rival.send("GET", "/api/v1/calls")
        assert [call["id"] for call in mine.json["items"]] == [str(own.id("call"))]
        assert [call["id"] for call in theirs.json["items"]] == [str(other.id("call"))]
        assert len((await admin.get("/calls"))["items"]) == 2


async def test_users_of_a_partner_that_is_off_are_out_at_once(api, firms, partner):
    admin = await api.user("admin")
    path = f"/partners/{firms[0].id('partner')}"
    assert (await admin.send("PATCH", path, {"enabled": False})).status == 200
    assert (await partner.send("GET", "/api/v1/calls")).status == 401
    refused = await api.anonymous.send("POST", "/auth/login", {"login": "some-partner-chief", "password": "x"})
    assert refused.status == 401


async def test_the_live_feed_tells_a_partner_of_its_own_calls(api, firms):
    own, other = firms
    client = await api.user("partner", partner_id=own.id("partner"))
    async with client.session.ws_connect(f"{api.url}/api/v1/live?topics=calls") as socket:
        await socket.send_json({"type": "auth", "token": client.token})
        assert (await socket.receive_json(timeout=20))["type"] == "ready"
        for firm in (other, own):
            data = {"id": str(firm.id("call")), "partner_id": str(firm.id("partner")), "caller": firm.phone}
            await api.db.execute(
                "select add_changes(array['calls'], array['changed'], array[$1::text], array[$2::jsonb])",
                str(firm.id("call")),
                data,
            )
        assert (await socket.receive_json(timeout=20))["key"] == str(own.id("call"))
