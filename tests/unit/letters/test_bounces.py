"""Notices of letters that were not delivered, as servers write them and as nobody should."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.letters.bounces import Bounce
from api.letters.reading import Limits, Unreadable, read

pytestmark = pytest.mark.feature("F-TKT-05")
LIMITS = Limits(parts=300, text=50_000)
REPORT = "Reporting-MTA: dns; mx.x.example\r\n\r\n"
FAILED = "Final-Recipient: rfc822; ivan@x.example\r\nAction: Failed\r\nStatus: 5.1.1\r\n"
DIAGNOSTIC = "Diagnostic-Code: smtp; 550 5.1.1 no such\r\n\tuser\r\n"
RETURNED = "Message-ID: <ticket-1@desk.example>\r\nSubject: x\r\n\r\nhi"
REASON = "550 5.1.1 no such user"


def notice(groups: str, returned: str = RETURNED, kind: str = "message/rfc822", report: str = "delivery-status"):
    parts = {"text/plain": "sorry", "message/delivery-status": groups, kind: returned}
    body = "".join(f"\r\n--b\r\nContent-Type: {name}\r\n\r\n{text}" for name, text in parts.items())
    head = f"From: mailer-daemon@x.example\r\nContent-Type: multipart/report; report-type={report}; boundary=b\r\n"
    try:
        return read(f"{head}{body}\r\n--b--\r\n".encode("utf-8", "surrogateescape"), LIMITS).bounce
    except Unreadable:
        return None


@pytest.mark.parametrize("kind", ["message/rfc822", "text/rfc822-headers"])
def test_who_was_not_reached_with_which_letter_and_why(kind):
    told = Bounce("<ticket-1@desk.example>", "ivan@x.example", "5.1.1", REASON)
    assert notice(REPORT + FAILED + DIAGNOSTIC, kind=kind) == told
    other = "Final-Recipient: rfc822; anna@x.example\r\nAction: delivered\r\nStatus: 2.0.0\r\n\r\n"
    assert notice(REPORT + other + FAILED + DIAGNOSTIC, kind=kind) == told
    alias = "Original-Recipient: rfc822;ivan@old.example\r\n"
    assert notice(REPORT + alias + FAILED + DIAGNOSTIC, kind=kind) == told._replace(recipient="ivan@old.example")
    assert notice(REPORT + FAILED, kind=kind) == told._replace(reason="5.1.1")
    assert notice(REPORT + FAILED, "Subject: x\r\n\r\nhi", kind=kind) == told._replace(reason="5.1.1", letter_id="")


def test_what_tells_of_no_failure_is_none():
    assert notice(REPORT + FAILED.replace("Failed", "delayed")) is None
    assert notice(REPORT + FAILED.replace("Failed", "relayed")) is None
    assert notice(REPORT) is None and notice("") is None
    assert notice(REPORT + FAILED, report="disposition-notification") is None


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=200), st.text(max_size=100), st.sampled_from(["message/rfc822", "text/rfc822-headers"]))
def test_whatever_it_holds_it_is_one_line_that_can_be_kept(groups, returned, kind):
    told = notice(REPORT + FAILED + "Diagnostic-Code: " + groups, "Message-ID: " + returned, kind)
    if told is not None:
        kept = json.dumps(told._asdict(), ensure_ascii=False)
        kept.encode()
        assert "\\u0000" not in kept and "\\n" not in kept and len(kept) < 1500
