"""Letters that tell of requests: to whom, in which thread, and what they never hold."""

import uuid
from zoneinfo import ZoneInfo

import pytest
from aiohttp import FormData

from tests.integration.api.letters.conftest import letter, make_account, somebody

pytestmark = pytest.mark.feature("F-TKT-02", "F-TKT-07")


async def _staff(api, **columns):
    login = f"op-{uuid.uuid4().hex[:12]}"
    email = f"{login}@staff.example"
    client = await api.user("operator", login, email=email, **columns)
    user_id = await api.db.fetchval("select id from users where login = $1", login)
    return client, user_id, email


async def _request(post, who):
    post.put(letter(who, post.address))
    ticket_id = (await post.taken())[0]["ticket_id"]
    await post.sent_to(who)
    return ticket_id


async def test_a_public_answer_goes_to_the_author_with_its_files_and_an_internal_note_to_nobody(post, api):
    who = somebody()
    operator, _, _ = await _staff(api)
    ticket_id = await _request(post, who)
    form = {"file": b"\x89PNG\r\n\x1a\n" + b"\x00" * 20}
    kept = await _upload(operator, "/ticket-files", "чек.png", form["file"])
    await operator.post(f"/tickets/{ticket_id}/messages", {"body": "Тайна: клиент странный", "public": False})
    await operator.post(f"/tickets/{ticket_id}/messages", {"body": "Попробуйте ещё раз", "file_ids": [kept["id"]]})
    answer = (await post.sent_to(who, 2))[1]
    text = answer.get_body().get_content()
    assert "Попробуйте ещё раз" in text and "Тайна" not in text
    assert answer["Auto-Submitted"] == "no" and answer["In-Reply-To"] and "Re" not in answer["Subject"]
    files = [(part.get_filename(), part.get_content()) for part in answer.iter_attachments()]
    assert files == [("чек.png", form["file"])]
    told = await api.db.fetch("select recipient from mails where state = 'sent' or state = 'waiting'")
    assert not any("Тайна" in str(row) for row in told)


async def test_the_steps_of_a_request_are_told_in_the_language_of_who_reads(post, api):
    who, watcher = somebody(), somebody()
    parent = await make_account(api, who, language="en")
    operator, _, _ = await _staff(api)
    ticket_id = await _request(post, who)
    await api.insert("ticket_watchers", id=uuid.uuid4(), ticket_id=uuid.UUID(ticket_id), email=watcher)
    assert (await post.ticket(ticket_id))["account_id"] == parent
    for state in ("in_work", "solved", "closed"):
        answer = await operator.send("POST", f"/tickets/{ticket_id}/state", {"state": state})
        assert answer.status == 200, answer.raw
    mine = [made.get_body().get_content() for made in await post.sent_to(who, 3)]
    assert "is solved" in mine[1] and "closes by itself" in mine[1] and "is closed" in mine[2]
    assert "https://crm.example.org/support/requests/" in mine[1] and "reply to this letter" in mine[1]
    others = [made.get_body().get_content() for made in await post.sent_to(watcher, 2)]
    assert "решена" in others[0] and "crm.example.org" not in others[0]


async def test_the_assignee_hears_of_the_clients_word_and_the_people_of_the_line_of_a_broken_promise(post, api, admin):
    who = somebody()
    _, operator_id, email = await _staff(api)
    _, other_id, other_email = await _staff(api)
    ticket_id = await _request(post, who)
    await api.db.execute("insert into employee_groups (id, name) values ($1, $2)", operator_id, f"line {operator_id}")
    await api.db.execute("insert into employee_group_members values ($1, $2)", operator_id, other_id)
    await api.db.execute("update support_lines set group_id = $1 where line = 1", operator_id)
    await api.db.execute("update tickets set assignee_id = null where id = $1", uuid.UUID(ticket_id))
    try:
        made = await admin.send("POST", f"/tickets/{ticket_id}/state", {"state": "closed"})
        assert made.status == 200
        opened = await admin.send("POST", f"/tickets/{ticket_id}/state", {"state": "reopened"})
        assert opened.status == 200
        assert "открыта снова" in (await post.sent_to(other_email))[0].get_content()
    finally:
        await api.db.execute("update support_lines set group_id = null where line = 1")
    await admin.send("PATCH", f"/tickets/{ticket_id}", {"assignee_id": str(operator_id)})
    assert "передана" in (await post.sent_to(email))[0].get_content()
    told = (await post.sent_to(who))[0]
    post.put(letter(who, post.address, "Re: x", "Ну что там?", In_Reply_To=told["Message-ID"]))
    heard = (await post.sent_to(email, 2))[1]
    assert "Ну что там?" in heard.get_body().get_content()
    assert f"/panel/desk/{ticket_id}" in heard.get_body().get_content()


async def test_staff_are_warned_of_a_promise_and_told_when_it_is_broken(post, api, admin, outgoing):
    """First the people of its line, for nobody has it; then whoever has it."""
    who = somebody()
    account_id = await make_account(api, who)
    plan = {"name": who, "account_id": str(account_id), "first_s": 600, "warn_share": 0.5}
    await admin.post("/sla-plans", plan)
    _, line_id, line_email = await _staff(api)
    _, assignee_id, assignee_email = await _staff(api, language="en")
    ticket_id = await _request(post, who)
    await api.db.execute("insert into employee_groups (id, name) values ($1, $2)", line_id, f"line {line_id}")
    await api.db.execute("insert into employee_group_members values ($1, $1)", line_id)
    await api.db.execute("update support_lines set group_id = $1 where line = 1", line_id)
    try:
        await _put_forward(api, 301)
        warned = (await post.sent_to(line_email))[0]
    finally:
        await api.db.execute("update support_lines set group_id = null where line = 1")
    ticket = await post.ticket(ticket_id)
    due = ticket["due_at"].astimezone(ZoneInfo(api.settings.timezone))
    text = warned.get_content()
    assert f"Скоро выйдет срок по заявке № {ticket['number']}" in text
    assert f"первый ответ, до {due:%d.%m.%Y %H:%M}" in text and f"/panel/desk/{ticket_id}" in text
    await admin.send("PATCH", f"/tickets/{ticket_id}", {"assignee_id": str(assignee_id)})
    await post.sent_to(assignee_email)
    await _put_forward(api, 300)
    broken = (await post.sent_to(assignee_email, 2))[1].get_content()
    assert f"Request {ticket['number']}" in broken and "has broken a promise: first answer" in broken
    assert len(outgoing.to(who)) == 1, "clients hear of promises by their portal alone"


async def _put_forward(api, seconds):
    """The clock goes on, and the watch over promises looks at it."""
    api.clock.ahead += seconds
    await api.db.execute("select pg_notify('promises', '')")


async def test_who_answers_by_mail_gets_no_copy_and_our_own_mailbox_no_letter(post, api, outgoing):
    who = somebody()
    ticket_id = await _request(post, who)
    await api.insert("ticket_watchers", id=uuid.uuid4(), ticket_id=uuid.UUID(ticket_id), email=post.address)
    told = (await post.sent_to(who))[0]
    post.put(letter(who, post.address, "Re: x", "Ещё слово", In_Reply_To=told["Message-ID"]))
    watched = somebody()
    await post.taken(2)
    post.put(letter(watched, post.address))
    await post.sent_to(watched)
    assert len(outgoing.to(who)) == 1 and outgoing.to(post.address) == []


async def _upload(client, path, name, data):
    form = FormData(quote_fields=False)
    form.add_field("file", data, filename=name)
    answer = await client.send("POST", path, data=form)
    assert answer.status == 201, answer.raw
    return answer.json
