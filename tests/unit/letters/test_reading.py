"""Letters from their bytes: charsets, broken headers, and what was made to break a reader."""

import base64

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.letters.charsets import guess, header_text, text_of
from api.letters.reading import Limits, Unreadable, read, subject_without_prefixes

pytestmark = pytest.mark.feature("F-TKT-05")
LIMITS = Limits(parts=300, text=50_000)
TEXT = "Добрый день! Касса не печатает чек, помогите пожалуйста."
HEAD = b"From: ivan@x.ru\r\nTo: help@x.ru\r\n"


@pytest.mark.parametrize("charset", ["koi8-r", "cp1251", "utf-8", "cp866", "iso8859-5"])
def test_a_charset_is_told_by_its_letters(charset):
    assert guess(TEXT.encode(charset)) == TEXT
    assert guess("Касса сломалась".encode(charset)) == "Касса сломалась"
    assert text_of(TEXT.encode(charset), "x-unknown") == TEXT


def test_western_text_stays_western():
    assert guess("Café crème brûlée à Paris, s'il vous plaît".encode("latin-1")).startswith("Café")
    assert text_of("naïve".encode(), "utf-8") == "naïve"
    assert text_of(b"hex is no charset", "hex") == "hex is no charset"


@pytest.mark.parametrize("charset", ["koi8-r", "windows-1251", "utf-8"])
def test_a_letter_is_read_in_its_charset(charset):
    name = base64.b64encode("Иван".encode(charset)).decode()
    data = f"From: =?{charset}?B?{name}?= <IVAN@x.ru>\r\nContent-Type: text/plain; charset={charset}\r\n\r\n".encode()
    letter = read(data + TEXT.encode(charset), LIMITS)
    assert (letter.sender, letter.sender_name, letter.text) == ("ivan@x.ru", "Иван", TEXT)


def test_broken_headers_are_read_as_people_would():
    raw = b"From: " + "Иван".encode("cp1251") + b" <ivan@x.ru>\r\nSubject: " + "Касса не работает".encode("cp1251")
    letter = read(raw + b"\r\n\r\n" + TEXT.encode("cp1251"), LIMITS)
    assert (letter.sender, letter.sender_name, letter.subject, letter.text) == (
        "ivan@x.ru",
        "Иван",
        "Касса не работает",
        TEXT,
    )
    split = base64.b64encode("Касса".encode()[:5]).decode(), base64.b64encode("Касса".encode()[5:]).decode()
    assert header_text(f"=?utf-8?B?{split[0]}?= =?utf-8?B?{split[1]}?=") == "Касса"
    assert "\n" not in header_text("=?utf-8?Q?a=0D=0ABcc:_all@x.ru?=")


def test_threads_files_and_html_are_found():
    body = (
        b"Message-ID: <m@x>\r\nIn-Reply-To: <b@x>\r\nReferences: <a@x>\r\n <b@x>\r\n"
        b"Content-Type: multipart/mixed; boundary=a\r\n\r\n"
        b"--a\r\nContent-Type: text/html; charset=windows-1251\r\n\r\n<b>"
        + TEXT.encode("cp1251")
        + b"</b><script>alert(1)</script>\r\n--a\r\nContent-Type: application/octet-stream;"
        b' name="../../etc/passwd"\r\n\r\nx\r\n--a\r\nContent-Disposition: attachment;'
        b" filename*=utf-8''%D0%A7%D0%B5%D0%BA.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\nJVBERi0=\r\n--a--"
    )
    letter = read(HEAD + body, LIMITS)
    assert letter.text == TEXT and letter.letter_id == "<m@x>" and letter.answers == ["<b@x>", "<a@x>"]
    assert [(file.name, file.data) for file in letter.files] == [("../../etc/passwd", b"x"), ("Чек.pdf", b"%PDF-")]


@pytest.mark.parametrize("sender", ["a@b.ru, c@d.ru", "", "undisclosed", "<script>@x", "a@b.ru\r\nFrom: c@d.ru"])
def test_a_sender_that_could_be_somebody_else_is_none(sender):
    assert read(f"From: {sender}\r\nSubject: x\r\n\r\nhi".encode(), LIMITS).sender == ""


def test_an_address_in_a_name_is_only_a_name():
    letter = read(b'From: "boss@bank.ru" <ivan@x.ru>\r\n\r\nhi', LIMITS)
    assert (letter.sender, letter.sender_name) == ("ivan@x.ru", "boss@bank.ru")


def _nested(depth):
    data = HEAD
    for number in range(depth):
        data += b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (number, number)
    return data + b"\r\nx"


BOMBS = {
    "nothing": b"",
    "noise": b"\x00\xff" * 1000,
    "parts": HEAD
    + b"Content-Type: multipart/mixed; boundary=a\r\n\r\n"
    + b"--a\r\nContent-Type: text/plain\r\n\r\nx\r\n" * 400,
    "depth": _nested(100),
    "more depth than Python has": _nested(250),
    "header": HEAD + b"Subject: " + b"x" * 500_000 + b"\r\n\r\nhi",
}


@pytest.mark.parametrize("name", BOMBS)
@pytest.mark.timeout(60)
def test_a_bomb_is_unreadable_and_harmless(name):
    with pytest.raises(Unreadable):
        read(BOMBS[name], LIMITS)


@settings(max_examples=150, deadline=None)
@given(
    st.binary(max_size=400), st.sampled_from(["From", "Subject", "Content-Type", "References", "Content-Disposition"])
)
def test_whatever_comes_is_read_or_refused(data, header):
    try:
        letter = read(HEAD + header.encode() + b": " + data + b"\r\n\r\n" + data, LIMITS)
    except Unreadable:
        return
    told = letter.text + letter.subject + letter.sender_name
    told.encode()
    assert "\x00" not in told and "\n" not in letter.subject


@pytest.mark.parametrize("line_end", [b"\r\n", b"\r"])
@pytest.mark.parametrize("header", [b"Content-Type: text/plain; name", b"Content-Disposition: attachment; filename"])
def test_parameters_without_end_are_refused_before_they_are_parsed(header, line_end):
    # Parsed they take minutes: each semicolon within quotes is looked at with all that stand before it.
    data = b"From: a@b.ru" + line_end + header + b'="' + b";" * 200_000 + line_end * 2 + b"text"
    with pytest.raises(Unreadable, match="too long"):
        read(data, LIMITS)


def test_the_charset_of_a_long_text_is_told_by_its_beginning():
    text = "Здравствуйте, не работает касса. " * 100_000
    assert guess(text.encode("cp1251")) == text


def test_prefixes_of_answers_go():
    assert subject_without_prefixes("Re: Отв: RE[2]: Fwd: Касса: ремонт") == "Касса: ремонт"
