"""Letters that come in over a real IMAP server: requests, words on them, those that are neither."""

import pytest

from tests.integration.api.conftest import until
from tests.integration.api.letters.conftest import letter, make_account, somebody
from tests.providers.mailbox import PASSWORD

pytestmark = pytest.mark.feature("F-TKT-05")


async def test_a_letter_opens_a_request_and_its_author_is_told(post):
    who = somebody()
    post.put(letter(f"Иван Петров <{who}>", post.address, "Re: Касса", "Не печатает чек.\n\n--\nИван"))
    taken = (await post.taken())[0]
    assert taken["verdict"] == "opened" and taken["sender"] == who
    ticket = await post.ticket(taken["ticket_id"])
    assert (ticket["subject"], ticket["description"]) == ("Касса", "Не печатает чек.")
    assert (ticket["channel"], ticket["author_name"], ticket["author_email"]) == ("email", "Иван Петров", who)
    told = (await post.sent_to(who))[0]
    assert told["Reply-To"] == post.address and told["Auto-Submitted"] == "auto-generated"
    assert str(ticket["number"]) in told["Subject"] and ticket["mail_token"][:8] in told["Subject"]
    assert told["In-Reply-To"] == taken["letter_id"] and "принята" in told.get_content()


async def test_an_answer_joins_by_its_headers_and_by_its_token_alone(post):
    who = somebody()
    post.put(letter(who, post.address))
    first = (await post.taken())[0]
    told = (await post.sent_to(who))[0]
    quoted = "Заработало\n\nпн, 2 мар. 2026 г. в 10:11, Support <robot@desk.example>:\n> Заявка принята"
    post.put(letter(who, post.address, "Re: другое", quoted, In_Reply_To=told["Message-ID"]))
    post.put(letter(who, post.address, f"Отв: {told['Subject']}", "Нет, снова"))
    taken = await post.taken(3)
    assert [row["verdict"] for row in taken] == ["opened", "joined", "joined"]
    assert {row["ticket_id"] for row in taken} == {first["ticket_id"]}
    said = await post.said(first["ticket_id"])
    assert [(row["body"], row["public"], row["author"]) for row in said] == [
        ("Заработало", True, "client"),
        ("Нет, снова", True, "client"),
    ]


async def test_the_author_is_linked_to_the_account_that_the_address_is_known_by(post, api):
    who = somebody()
    parent = await make_account(api, somebody())
    child = await make_account(api, who, parent, contact="Анна")
    post.put(letter(who, post.address))
    ticket = await post.ticket((await post.taken())[0]["ticket_id"])
    assert (ticket["account_id"], ticket["author_account_id"]) == (parent, child)


async def test_who_only_knows_the_token_leaves_a_note_and_who_only_knows_the_thread_opens_a_request(post):
    who, other = somebody(), somebody()
    post.put(letter(who, post.address))
    first = (await post.taken())[0]
    told = (await post.sent_to(who))[0]
    post.put(letter(other, post.address, f"Re: {told['Subject']}", "Я их начальник"))
    post.put(letter(other, post.address, "Re: Касса", "И я", References=f"<x@y> {first['letter_id']}"))
    taken = await post.taken(3)
    assert [row["verdict"] for row in taken] == ["opened", "joined", "opened"]
    assert taken[1]["ticket_id"] == first["ticket_id"] and taken[2]["ticket_id"] != first["ticket_id"]
    said = await post.said(first["ticket_id"])
    assert [(row["body"], row["public"], row["author"]) for row in said] == [("Я их начальник", False, "system")]


async def test_a_wrong_token_is_refused_and_guessing_is_stopped(post):
    who, guesser = somebody(), somebody()
    post.put(letter(who, post.address))
    ticket = await post.ticket((await post.taken())[0]["ticket_id"])
    wrong = f"{int(ticket['mail_token'][:8], 16) ^ 1:08x}"
    for number in range(3):
        guessed = ticket["number"] if number else 999_999_999
        post.put(letter(guesser, post.address, f"Re: [#{guessed}-{wrong}]"))
    post.put(letter(guesser, post.address, f"Re: [#{ticket['number']}-{ticket['mail_token'][:8]}]"))
    taken = await post.taken(5)
    assert [(row["verdict"], row["reason"]) for row in taken[1:]] == [
        *[("refused", "wrong token")] * 3,
        ("refused", "too many wrong tokens within an hour"),
    ]
    assert await post.said(str(ticket["id"])) == []


async def test_machines_and_letters_of_our_own_are_recognised(post, outgoing):
    who = somebody()
    for headers in (
        {"Auto_Submitted": "auto-replied"},
        {"Precedence": "bulk"},
        {"X_Autoreply": "yes"},
        {"List_Id": "<news.example>"},
        {"Return_Path": "<>"},
    ):
        post.put(letter(who, post.address, **headers))
    post.put(letter("MAILER-DAEMON@mx.example", post.address))
    post.put(letter("robot@desk.example", post.address))
    post.put(letter(post.address, post.address))
    taken = await post.taken(8)
    assert [row["verdict"] for row in taken] == ["automatic"] * 6 + ["loop"] * 2
    assert outgoing.to(who) == []


async def test_the_same_letter_is_taken_once_wherever_it_lies(post):
    who = somebody()
    made = letter(who, post.address)
    post.put(made)
    post.put(made)
    taken = await post.taken(2)
    assert [row["verdict"] for row in taken] == ["opened", "repeated"]


async def test_a_flood_of_one_sender_is_held_up(post, api):
    who = somebody()
    first = letter(who, post.address)
    post.put(first)
    row = (await post.taken())[0]
    await api.db.execute(
        "insert into mails_received (id, mailbox_id, uid_validity, uid, letter_id, sender, verdict, received_at)"
        " select gen_random_uuid(), mailbox_id, uid_validity - 1, n, 'old', sender, 'joined', received_at"
        " from mails_received, generate_series(1, 19) n where id = $1",
        row["id"],
    )
    post.put(letter(who, post.address))
    taken = await post.taken(21)
    assert taken[-1]["verdict"] == "loop" and "too many" in taken[-1]["reason"]


async def test_a_server_that_was_away_is_read_again(post, mail_box_server):
    mail_box_server.stop()

    async def fault():
        return (await post.admin.get(f"/mailboxes/{post.id}"))["error"]

    assert "127.0.0.1" in await until(fault, 30)
    mail_box_server.start()
    post.put(letter(somebody(), post.address))
    assert (await post.taken())[0]["verdict"] == "opened"

    async def well():
        return await fault() is None

    assert await until(well, 30)


async def test_tls_is_used_and_its_certificate_is_looked_at(post, mail_box_server, monkeypatch):
    path, words = f"/mailboxes/{post.id}", {"security": "tls", "host": "localhost", "secret": PASSWORD}
    for port, security in ((mail_box_server.tls_port, "tls"), (mail_box_server.port, "starttls")):
        await post.admin.send("PATCH", path, words | {"port": port, "security": security})
        refused = (await post.admin.send("POST", f"{path}/test")).json
        assert not refused["ok"] and "certificate" in refused["detail"], refused
        with monkeypatch.context() as trusting:
            trusting.setenv("SSL_CERT_FILE", mail_box_server.ca_file)
            assert (await post.admin.send("POST", f"{path}/test")).json["ok"]


async def test_a_mailbox_is_tried_out_and_its_fault_is_told(admin, post):
    path = f"/mailboxes/{post.id}"
    good = (await admin.send("POST", f"{path}/test")).json
    assert good["ok"] and good["idle"]
    assert "secret" not in (await admin.get(path))
    elsewhere = await admin.send("PATCH", path, {"host": "localhost"})
    assert elsewhere.status == 422 and elsewhere.json["errors"][0]["path"] == "body.secret"
    assert (await admin.send("PATCH", path, {"secret": "another"})).status == 200
    bad = (await admin.send("POST", f"{path}/test")).json
    assert not bad["ok"] and "refuses the login" in bad["detail"] and "another" not in bad["detail"]

    async def told():
        return (await admin.get(path))["error"]

    assert "refuses the login" in await until(told, 30)
