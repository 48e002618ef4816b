"""kill -9 of a dialling process, again and again: no attempt has two calls, no lead is forgotten."""

import asyncio
import signal
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.integration.dialer.house import Desk, settings

pytestmark = pytest.mark.feature("F-DIAL-05", "F-DIAL-13")
KILLS, LEADS, PATIENCE_S = 2, 80, 60.0


async def test_killed_in_the_middle_of_dialling_again_and_again(
    pool: Any, database: str, desk: Desk, tmp_path: Path
) -> None:
    again = [{"outcome": name, "interval_s": 0, "attempts": 50} for name in ("busy", "interrupted")]
    caps = {"total": 100, "day": 100, "interval_s": 0}
    campaign = await desk.campaign(
        [await desk.leads(LEADS)],
        settings(retries=again, caps=caps, chain=[{"attempts": 100}], pacing={"calls_per_s": 20}),
    )
    network = tmp_path / "network"
    network.touch()
    arguments = (
        "-m",
        "tests.integration.dialer.dialing",
        database,
        str(tmp_path / "spool"),
        str(campaign.id),
        str(network),
    )
    for number in range(KILLS + 1):
        before = network.stat().st_size
        process = await asyncio.create_subprocess_exec(sys.executable, *arguments)
        if number < KILLS:
            async with asyncio.timeout(PATIENCE_S):
                while network.stat().st_size < before + 73 * 20 and process.returncode is None:
                    await asyncio.sleep(0.01)
            if process.returncode is None:
                process.send_signal(signal.SIGKILL)
        async with asyncio.timeout(PATIENCE_S):
            await process.wait()
    assert process.returncode == 0
    lines = [line.split() for line in network.read_text(encoding="utf-8").splitlines()]
    assert max(Counter(attempt for attempt, _ in lines).values()) == 1, "an attempt was dialled twice"
    rows = await pool.fetch("select id, lead_id, outcome from dial_attempts")
    assert all(row["outcome"] is not None for row in rows)
    known = {str(row["id"]): row for row in rows}
    assert all(attempt in known for attempt, _ in lines), "a dial without its attempt"
    undialled = [row for attempt, row in known.items() if attempt not in {one for one, _ in lines}]
    assert {row["outcome"] for row in undialled} <= {"interrupted"}
    talked = Counter(row["lead_id"] for row in rows if row["outcome"] == "talked")
    assert len(talked) == LEADS and set(talked.values()) == {1}
    assert await desk.states(campaign.id) == {"done": LEADS}
    counted = await pool.fetchval("select sum(attempts) from campaign_leads")
    assert counted == len(rows)
