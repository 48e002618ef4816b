"""Letters that were made to do harm, over a real IMAP server; honest ones behind them are not held up."""

import zipfile
from io import BytesIO

import pytest

from tests.integration.api.letters.conftest import letter, make_post, somebody

pytestmark = pytest.mark.feature("F-TKT-05")


def _bomb() -> bytes:
    """10 MB of zeros in 10 KB, in a picture's company."""
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros.txt", b"0" * 10_000_000)
    return made.getvalue()


async def test_broken_letters_are_noted_and_stop_nobody(post):
    head = f"From: {somebody()}\r\nTo: {post.address}\r\n".encode()
    many = b"--a\r\nContent-Type: text/plain\r\n\r\nx\r\n" * 400
    post.put(head + b"Content-Type: multipart/mixed; boundary=a\r\n\r\n" + many)
    deep = head
    for number in range(150):
        deep += b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (number, number)
    post.put(deep)
    post.put(head + b"Subject: " + b"x" * 400_000 + b"\r\n\r\nhi")
    post.put(head + b"\r\n" + b"x" * 3_500_000)
    post.put(b"\x01\xff\xfe" * 50 + b"\r\n\r\nnoise")
    honest = somebody()
    post.put(letter(honest, post.address))
    taken = await post.taken(6)
    assert [row["verdict"] for row in taken] == ["unreadable"] * 5 + ["opened"]
    assert all(row["reason"] for row in taken[:5]) and "larger" in taken[3]["reason"]
    assert taken[3]["sender"].endswith("@client.example"), "of a letter that is too large the headers are read"


async def test_what_a_letter_says_is_text_and_brings_no_headers(post):
    who = somebody()
    subject = "=?utf-8?Q?Check=0D=0ABcc:_all@x.example=0D=0A=0D=0A<script>alert(1)</script>?="
    html = "<p>Привет</p><script>alert(1)</script><img src=x onerror=alert(2)><a href='javascript:alert(3)'>тут</a>"
    head = f"From: {who}\r\nTo: {post.address}\r\nSubject: {subject}\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
    post.put((head + html).encode())
    ticket = await post.ticket((await post.taken())[0]["ticket_id"])
    assert ticket["description"] == "Привет\n\nтут" and "\n" not in ticket["subject"]
    told = (await post.sent_to(who))[0]
    assert told["Bcc"] is None and "\r" not in told["Subject"] and told.get_content_type() == "text/plain"


async def test_files_are_taken_by_what_they_are_and_none_is_opened(post, api):
    who = somebody()
    made = letter(who, post.address, text="Смотрите файлы")
    files = {
        "../../etc/cron.d/x.png": b"\x89PNG\r\n\x1a\n" + b"\x00" * 30,
        "bomb.zip": _bomb(),
        "photo.jpg.exe": b"MZ\x90\x00",
        "page.html": b"<html><script>alert(1)</script>",
        "image.png": b"<svg onload=alert(1)>",
    }
    for name, data in files.items():
        made.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    post.put(made)
    taken = (await post.taken())[0]
    ticket = await post.ticket(taken["ticket_id"])
    kept = await api.db.fetch("select * from ticket_files where ticket_id = $1 order by name", ticket["id"])
    told = [(row["name"], row["media_type"]) for row in kept]
    assert told == [("bomb.zip", "application/zip"), ("x.png", "image/png")]
    assert kept[0]["size_bytes"] == len(_bomb())
    for name in ("photo.jpg.exe", "page.html", "image.png"):
        assert f"[Файл «{name}» не принят" in ticket["description"]
    for row in kept:
        assert (api.settings.files / row["path"]).read_bytes() in files.values()


async def test_a_server_that_numbers_its_letters_anew_brings_nothing_twice(post, admin, mail_box_server, outgoing):
    with mail_box_server.session(post.login) as client:
        assert client.create("Support")[0] == "OK"
    await admin.send("PATCH", f"/mailboxes/{post.id}", {"enabled": False})
    made = await make_post(
        post.api, admin, mail_box_server, outgoing, login=post.login, folder="Support", name=f"{post.login} again",
        address=f"again-{post.address}",
    )  # fmt: skip
    made.login = post.login
    first, second = letter(somebody(), made.address), letter(somebody(), made.address)
    made.put(first, "Support")
    await made.taken()
    mail_box_server.remake(post.login, "Support")
    made.put(first, "Support")
    made.put(second, "Support")
    taken = await made.taken(3)
    assert [row["verdict"] for row in taken] == ["opened", "repeated", "opened"]
    await admin.send("PATCH", f"/mailboxes/{made.id}", {"enabled": False})
