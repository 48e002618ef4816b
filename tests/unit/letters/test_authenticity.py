"""What one's own mail server says of a letter's sender, and what strangers would have it say."""

import string
from itertools import cycle

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from api.letters.authenticity import Result, check, parse

pytestmark = pytest.mark.feature("F-TKT-05")
OWN, GOOD, BAD = "mx.desk.example", "good.example", "bad.example"


def verified(*headers: str, domain: str = GOOD) -> bool:
    return check(list(enumerate(headers)), OWN, domain).verified


@pytest.mark.parametrize(
    "found",
    [
        "dmarc=pass (p=none dis=none) header.from=good.example",
        "spf=pass smtp.mailfrom=bounces@bounce.good.example; dkim=fail",
        "DKIM=Pass (2048-bit key; unprotected) HEADER.D=Good.Example. header.i=@good.example header.b=a/b+c=",
        "dkim=pass header.i=@good.example",
        'dkim=pass reason="all; is (well" header.d="good.example"',
        "dkim=pass header.d=bad.example; dkim=pass header.d=good.example; dmarc=none header.from=good.example",
        'spf=pass smtp.mailfrom="a;b dkim=fail"@good.example; dmarc=temperror',
        "dkim (why not) / 1 (one (yay)) = (wait \\) for it) pass header (a) . (b) d (c) = (e) good.example",
    ],
)
def test_what_shows_that_a_sender_is_true(found):
    assert verified(f"{OWN}; {found}")
    assert verified(f" (by us)\r\n\t{OWN.upper()} 1 (\r\n v1) ;\r\n {found}")
    assert not verified(f"{OWN}; {found}", domain="another.example")
    assert not verified(f"mx.other.example; {found}"), "another server's word is anybody's"


@pytest.mark.parametrize(
    "found",
    [
        "none",
        "",
        "dmarc=fail header.from=good.example; dkim=pass header.d=good.example",
        "dmarc=pass",
        "dmarc=pass header.from=bad.example",
        "dmarc=pass header.from=good.example; dmarc=none header.from=good.example",
        "spf=softfail smtp.mailfrom=a@good.example; dkim=none",
        "spf=pass smtp.helo=good.example",
        "dkim=pass header.d=bad.example header.i=@good.example",
        "dkim=pass header.d=example",
        "dkim=pass header.d=evilgood.example; spf=pass smtp.mailfrom=good.example.bad.example",
        "dkim=passed header.d=good.example",
        "dkim=pass header.d=bad.example header.d=good.example",
        "dkim=pass header.d=good.example(.bad.example header.s=)x",
        "dkim=pass header.d=(.bad.example header.s=)good.example",
        "dkim=pass header.d=good.example'.bad.example",
        'spf=pass smtp.mailfrom="x dkim=pass header.d=good.example "@bad.example',
        'spf=pass smtp.mailfrom="; dkim=pass header.d=good.example; x"@bad.example',
        "spf=pass (of a; dkim=pass header.d=good.example) smtp.mailfrom=a@bad.example",
        'dkim=pass header.d=good.example reason="no end',
        "dkim=pass header.d=good.example (no end",
        "dkim=pass header.d=good.example \x00",
        "dkim/2=pass header.d=good.example",
    ],
)
def test_what_does_not(found):
    assert not verified(f"{OWN}; {found}")


def test_only_the_topmost_headers_of_the_own_server_count():
    spf, dkim = f"{OWN}; spf=none", f"{OWN}; dkim=pass header.d={GOOD}"
    assert verified("relay.example; spf=fail", spf, dkim), "headers of one server next to each other are one word"
    assert not check([(0, spf), (2, dkim)], OWN, GOOD).verified, "what stands apart came with the letter"
    assert not verified(spf, "mx.other.example; none", dkim)
    forged = f"{OWN}; dmarc=pass header.from={GOOD}; dkim=pass header.d={GOOD}; spf=pass smtp.mailfrom={GOOD}"
    assert verified(forged)
    for own in ("dmarc=none; dkim=none; spf=pass smtp.mailfrom=bad.example", "dmarc=fail header.from=good.example"):
        assert not verified(f"{OWN}; {own}", forged)
    assert not verified(f"{OWN}; spf=pass (made unreadable by a sender", forged)
    assert not verified(f"{OWN} 2; spf=pass", forged)
    assert not verified() and check([], OWN, GOOD).said == ""
    assert check([(4, f"{OWN}; spf=softfail; x-csa=none; dmarc=fail")], OWN, GOOD).said == "dmarc=fail, spf=softfail"


WORD = st.text(string.ascii_letters + string.digits + "-", min_size=1, max_size=12)
KEYWORD = st.from_regex(r"[a-z][a-z0-9]{0,8}", fullmatch=True)
ANY = st.text('abÿя ()\\"=;.\t', max_size=8)
COMMENT = ANY.map(lambda text: "(" + "".join("\\" + char if char in "()\\" else char for char in text) + ")")
SPACE = st.lists(st.one_of(COMMENT, st.sampled_from(["\r\n", "\t", "(a (b) c)"])), max_size=2).map(
    lambda parts: " " + "".join(f"{part} " for part in parts)
)
TEXT = st.text(st.characters(codec="ascii", min_codepoint=32, max_codepoint=126), max_size=9)


FOUND = st.tuples(
    KEYWORD,
    st.from_regex(r"[a-z]{1,9}", fullmatch=True),
    st.dictionaries(st.tuples(KEYWORD, KEYWORD), TEXT, max_size=3),
)


@settings(max_examples=100, deadline=None)
@given(st.lists(FOUND, max_size=3), st.lists(SPACE, min_size=1, max_size=5), st.booleans())
def test_whatever_a_server_writes_is_read_however_it_is_written(results, spaces, bare):
    """Spaces, comments, folds and quotes between all words, letters of any size."""
    words, expected = ["", OWN, ""], []
    for method, result, properties in results:
        words += [";", method, "=", result.upper(), ""]
        read = {}
        for (kind, name), value in properties.items():
            quoted = '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
            read[f"{kind}.{name}"] = value if value.isalnum() and bare else quoted
            words += [kind.upper(), ".", name, "=", read[f"{kind}.{name}"], ""]
        expected.append(Result(method, result, read))
    text = "".join(word + space for word, space in zip(words, cycle(spaces), strict=False))
    assert len(text) < 8_000 and parse(text) == (OWN, expected)


PIECES = ["dmarc=pass", "header.from=", "dkim=pass ", "header.d=", GOOD, f"{OWN}; "]
HOSTILE = st.lists(st.sampled_from([*"().,'\"\\=;@: \t\r\nab[]<>\x00", *PIECES]), max_size=30).map("".join)


@settings(max_examples=300, deadline=None)
@given(st.lists(HOSTILE, max_size=4))
@example(["(" * 5000, '"' + "\\" * 5000, ";" * 5000])
def test_nothing_that_comes_with_a_letter_changes_what_the_own_server_said(below):
    own = f"{OWN}; dmarc=none header.from={GOOD}; dkim=none; spf=pass smtp.mailfrom=x@{BAD}"
    assert not verified(own, *below)
    assert verified(f"{OWN}; dmarc=pass header.from={GOOD}", *below)
    for text in below:
        parse(text)


UNQUOTED = st.lists(st.sampled_from([*"()'\"\\=@:,.-ab/[]", GOOD]), max_size=12).map("".join)


@settings(max_examples=300, deadline=None)
@given(UNQUOTED, UNQUOTED, UNQUOTED)
@example(f"{GOOD}(", ")", "")
@example("(", f"){GOOD}", "")
@example(f'{GOOD}"', '"', "")
def test_domains_that_a_sender_chose_are_never_taken_for_another(domain, selector, user):
    """As servers write them that do not quote; a domain ends with what is really the sender's."""
    dkim = (
        f"dkim=pass (2048-bit key) header.d={domain}.{BAD} header.i=@{domain}.{BAD} header.s={selector}.sel header.b=ab"
    )
    assert not verified(f"{OWN}; {dkim}; spf=pass smtp.mailfrom={user}@{domain}.{BAD}; dmarc=none")


@given(WORD, WORD)
def test_a_result_is_told_as_it_stands(user, label):
    text = f"{OWN}; spf=pass smtp.mailfrom={user}@{label}.example"
    assert parse(text) == (OWN, [Result("spf", "pass", {"smtp.mailfrom": f"{user}@{label}.example"})])
