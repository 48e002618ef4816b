"""Letters whose sender may have been forged, and notices of letters that were not delivered, over real IMAP."""

import uuid
from uuid import UUID

import pytest
import pytest_asyncio

from tests.integration.api.letters.conftest import letter, make_account, make_post, somebody

pytestmark = pytest.mark.feature("F-TKT-05")
OWN = "mx.desk.example"
TRUE = f"{OWN};\n\tdmarc=pass (p=reject dis=none) header.from=client.example"
FORGED = f"{OWN}; spf=pass smtp.mailfrom=x@evil.example; dkim=none; dmarc=fail (p=none) header.from=client.example"


@pytest_asyncio.fixture(loop_scope="package")
async def checked(api, admin, mail_box_server, outgoing):
    """A mailbox whose server looks at senders."""
    made = await make_post(api, admin, mail_box_server, outgoing, authserv_id="MX.desk.example")
    yield made
    await admin.send("PATCH", f"/mailboxes/{made.id}", {"enabled": False})


def stamped(found: str, *words: str, forged: str = "", **headers: str) -> bytes:
    """A letter as the mail server hands it over: its own header stands on top of what the sender wrote."""
    own = f"Received: from relay.example by {OWN}; Mon, 2 Mar 2026 10:00:00 +0300\nAuthentication-Results: {found}\n"
    came_with = f"Authentication-Results: {forged}\n" if forged else ""
    return (own + came_with).encode() + letter(*words, **headers).as_bytes()


async def events(api, ticket_id: str) -> list[dict]:
    text = "select kind, actor, message_id, data from ticket_events where ticket_id = $1 order by id"
    return [dict(row) for row in await api.db.fetch(text, UUID(ticket_id))]


async def test_who_forges_a_sender_speaks_for_nobody_and_is_not_lost(checked, api, admin, outgoing):
    who = somebody()
    parent = await make_account(api, who)
    checked.put(stamped(TRUE, who, checked.address))
    first = (await checked.taken())[0]
    assert (await checked.ticket(first["ticket_id"]))["account_id"] == parent
    told = (await checked.sent_to(who))[0]
    assert (await admin.send("POST", f"/tickets/{first['ticket_id']}/state", {"state": "waiting"})).status == 200
    # By an old Message-ID, and by the token; the sender's own header says that all is well.
    checked.put(
        stamped(FORGED, who, checked.address, "Re: x", "Шлите деньги", forged=TRUE, In_Reply_To=first["letter_id"])
    )
    checked.put(stamped(FORGED, who, checked.address, f"Re: {told['Subject']}", "И скорее", forged=TRUE))
    checked.put(stamped(FORGED, who, checked.address, "Новая", "Дайте пароль", forged=TRUE))
    taken = await checked.taken(4)
    assert [(row["verdict"], row["unverified"]) for row in taken] == [
        ("opened", False),
        *[("joined", True)] * 2,
        ("opened", True),
    ]
    ticket = await checked.ticket(first["ticket_id"])
    assert (ticket["state"], ticket["client_said_at"]) == ("waiting", None)
    said = await checked.said(first["ticket_id"])
    assert [(one["body"], one["public"], one["author"], one["account_id"]) for one in said] == [
        ("Шлите деньги", False, "system", None),
        ("И скорее", False, "system", None),
    ]
    doubts = [one for one in await events(api, first["ticket_id"]) if one["kind"] == "unverified"]
    assert [one["message_id"] for one in doubts] == [one["id"] for one in said]
    assert doubts[0]["data"] == {"sender": who, "said": "dmarc=fail, dkim=none, spf=pass", "public": False}
    opened = await checked.ticket(taken[3]["ticket_id"])
    assert (opened["account_id"], opened["author_account_id"], opened["author_email"]) == (None, None, who)
    assert [one["kind"] for one in await events(api, str(opened["id"]))] == ["opened", "unverified"]
    # An honest word is the author's as ever; after it all letters that were written before it have gone.
    checked.put(stamped(TRUE, who, checked.address, "Re: x", "Это я", forged=FORGED, In_Reply_To=told["Message-ID"]))
    await checked.taken(5)
    assert (await checked.ticket(first["ticket_id"]))["state"] == "in_work"
    sure = somebody()
    checked.put(stamped(TRUE, sure, checked.address))
    await checked.sent_to(sure)
    assert [made["Subject"] for made in outgoing.to(who)] == [told["Subject"]], "who is not sure is not written to"


async def test_trying_a_mailbox_out_tells_which_server_checks_its_senders(checked, admin):
    path = f"/mailboxes/{checked.id}"
    empty = (await admin.send("POST", f"{path}/test")).json
    assert empty["ok"] and empty["servers"] == []
    checked.put(letter(somebody(), checked.address))
    checked.put(stamped(TRUE, somebody(), checked.address, forged="mx.evil.example; none"))
    found = (await admin.send("POST", f"{path}/test")).json
    assert (found["servers"], found["detail"]) == ([OWN], "The mailbox can be read")
    assert (await admin.send("PATCH", path, {"authserv_id": "mx.other.example"})).status == 200
    other = (await admin.send("POST", f"{path}/test")).json
    assert other["ok"] and "no sender is ever verified" in other["detail"] and other["servers"] == [OWN]
    refused = await admin.send("PATCH", path, {"authserv_id": "mx desk"})
    assert refused.status == 422 and refused.json["errors"][0]["path"] == "body.authserv_id"


async def test_a_flood_in_somebodys_name_does_not_silence_them(checked, api):
    who = somebody()
    checked.put(stamped(FORGED, who, checked.address))
    row = (await checked.taken())[0]
    await api.db.execute(
        "insert into mails_received"
        " (id, mailbox_id, uid_validity, uid, letter_id, sender, verdict, unverified, received_at)"
        " select gen_random_uuid(), mailbox_id, uid_validity - 1, n, 'old', sender, 'joined', true, received_at"
        " from mails_received, generate_series(1, 19) n where id = $1",
        UUID(row["id"]),
    )
    checked.put(stamped(FORGED, who, checked.address))
    checked.put(stamped(TRUE, who, checked.address))
    assert [one["verdict"] for one in (await checked.taken(22))[-2:]] == ["loop", "opened"]


def bounce(recipient: str, letter_id: str, to: str, action: str = "failed") -> bytes:
    """As Postfix writes it."""
    edge = f"{uuid.uuid4().hex}/mx.client.example"
    return f"""Return-Path: <>
From: MAILER-DAEMON@mx.client.example (Mail Delivery System)
To: {to}
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
Message-ID: <{uuid.uuid4().hex}@mx.client.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="{edge}"

--{edge}
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--{edge}
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.client.example
Arrival-Date: Mon, 2 Mar 2026 10:00:00 +0300 (MSK)

Final-Recipient: rfc822; {recipient}
Original-Recipient: rfc822;{recipient}
Action: {action}
Status: 5.1.1
Remote-MTA: dns; mx2.client.example
Diagnostic-Code: smtp; 550 5.1.1 <{recipient}>: Recipient address
    rejected: <b>User unknown</b>

--{edge}
Content-Description: Undelivered Message
Content-Type: message/rfc822

From: robot@desk.example
Message-ID: {letter_id}
Subject: x

hi
--{edge}--
""".encode()


async def test_a_letter_that_was_not_delivered_stands_at_its_request_once_and_makes_no_noise(
    post, api, admin, outgoing
):
    who = somebody()
    post.put(letter(who, post.address))
    ticket_id = (await post.taken())[0]["ticket_id"]
    told = (await post.sent_to(who))[0]
    assert (await admin.send("POST", f"/tickets/{ticket_id}/state", {"state": "closed"})).status == 200
    await post.sent_to(who, 2)
    before = await post.ticket(ticket_id)
    post.put(bounce(who, told["Message-ID"], post.address, "delayed"))
    post.put(bounce(who, told["Message-ID"], post.address))
    post.put(bounce(who, told["Message-ID"], post.address))
    post.put(bounce(who, "<ticket-0@desk.example>", post.address))
    post.put(bounce(who, "<somebody-elses@client.example>", post.address))
    taken = await post.taken(6)
    assert {row["verdict"] for row in taken[1:]} == {"automatic"}
    assert [row["ticket_id"] for row in taken[1:]] == [None, ticket_id, ticket_id, None, None]
    shown = [one for one in (await admin.get(f"/tickets/{ticket_id}/events"))["items"] if one["kind"] == "bounced"]
    assert [one["data"] for one in shown] == [
        {
            "recipient": who,
            "reason": f"550 5.1.1 <{who}>: Recipient address rejected: <b>User unknown</b>",
            "status": "5.1.1",
            "letter_id": told["Message-ID"],
            "public": False,
        }
    ]
    assert await post.ticket(ticket_id) == before and await post.said(ticket_id) == []
    # Letters go out in their order: with the next one sent, none was written because of these.
    other = somebody()
    post.put(letter(other, post.address))
    await post.sent_to(other)
    assert len(outgoing.to(who)) == 2 and outgoing.to("mailer-daemon@mx.client.example") == []
    assert await api.db.fetchval("select count(*) from tickets where author_email like 'mailer-daemon%'") == 0
