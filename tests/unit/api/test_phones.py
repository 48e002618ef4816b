"""Phones in browsers: whose name a SIP message bears, how many may come, TURN passwords, addresses that are offered."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.phones.model import IceServer
from api.phones.proxy import BURST_SECONDS, Pace
from api.phones.service import ice_servers
from api.phones.sip import is_foreign
from engine.asterisk import addresses
from engine.asterisk.model import BROWSER_CODECS, browser_codecs
from engine.core.config import Settings
from engine.core.errors import ConfigError

pytestmark = pytest.mark.feature("F-PBX-24")
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def request(sender: str, to: str = "<sip:102@x>", method: str = "INVITE", header: str = "From") -> bytes:
    return f"{method} sip:102@x SIP/2.0\r\nVia: SIP/2.0/WS a\r\n{header}: {sender}\r\nTo: {to}\r\n\r\nv=0\r\n".encode()


@pytest.mark.parametrize(
    "sender",
    ["<sip:201@x>;tag=1", '"Anna <b>" <sip:201@x>;tag=1', "sip:201@x;tag=1", "<sips:201@x:5061;transport=ws>;tag=1"],
)
@pytest.mark.parametrize("header", ["From", "f", "FROM "])
def test_a_request_in_ones_own_name_passes(sender: str, header: str) -> None:
    assert not is_foreign(request(sender, header=header), "201")
    assert is_foreign(request(sender, header=header), "202")


@pytest.mark.parametrize(
    "message",
    [
        request("<sip:demo@x>;tag=1"),
        request("<sip:x>;tag=1"),
        request("<tel:201>;tag=1"),
        request('"<sip:201@x>" <sip:demo@x>;tag=1'),
        request('"a\\" <sip:201@x>" <sip:demo@x>;tag=1'),
        request("sip:201@x <sip:demo@x>;tag=1"),
        request("\r\n <sip:demo@x>;tag=1"),
        request("<sip:201@x>;tag=1").replace(b"To:", b"From: <sip:demo@x>\r\nTo:"),
        b"REGISTER sip:x SIP/2.0\r\nTo: <sip:201@x>\r\n\r\n",
        b"anything else\r\n\r\n",
    ],
)
def test_nothing_is_begun_in_another_name(message: bytes) -> None:
    assert is_foreign(message, "201")


@pytest.mark.parametrize(
    "message",
    [
        b"SIP/2.0 200 OK\r\nFrom: <sip:102@x>;tag=1\r\nTo: <sip:201@x>;tag=2\r\n\r\n",
        request("<sip:abc@random.invalid>;tag=2", to="<sip:102@x>;tag=1", method="BYE"),
        b"\r\n\r\n",
        b"",
    ],
)
def test_answers_dialogs_and_keepalives_pass(message: bytes) -> None:
    assert not is_foreign(message, "201")


@given(st.lists(st.floats(0, 3), max_size=300), st.floats(1, 50))
def test_no_more_than_the_pace_allows_ever_pass(gaps: list[float], rate: float) -> None:
    pace, now, passed = Pace(rate, 0.0), 0.0, 0
    for gap in gaps:
        now += gap
        passed += pace.take(now)
        assert passed <= rate * (BURST_SECONDS + now) + 1e-6


def test_turn_passwords_are_those_that_a_turn_server_expects() -> None:
    settings = Settings(stun_urls="stun:a:1, stun:b:2", turn_urls="turn:c:3", turn_secret="shared", turn_seconds=60)
    stun, turn = ice_servers(settings, "201", NOW)
    assert stun == IceServer(urls=["stun:a:1", "stun:b:2"])
    assert turn.username == f"{int(NOW.timestamp()) + 60}:201"
    digest = hmac.new(b"shared", turn.username.encode(), hashlib.sha1).digest()
    assert turn.credential == base64.b64encode(digest).decode()
    assert ice_servers(Settings(), "201", NOW) == []


def test_a_browser_is_offered_codecs_that_it_knows() -> None:
    assert browser_codecs(["gsm", "alaw", "opus"]) == ("alaw", "opus")
    assert browser_codecs(["gsm"]) == BROWSER_CODECS


def test_browsers_are_told_the_public_address_where_the_machine_does_not_have_it(tmp_path: Path) -> None:
    own = addresses.own_addresses()
    assert addresses.candidates(Settings(var=tmp_path)) == dict.fromkeys(own, "127.0.0.1")
    assert addresses.candidates(Settings(public_host="203.0.113.7")) == dict.fromkeys(own, "203.0.113.7")
    assert addresses.candidates(Settings(public_host="pbx.example.net")) == {}
    assert addresses.candidates(Settings(public_host="0.0.0.0")) == {}
    for address in own[:1]:
        assert addresses.candidates(Settings(public_host=address)) == {}
    given_ones = Settings(ice_host_candidates="10.0.0.5=203.0.113.7, fd00::1=2001:db8::1")
    assert addresses.candidates(given_ones) == {"10.0.0.5": "203.0.113.7", "fd00::1": "2001:db8::1"}
    with pytest.raises(ConfigError, match="no pair like"):
        addresses.candidates(Settings(ice_host_candidates="10.0.0.5"))
