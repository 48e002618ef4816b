"""A node that is full turns new calls away before the engine hears of them."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.integration.dialplan.conftest import Node
from tests.integration.dialplan.probe import invite
from tools.softphone.call import CallFailed

DID = "74950000001"
pytestmark = pytest.mark.feature("F-PBX-24")


@pytest.mark.parametrize(("action", "status", "cause"), [("congestion", 503, 42), ("busy", 486, 17)])
async def test_all_new_calls_are_turned_away_at_once(
    node: Node, trunk: Callable[..., Any], action: str, status: int, cause: int
) -> None:
    node.console("dialplan set global PL_SHED 100")
    node.console(f"dialplan set global PL_SHED_ACTION {action}")
    with pytest.raises(CallFailed) as refused:
        await (await trunk("79161000001")).call(DID, timeout=3.0)
    assert refused.value.status == status
    row = await node.record("79161000001")
    assert (row.served, row.hangup_cause, row.number, row.context) == ("shed", cause, DID, "from-trunk")


def test_the_503_names_its_cause(node: Node) -> None:
    node.console("dialplan set global PL_SHED 100")
    answer = invite(node.address, DID)[-1]
    assert answer.startswith("SIP/2.0 503")
    assert "Reason: Q.850;cause=42" in answer


def test_about_the_share_is_turned_away(node: Node) -> None:
    node.console("dialplan set global PL_SHED 50")
    turned_away = sum(invite(node.address, DID, cancel=True)[-1].startswith("SIP/2.0 503") for _ in range(40))
    assert 8 <= turned_away <= 32


def test_a_reload_keeps_the_share(node: Node) -> None:
    node.console("dialplan set global PL_SHED 100")
    node.console("dialplan reload")
    assert invite(node.address, DID)[-1].startswith("SIP/2.0 503")
