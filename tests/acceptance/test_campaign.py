"""A campaign against simulated customers on real SIP: totals match what the customers saw, call by call."""

import pytest

from engine.dialer.outcomes import Mode
from tools.soaks.campaigns.behaviours import MIX, Kind
from tools.soaks.campaigns.laying import lay_team
from tools.soaks.campaigns.running import Wanted, campaign
from tools.stack.stand import Stack

PATIENT = {Kind.AWAY_ONCE, Kind.NO_ANSWER}
"""A phone that is let ring takes a quarter of a minute: ``tools/soak campaign`` has them."""
MIX_HERE = {kind: share for kind, share in MIX.items() if kind not in PATIENT}


@pytest.mark.timeout(150)
@pytest.mark.feature("F-DIAL-05", "F-DIAL-09", "F-DIAL-10c", "F-DIAL-13")
async def test_every_call_of_a_campaign_is_as_its_customers_saw_it(ready_stack: Stack) -> None:
    wanted = Wanted(leads=24, agents=6, speed=12, limit_s=90, mix=MIX_HERE)
    async with ready_stack.api() as api:
        team = await lay_team(api, wanted.agents)
    found = await campaign(ready_stack, team, Mode.PREDICTIVE, wanted)
    print(found.facts)
    found.raise_problems()
    assert found.facts["conversations"] >= 8
    assert found.facts["auto_answered"] == found.facts["conversations"]
    assert set(found.facts["outcomes"]) >= {"talked", "busy", "bad_number"}
