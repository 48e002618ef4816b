"""Webhooks: signatures, pauses, what becomes of a delivery, addresses that may be sent to."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.webhooks import addresses, signature
from api.webhooks.backoff import Limits, Verdict, after_failure, pause, verdict
from engine.core.errors import ConfigError

pytestmark = pytest.mark.feature("F-DIAL-17")
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
LIMITS = Limits(pause_s=5, pause_max_s=600, hours=72, refusals=40)


def test_a_signature_is_what_a_receiver_would_reckon() -> None:
    # Reckoned with `printf '1000.{"a":1}' | openssl dgst -sha256 -hmac whsec_x`.
    made = signature.header(["whsec_x"], 1000, b'{"a":1}')
    assert made == "t=1000,v1=8e34e23174d8364a4b53cfafdf794866781da3c798cb1437af1ff66b34777988"
    assert signature.fits(made, "whsec_x", b'{"a":1}', 1200)
    assert not signature.fits(made, "whsec_x", b'{"a":2}', 1200)
    assert not signature.fits(made, "whsec_y", b'{"a":1}', 1200)
    assert not signature.fits(made, "whsec_x", b'{"a":1}', 1301), "too old: it may be a copy"
    both = signature.header(["new", "old"], 1000, b"x")
    assert signature.fits(both, "old", b"x", 1000) and signature.fits(both, "new", b"x", 1000)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=80))
def test_no_garbage_is_a_signature(value: str) -> None:
    assert not signature.fits(value, "whsec_x", b"{}", 1000)


def test_pauses_double_up_to_the_longest_and_differ() -> None:
    whole = [pause(n, LIMITS, 1.0) for n in range(1, 12)]
    assert whole == [5, 10, 20, 40, 80, 160, 320, 600, 600, 600, 600]
    assert all(pause(n, LIMITS, 0.0) == one / 2 for n, one in enumerate(whole, start=1))
    assert pause(10_000, LIMITS, 1.0) == 600


def test_who_is_away_is_waited_for_and_who_refuses_is_asked_some_times() -> None:
    assert {status: verdict(status) for status in (200, 204, 422, 400, 500, 503, 429, 404, 302, 401, None)} == {
        200: Verdict.DELIVERED, 204: Verdict.DELIVERED, 422: Verdict.REFUSED, 400: Verdict.REFUSED,
        500: Verdict.AWAY, 503: Verdict.AWAY, 429: Verdict.AWAY, 404: Verdict.AWAY, 302: Verdict.AWAY,
        401: Verdict.AWAY, None: Verdict.AWAY,
    }  # fmt: skip
    young = after_failure(Verdict.AWAY, 5000, 0, NOW - timedelta(hours=71), NOW, LIMITS, 0.5)
    assert young.at is not None and young.refusals == 0
    assert after_failure(Verdict.AWAY, 1, 0, NOW - timedelta(hours=72), NOW, LIMITS, 0.5).at is None
    assert after_failure(Verdict.REFUSED, 39, 38, NOW, NOW, LIMITS, 0.5).at is not None
    assert after_failure(Verdict.REFUSED, 40, 39, NOW, NOW, LIMITS, 0.5).at is None


def test_the_settings_as_they_come_outlive_a_night_of_refusals_and_days_of_outage() -> None:
    """An hour is what must be survived; the pauses up to the last refusal take about six."""
    pauses = [pause(n, LIMITS, 0.0) for n in range(1, LIMITS.refusals)]
    assert sum(pauses) > 2.5 * 3600 and LIMITS.hours >= 24
    assert all(one <= other for one, other in pairwise(pauses))


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "192.168.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1", "::1", "fe80::1",
     "fc00::1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::", "255.255.255.255", "garbage"],
)  # fmt: skip
def test_addresses_of_the_inside_are_no_public_ones(address: str) -> None:
    assert not addresses.allowed(address, ())


def test_public_addresses_and_named_networks_may_be_sent_to() -> None:
    assert addresses.allowed("93.184.215.14", ()) and addresses.allowed("2606:2800:21f:cb07::1", ())
    inside = addresses.networks("10.20.0.0/16, fd00::/8")
    assert addresses.allowed("10.20.5.5", inside) and addresses.allowed("fd00::5", inside)
    assert addresses.allowed("::ffff:10.20.5.5", inside) and not addresses.allowed("10.21.0.1", inside)
    with pytest.raises(ConfigError, match="webhook_networks"):
        addresses.networks("10.20.0.0/33")
    assert addresses.refusal("https://crm.example.com/hook", ()) is None
    assert "public" in str(addresses.refusal("http://127.0.0.1/hook", ()))
    assert "password" in str(addresses.refusal("https://a:b@crm.example.com/hook", ()))
    assert addresses.refusal("ftp://crm.example.com", ()) and addresses.refusal("http://[", ())
