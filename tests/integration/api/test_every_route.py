"""Every declared route as every role: granted, 401 or 403 exactly as the route's right says. Routes are read from the
composed application, so that those made later are walked too."""

from collections import Counter
from uuid import UUID, uuid4

import msgspec
import pytest

from api.accounts.rights import NAMES
from tests.integration.api.conftest import Api, Client

pytestmark = pytest.mark.feature("F-ADM-03", "F-PBX-02")
ROLES = ("admin", "engineer", "supervisor", "operator", "partner", "client")
NOT_GIVEN = "Your role does not give this right"
# Tables of facts, of queues of work, of hashes: nobody changes their rows by hand.
FACTS = """schema_migrations engine_nodes changes calls call_legs call_events live_calls journal_positions recordings
    missed_calls recording_plays queue_visits queue_offers callback_attempts presence presence_intervals sessions
    refresh_tokens one_time_links sign_in_failures sign_in_states sign_on_tokens mails audit_log
    favourites missed_digests transcripts transcript_segments spoken_answers speech_alerts
    leads lead_contacts lead_import_errors campaign_leads dial_attempts campaign_results pacing_samples pacing_states
    webhook_deliveries webhook_health
    tickets ticket_messages ticket_words ticket_terms ticket_terms_noted ticket_terms_left ticket_files ticket_events
    ticket_watchers ticket_checks ticket_work ticket_viewers sla_terms ticket_targets ticket_pauses ticket_letters
    client_exports mails_received problem_notices problem_notice_tickets desk_link_tickets desk_link_outbox
    desk_link_inbox desk_link_health survey_asks"""
# What was said on the phone about a request: for who may hear recordings and see requests.
TOO = {"/tickets/{id}/recording": "tickets.read", "/tickets/{id}/transcript": "tickets.read"}
# They end the sessions that walk.
LAST = {"/auth/logout", "/me/sessions", "/me/sessions/{id}"}


def fill(path: str, **values: object) -> str:
    """The path with something in each place."""
    parts = [str(values.get(part[1:-1], uuid4())) if part.startswith("{") else part for part in path.split("/")]
    return "/".join(parts)


async def _people(api: Api) -> dict[str, Client]:
    partner = uuid4()
    await api.insert("partners", id=partner, name="Партнёр")
    people = {role: await api.user(role, partner_id=partner if role == "partner" else None) for role in ROLES}
    [client] = await api.db.fetch("select id from users where login = 'some-client'")
    await api.insert("client_accounts", id=uuid4(), name="Клиент", user_id=client["id"])
    await api.add_user("blocked", "admin")
    blocked = await api.anonymous.login("blocked")
    await api.db.execute("update users set blocked_at = now() where login = 'blocked'")
    return people | {"blocked": blocked, "nobody": api.anonymous}


def _granted(right: str, rights: set[str]) -> bool:
    return not right or "*" in rights or bool(set(right.split("|")) & rights)


async def test_every_route_as_every_role(api, engine):
    people = await _people(api)
    rights = {row["name"]: set(row["rights"]) for row in await api.db.fetch("select name, rights from roles")}
    walked: Counter[str] = Counter()
    routes = sorted(api.routes, key=lambda route: route.path in LAST)
    for route in routes:
        for name, client in people.items():
            client.prefix = ""
            answer = await client.send(route.method, fill(route.full_path), allow_redirects=False)
            problem = answer.json if answer.status in (401, 403) else {}
            told = (name, route.method, route.path, answer.status, problem)
            assert answer.status != 500, told
            if route.right is None:
                assert answer.status not in (401, 403), told
                walked["public"] += 1
            elif name in ("blocked", "nobody"):
                assert answer.status == 401, told
                walked["refused"] += 1
            elif route.right == "tickets.own" and name == "admin":
                # Who may do everything has no account of a client for all that.
                assert answer.status in (403, 404, 415), told
                assert answer.status != 403 or problem["detail"] != NOT_GIVEN, told
                walked["no client"] += 1
            elif not _granted(TOO.get(route.path, ""), rights[name]):
                assert answer.status == 403 and problem["right"] in (route.right, TOO[route.path]), told
            elif _granted(route.right, rights[name]):
                # Every role can use what it is granted; for partners that means that the walls have a door there.
                ended = answer.status == 401 and route.path in LAST
                assert ended or answer.status not in (401, 403), told
                walked["granted"] += 1
            else:
                assert answer.status == 403 and problem["detail"] == NOT_GIVEN, told
                assert problem["right"] == route.right, told
                walked["denied"] += 1
    assert len(routes) > 130 and all(walked[kind] > 60 for kind in ("public", "refused", "granted", "denied")), walked


async def test_every_right_that_a_route_asks_for_is_in_the_catalogue(api):
    asked = {right for route in api.routes if route.right for right in route.right.split("|")}
    assert asked <= NAMES, asked - NAMES


async def test_roles_hold_only_rights_of_the_catalogue(api):
    held = {right for row in await api.db.fetch("select rights from roles") for right in row["rights"]}
    assert held <= NAMES, held - NAMES


async def test_every_table_that_people_change_is_under_the_log_of_changes(api):
    rows = await api.db.fetch(
        "select c.relname, exists (select from pg_trigger t where t.tgrelid = c.oid and t.tgname = 'audit_change') "
        "as watched from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') "
        "and not c.relispartition"
    )
    facts = FACTS.split()
    assert {row["relname"] for row in rows if not row["watched"]} <= set(facts)


async def test_each_role_has_its_start_page(api):
    pages = {}
    for role in ROLES:
        client = await api.user(role)
        pages[role] = (await client.get("/me"))["start_page"]
    assert pages == {
        "admin": "panel",
        "engineer": "panel",
        "supervisor": "panel",
        "operator": "widget",
        "partner": "panel",
        "client": "cabinet",
    }


def uuid_fields(query: type | None) -> list[str]:
    """Filters of a list that take an id."""
    if query is None:
        return []
    found = []
    for field in msgspec.structs.fields(query):
        if "UUID" in str(field.type) or field.type is UUID:
            found.append(field.encode_name)
    return found
