"""What a caller writes into the number or the caller id reaches no application as anything but digits."""

import uuid

import pytest

from tests.integration.dialplan.conftest import Node
from tests.integration.dialplan.probe import invite

pytestmark = pytest.mark.feature("F-PBX-24", "F-PBX-25")
DID = "74950000001"


@pytest.mark.parametrize(
    "user",
    [
        "7495%2C1%2Cx",
        "7495,s,1",
        "7495)%20n(",
        "7495$%7BSHELL(id)%7D",
        "7495%24%5B1%2B1%5D",
        "7495%26PJSIP%2F101",
        "7495%0d%0aX-Evil:%201",
        "7495%22%7D%5D",
        "7495%5C%3B",
        "%2B7495'--",
        "7" * 60,
        "7495/../../x",
    ],
)
def test_a_number_with_anything_but_digits_is_refused(node: Node, user: str) -> None:
    answers = invite(node.address, user)
    assert answers, "no answer at all"
    assert int(answers[-1].split()[1]) in (400, 404, 484)
    assert "running" in node.console("core show sysinfo").lower() or "Asterisk" in node.console("core show version")


@pytest.mark.parametrize("user", ["s", "h", "T", "abc", "fallback", "shed"])
def test_special_extensions_cannot_be_dialled(node: Node, user: str) -> None:
    assert int(invite(node.address, user)[-1].split()[1]) == 404


@pytest.mark.parametrize(
    "name",
    [
        '"${SHELL(touch /tmp/x)}" <sip:$%7BDB(a/b)%7D@127.0.0.1>',
        '"a\\" , b, c" <sip:1,2,3@127.0.0.1>',
        '"$[1/0]" <sip:%24%5B1%2F0%5D@127.0.0.1>',
        '"x\';drop table calls" <sip:79%26PJSIP%2F101@127.0.0.1>',
        "<sip:)(}{][@127.0.0.1>",
        "<sip:@127.0.0.1>",
        "<sip:127.0.0.1>",
        '"' + "a" * 2000 + '" <sip:' + "9" * 300 + "@127.0.0.1>",
    ],
)
def test_a_hostile_caller_id_does_no_harm(node: Node, name: str) -> None:
    key = uuid.uuid4().hex[:8]
    node.put("language", "canary", key)
    answers = invite(node.address, DID, name)
    if answers:  # SIP that is not well-formed may be dropped without an answer
        assert int(answers[-1].split()[1]) in (200, 400, 416)
    assert key in node.console("database get language canary")
    assert invite(node.address, DID)[-1].startswith("SIP/2.0 200")
