"""Who sees which change of the live feed."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from msgspec.structs import replace

from api.live.audience import Audience, without_supervisors
from api.live.model import Change, Partial
from api.web.route import ClientScope, Identity
from api.web.scope import CLIENT_ROLE, PARTNER_ROLE, Eyes, eyes_of

pytestmark = [pytest.mark.feature("F-PBX-19")]
ME, OTHER, PARTNER = UUID(int=1), UUID(int=2), UUID(int=7)


def change(key: str, kind: str = "updated", topic: str = "calls", **data) -> Change:
    return Change(cursor=1, at=datetime(2026, 11, 1, tzinfo=UTC), topic=topic, kind=kind, key=key, data=data)


def identity(*rights: str, partner: UUID | None = None) -> Identity:
    return Identity(user_id=ME, session_id=ME, login="me", role="x", rights=frozenset(rights), partner_id=partner)


def test_an_operator_sees_its_own_calls_to_their_end_and_no_other():
    audience = Audience(identity("calls.own"), taken=["before"])
    assert audience.admits(change("before", "ended"))
    assert not audience.admits(change("a", legs=[{"user_id": str(OTHER)}]))
    assert audience.admits(change("a", legs=[{"user_id": str(OTHER)}, {"user_id": str(ME)}]))
    assert audience.admits(change("a", "ended"))
    assert not audience.admits(change("a", "ended"))
    assert audience.admits(change("b", operator_id=str(ME), legs=[]))
    assert audience.admits(change("x", topic="operators"))


def test_who_may_read_calls_sees_all():
    assert Audience(identity("calls.read")).admits(change("a", legs=[]))


def test_users_of_a_partner_see_what_is_their_partners():
    audience = Audience(identity("calls.read", "missed.read", partner=PARTNER))
    assert audience.admits(change("a", partner_id=str(PARTNER)))
    assert not audience.admits(change("b", partner_id=None))
    assert not audience.admits(change("m", topic="missed", partner_id=str(OTHER)))


@pytest.mark.feature("F-PBX-22")
def test_nobody_but_supervisors_learns_who_listens():
    legs = [{"role": "callee", "user_id": str(ME)}, {"role": "supervisor", "user_id": str(OTHER)}]
    heard = change("a", legs=legs, talk={"members": [], "watches": [{"mode": "listen"}]})
    told = without_supervisors(heard)
    assert [leg["role"] for leg in told.data["legs"]] == ["callee"]
    assert told.data["talk"]["watches"] == []
    assert without_supervisors(change("a", "ended", outcome="answered")).data == {"outcome": "answered"}
    assert Audience(identity("calls.read", "calls.supervise")).sees_supervisors
    assert not Audience(identity("calls.own")).sees_supervisors


@pytest.mark.feature("F-PBX-20")
def test_transcripts_go_with_recordings_and_alerts_to_those_who_may_hear_all():
    own, listens = Audience(identity("calls.own")), Audience(identity("recordings.read"))
    mine = {"users": [str(ME)], "partner_id": str(PARTNER)}
    told = {kind: change("a", kind, "transcripts", **mine) for kind in ("segment", "alert")}
    partial = Partial(topic="transcripts", key="a", data=mine)
    assert own.admits(told["segment"]) and own.admits(partial) and not own.admits(told["alert"])
    assert all(listens.admits(one) for one in (*told.values(), partial))
    others = {"users": [str(OTHER)], "partner_id": None}
    foreign = (change("b", "segment", "transcripts", **others), Partial(topic="transcripts", key="b", data=others))
    assert not any(own.admits(one) for one in foreign) and all(listens.admits(one) for one in foreign)
    partner = Audience(identity("recordings.read", partner=PARTNER))
    assert partner.admits(partial) and not any(partner.admits(one) for one in foreign)


PARENT, CHILD, OUTLET, ELSEWHERE = UUID(int=11), UUID(int=12), UUID(int=21), UUID(int=22)


def of_client(account: UUID, outlets: set[UUID] | None, *rights: str) -> Audience:
    scope = ClientScope(account, PARENT, None if outlets is None else frozenset(outlets))
    return Audience(replace(identity("tickets.own", *rights), client=scope))


def news(outlet: UUID | None, author: UUID | None = None, account: UUID = PARENT) -> Change:
    """As the database tells clients of a request."""
    ids = {"account_id": account, "outlet_id": outlet, "author_account_id": author}
    return change("t", "ticket", "portal", **{name: str(value) for name, value in ids.items() if value})


@pytest.mark.feature("F-TKT-02", "F-TKT-04")
def test_clients_hear_of_the_requests_they_may_see_and_of_nothing_else():
    parent, child = of_client(PARENT, None), of_client(CHILD, {OUTLET})
    for heard in (news(OUTLET), news(OUTLET, PARENT), news(None, CHILD)):
        assert parent.admits(heard) and child.admits(heard)
    for hidden in (news(ELSEWHERE), news(ELSEWHERE, CHILD), news(None), news(None, PARENT)):
        assert parent.admits(hidden) and not child.admits(hidden)
    assert not parent.admits(news(OUTLET, account=OTHER))
    everything = of_client(PARENT, None, "*")
    for topic in ("tickets", "calls", "operators", "config", "transcripts", "campaigns"):
        assert not everything.admits(change("t", topic=topic, account_id=str(PARENT), users=[str(ME)]))
    assert not Audience(identity("*")).admits(news(OUTLET))


@pytest.mark.feature("F-TKT-02")
def test_a_partner_hears_of_its_clients_requests_but_not_of_the_kitchen():
    staff, partner = Audience(identity("tickets.read")), Audience(identity("tickets.read", partner=PARTNER))

    def event(kind: str, partner_id: UUID | None = PARTNER, **data) -> Change:
        return change("t", kind, "tickets", partner_id=partner_id and str(partner_id), data=data)

    for kind in ("opened", "said", "moved", "breached"):
        assert partner.admits(event(kind)) and not partner.admits(event(kind, OTHER)) and staff.admits(event(kind))
    kitchen = ("checked", "worked", "escalated", "viewing", "bounced", "unverified")
    for inner in (event("said", public=False), *map(event, kitchen)):
        assert staff.admits(inner) and not partner.admits(inner)


@pytest.mark.feature("F-ADM-03", "F-TKT-04")
def test_behind_which_wall_somebody_reads():
    client = replace(identity("tickets.own"), client=ClientScope(CHILD, PARENT, frozenset()))
    assert eyes_of(client) == Eyes(CLIENT_ROLE, "", str(ME))
    assert eyes_of(identity("tickets.own")) == Eyes(CLIENT_ROLE, "", str(ME))
    assert eyes_of(identity("tickets.own", partner=PARTNER)) == Eyes(PARTNER_ROLE, str(PARTNER), str(ME))
    assert eyes_of(identity("*")) is eyes_of(identity("tickets.own", "calls.own")) is eyes_of(None) is None
