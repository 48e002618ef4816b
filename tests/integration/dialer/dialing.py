"""A process that dials a campaign's leads as fast as it can, until it is killed or all are done.

Arguments: the database, the journal's folder, the campaign, a file that stands for the network: a line for each dial.
"""

import asyncio
import os
import random
import sys
from pathlib import Path
from uuid import UUID

from engine.core import db
from engine.core.config import Settings
from engine.dialer.outcomes import Outcome
from tests.integration.dialer.house import Desk, House


async def main(dsn: str, folder: str, campaign_id: str, network: str) -> None:
    pool = await db.create_pool(Settings(database_dsn=dsn))
    desk = Desk(pool)
    campaign = await desk.read(UUID(campaign_id))
    house = await (await House(pool, Path(folder)).start(campaign)).filled()
    writing = asyncio.create_task(house.writer.run())
    wire = os.open(network, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    working = [asyncio.create_task(house.leads.run())]
    while (await desk.states(campaign.id)).keys() != {"done"}:
        claim = house.leads.take(campaign.id)
        if claim is None:
            await asyncio.sleep(0.02)
            continue
        if await house.leads.begin(claim) is None:
            os.write(wire, f"{claim.attempt_id} {claim.lead_id}\n".encode())
            await asyncio.sleep(random.choice((0.0, 0.002)))
            house.end(claim, random.choice((Outcome.TALKED, Outcome.TALKED, Outcome.BUSY)))
        else:
            await house.leads.give_back(claim)
    await house.flush()
    for task in (writing, *working):
        task.cancel()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
