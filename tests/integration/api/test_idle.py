"""What an api does that nobody asks for anything."""

import asyncio

COUNTED = "select xact_commit + xact_rollback from pg_stat_database where datname = current_database()"
SECONDS, MOST = 4.0, 100


async def test_nobody_asks_and_the_database_is_left_alone(api, admin):
    """Workers sleep until there is news or something is due; none of them may be its own news."""
    await admin.get("/surveys")
    await asyncio.sleep(1.5)  # what began with the process is over, and told: statistics come once a second
    before = await api.db.fetchval(COUNTED)
    await asyncio.sleep(SECONDS)
    assert await api.db.fetchval(COUNTED) - before < MOST
