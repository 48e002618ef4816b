"""The look-ups as a real Asterisk asks them."""

import base64
import time
from collections.abc import Iterator
from urllib.parse import urlencode
from urllib.request import Request, urlopen
from uuid import UUID

import msgspec
import pytest

from engine.agi.server import AgiServer, start
from engine.routing.blacklist import Blacklist
from engine.routing.model import BlacklistEntry, Extension, Number, SpeedDial, ToExtension, ToHangup
from engine.routing.table import RoutingTable
from tools.stack.stand import AsteriskStand

pytestmark = pytest.mark.feature("F-PBX-25")
TABLE = RoutingTable(
    numbers={
        "74951234567": Number(
            id=UUID(int=1),
            number="74951234567",
            name="n",
            language="en",
            destination=ToHangup(),
            fallback_extension="101",
        )
    },
    extensions={"101": Extension(id=UUID(int=2), number="101", name="A")},
    speed_dials={"*1": SpeedDial(id=UUID(int=3), code="*1", name="s", destination=ToExtension(number="101"))},
    blacklist=Blacklist([BlacklistEntry(id=UUID(int=4), pattern="7999", kind="prefix")]),
)
DIALPLAN = """
[look-up]
exten => s,1,Set(AGIEXITONHANGUP=yes)
 same => n,AGI(agi://127.0.0.1:{port}/{script},{arguments})
 same => n,Set(DB(lookup/answer)=${{AGISTATUS}}|{values})
 same => n,Hangup()
"""


@pytest.fixture
def server(asterisk: AsteriskStand) -> Iterator[AgiServer]:
    server = start(msgspec.structs.replace(asterisk.settings, agi_port=0), lambda: TABLE)
    yield server
    server.close()


def ask(asterisk: AsteriskStand, port: int, script: str, arguments: str, *names: str) -> list[str]:
    """AGISTATUS and the variables ``names`` after the look-up."""
    values = "|".join(f"${{{name}}}" for name in names)
    asterisk.write_dialplan(DIALPLAN.format(port=port, script=script, arguments=arguments, values=values))
    asterisk.console("database del lookup answer")
    settings = asterisk.settings
    query = urlencode({"endpoint": "Local/s@look-up", "context": "look-up", "extension": "none", "priority": 1})
    key = base64.b64encode(f"{settings.ari_user}:{settings.ari_password}".encode()).decode()
    request = Request(f"{settings.ari_url}/channels?{query}", method="POST", headers={"Authorization": f"Basic {key}"})
    urlopen(request, timeout=5).close()
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        answer = asterisk.console("database get lookup answer")
        if "Value:" in answer:
            return answer.split("Value:", 1)[1].strip().split("|")
        time.sleep(0.1)
    raise AssertionError(f"no answer: {answer}")


def test_the_dialplan_gets_its_answers(asterisk: AsteriskStand, server: AgiServer) -> None:
    port = server.port
    assert ask(
        asterisk,
        port,
        "fallback",
        "74951234567,79160000000",
        "PL_FALLBACK_KIND",
        "PL_TARGET",
        "PL_LANGUAGE",
        "PL_BLACKLISTED",
    ) == ["SUCCESS", "extension", "101", "en", "0"]
    assert ask(asterisk, port, "blacklist", "1,79990000000", "PL_BLACKLISTED") == ["SUCCESS", "1"]
    assert ask(asterisk, port, "short", "*1,102", "PL_SHORT_KIND", "PL_TARGET") == ["SUCCESS", "extension", "101"]
    assert ask(asterisk, port, "schedule", "74951234567,1", "PL_OPEN") == ["SUCCESS", "1"]


def test_a_server_that_is_away_is_told_by_the_status(asterisk: AsteriskStand, server: AgiServer) -> None:
    server.close()
    assert ask(asterisk, server.port, "fallback", "1,2", "PL_TARGET") == ["FAILURE", ""]
