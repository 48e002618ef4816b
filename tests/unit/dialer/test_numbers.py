"""Which of our numbers a client sees."""

from uuid import UUID, uuid4

import pytest

from engine.dialer.campaign import CampaignSettings
from engine.dialer.numbers import shown_number
from engine.routing.model import Number, ToHangup
from engine.routing.table import RoutingTable

pytestmark = pytest.mark.feature("F-DIAL-12")
OURS = ("74950000001", "78120000001", "73430000001")
TABLE = RoutingTable(
    numbers={
        n: Number(id=UUID(int=i), number=n, name=n, language="ru", destination=ToHangup()) for i, n in enumerate(OURS)
    }
)
LEADS = [uuid4() for _ in range(200)]


def shown(
    rule: str, lead: UUID = LEADS[0], address: str = "79160000000", turn: int = 0, ids: tuple[str, ...] = OURS
) -> str:
    settings = CampaignSettings(caller_ids=ids, caller_id_rule=rule)  # type: ignore[arg-type]
    return shown_number(TABLE, settings, lead, address, turn)


def test_numbers_take_turns() -> None:
    assert [shown("rotate", turn=turn) for turn in range(4)] == [*OURS, OURS[0]]


def test_a_lead_sees_the_same_number_also_when_another_goes() -> None:
    before = {lead: shown("sticky", lead) for lead in LEADS}
    assert set(before.values()) == set(OURS)
    fewer = {lead: shown("sticky", lead, ids=OURS[:2]) for lead in LEADS}
    assert all(fewer[lead] == number for lead, number in before.items() if number != OURS[2])


def test_the_nearest_number_is_shown_in_each_region() -> None:
    assert shown("region", address="78121112233") == "78120000001"
    assert shown("region", address="73431112233") == "73430000001"
    assert {shown("region", lead, address="4930123456") for lead in LEADS} == set(OURS)


def test_only_ours_are_shown() -> None:
    assert shown("rotate", ids=("74959999999", OURS[1])) == OURS[1]
    assert shown("sticky", ids=("74959999999",)) == ""
