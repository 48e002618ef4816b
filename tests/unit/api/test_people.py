"""Rights, one-time passwords, what directories and requests are turned into, limits by address."""

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.accounts.rights import CATALOGUE, lacking, unknown
from api.audit.masking import masked
from api.auth import totp
from api.directories.mapping import email_of, login_of, place_of
from api.directories.model import Person, RoleRule
from api.invitations import texts
from api.mail.service import pause
from api.web.limits import Buckets, Proxies
from engine.core.errors import ConfigError
from tests.unit.api.test_tokens import NOW

# RFC 6238, appendix B: seconds since 1970 and the last six digits of the code by SHA-1.
RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
RFC_CODES = [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")]


@pytest.mark.parametrize(("seconds", "code"), RFC_CODES)
@pytest.mark.feature("F-ADM-11")
def test_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    assert totp.code_at(RFC_SECRET, seconds // totp.PERIOD) == code


def test_a_code_fits_its_period_and_the_two_beside_it() -> None:
    secret, step = totp.new_secret(), totp.step_of(NOW)
    for distance, fits in ((-2, False), (-1, True), (0, True), (1, True), (2, False)):
        code = totp.code_at(secret, step + distance)
        assert (totp.matching_step(secret, f"{code[:3]} {code[3:]}", NOW) == step + distance) is fits
    assert totp.matching_step(secret, "кодик", NOW) is None


def test_recovery_codes_differ_and_are_read_as_people_type_them() -> None:
    codes = totp.new_recovery_codes()
    assert len(set(codes)) == 10
    typed = codes[0].upper().replace("-", " ")
    assert totp.hash_recovery_code(typed) == totp.hash_recovery_code(codes[0]) != totp.hash_recovery_code(codes[1])


def test_the_address_for_the_app_names_issuer_and_login() -> None:
    found = totp.uri("ABC", "anna@x", "PayLater CRM")
    assert found.startswith("otpauth://totp/PayLater%20CRM%3Aanna%40x?secret=ABC&issuer=PayLater%20CRM")


def test_nobody_gives_what_he_has_not_got() -> None:
    assert lacking(frozenset({"*"}), ["audit.read", "*"]) == []
    assert lacking(frozenset({"calls.read"}), ["calls.read", "audit.read"]) == ["audit.read"]
    assert lacking(frozenset({"calls.read"}), ["*"]) == ["*"]
    assert unknown(["calls.read", "calls.raed"]) == ["calls.raed"]


def test_every_right_has_words_in_both_languages() -> None:
    assert all(right.title and right.title_en for right in CATALOGUE)
    assert len({right.name for right in CATALOGUE}) == len(CATALOGUE)


def test_the_first_rule_that_fits_gives_the_role() -> None:
    partner = uuid4()
    rules = [RoleRule(group="cn=Boss,dc=x", role="admin"), RoleRule(group="ops", role="operator", partner_id=partner)]
    assert place_of(["OPS", "other"], rules, None) == ("operator", partner)
    assert place_of(["ops", "CN=boss,DC=x"], rules, None) == ("admin", None)
    assert place_of([], rules, "client") == ("client", None)
    assert place_of([], rules, None) is None


@given(st.text(max_size=200))
def test_any_name_in_a_directory_becomes_a_login(name: str) -> None:
    login = login_of(Person(subject="1", login=name, name="x", email=None, groups=[]))
    assert 1 <= len(login) <= 100 and login == login.lower() and " " not in login


def test_an_address_that_is_none_is_left_out() -> None:
    person = Person(subject="1", login="a", name="x", email="нет", groups=[])
    assert email_of(person) is None


def test_secrets_of_a_request_are_masked_at_any_depth() -> None:
    body = {"name": "x", "password": "p", "deep": [{"client_secret": "s", "code": "1"}], "note": "y" * 900}
    assert masked(body) == {
        "name": "x",
        "password": "***",
        "deep": [{"client_secret": "***", "code": "***"}],
        "note": "y" * 500 + "...",
    }


def test_a_name_brings_no_lines_into_a_letter() -> None:
    _, text = texts.letter("reset", "en", name="A\n\nhttp://evil", login="a", link="L", until="now")
    assert "\nhttp://evil" not in text and "\nL\n" in text


def test_letters_are_tried_again_later_and_later() -> None:
    assert [pause(attempts) for attempts in (1, 2, 3, 7, 20)] == [60, 120, 240, 3600, 3600]


def test_a_bucket_empties_and_fills_again() -> None:
    buckets = Buckets({"form": 6})
    assert [buckets.take("form", "a", 0.0) for _ in range(6)] == [0] * 6
    assert buckets.take("form", "a", 0.0) == 10
    assert buckets.take("form", "b", 0.0) == 0
    assert buckets.take("form", "a", 10.0) == 0
    assert buckets.take("form", "a", 10.0) > 0


def test_a_home_with_many_addresses_of_version_six_is_one_client() -> None:
    buckets = Buckets({"form": 1})
    assert buckets.take("form", "2001:db8::1", 0.0) == 0
    assert buckets.take("form", "2001:db8::2", 0.0) > 0


def test_only_a_trusted_proxy_is_believed() -> None:
    proxies = Proxies("10.0.0.0/8, 127.0.0.1/32")
    assert proxies.client("10.1.1.1", "1.1.1.1, 5.5.5.5, 10.2.2.2") == "5.5.5.5"
    assert proxies.client("6.6.6.6", "1.1.1.1") == "6.6.6.6"
    assert proxies.client("127.0.0.1", "rubbish") == "127.0.0.1"
    assert Proxies("").client("127.0.0.1", "1.1.1.1") == "127.0.0.1"
    with pytest.raises(ConfigError, match="trusted_proxies"):
        Proxies("somewhere")
