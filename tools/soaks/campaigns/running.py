"""One campaign from its start to its end, with parts of the product killed in the middle, and its totals."""

import asyncio
import contextlib
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import asyncpg

from engine.dialer.campaign import Retry
from engine.dialer.outcomes import Mode
from tools.soaks.campaigns.behaviours import MIX, Kind
from tools.soaks.campaigns.customers import Customers
from tools.soaks.campaigns.laying import MOST_DIALS, RETRIES, Laid, Order, Team, lay_campaign, lay_team
from tools.soaks.campaigns.operators import Operators, keep_ready
from tools.soaks.campaigns.previewing import Previewing
from tools.soaks.campaigns.sounds import Sounds
from tools.soaks.campaigns.totals import Totals, totals
from tools.soaks.check import Findings, eventually, kill, server, trunk_reached
from tools.stack import demo_rows

if TYPE_CHECKING:
    from tools.stack.stand import Stack

KILLS = {"": (), "engine": ("engine",), "postgres": ("postgres",), "both": ("engine", "postgres")}
LOOK_S = 0.5
QUIET_S = 30.0
"""After its end a campaign makes no new calls; those that go on end within this time."""
_TROUBLE = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncio.TimeoutError)
_LEADS = (
    "select cl.*, c.address from campaign_leads cl join lead_contacts c on c.lead_id = cl.lead_id"
    " where cl.campaign_id = $1"
)
_BUSY = (
    "select status, sum(extract(epoch from upper(during * tstzrange($2, $3)) - lower(during * tstzrange($2, $3))))"
    " as seconds from presence_intervals where user_id = any($1) and during && tstzrange($2, $3) group by status"
)


@dataclass
class Wanted:
    """A soak's options: see ``tools/soak campaign --help``. ``limit_s`` may be lowered while it runs."""

    leads: int = 2000
    agents: int = 20
    modes: Sequence[Mode] = (Mode.PREDICTIVE,)
    speed: float = 5.0
    wrap_s: int = 1
    kill: str = ""
    detection: str = "off"
    limit_s: float = 3600.0
    mix: Mapping[Kind, float] = field(default_factory=lambda: MIX)
    retries: tuple[Retry, ...] = RETRIES


@dataclass
class Run:
    """A campaign that goes on: who takes part, and what was killed when."""

    stack: "Stack"
    wanted: Wanted
    mode: Mode
    findings: Findings
    customers: Customers
    operators: Operators
    team: Team
    laid: Laid
    faults: list[tuple[float, float]] = field(default_factory=list)

    async def left(self) -> int:
        """Leads that have not come to their end and may be called; -1 when nobody can tell now."""
        closed = list(self.laid.closed)
        query = (
            "select count(*) from lead_contacts c left join campaign_leads cl on cl.lead_id = c.lead_id and"
            " cl.campaign_id = $1 where c.list_id = $2 and c.address <> all($3) and cl.state is distinct from 'done'"
        )
        with contextlib.suppress(*_TROUBLE):
            async with self.stack.db() as db:
                return int(await db.fetchval(query, uuid.UUID(self.laid.id), uuid.UUID(self.laid.list_id), closed))
        return -1

    async def to_the_end(self) -> None:
        """Wait until every lead is done; kill what is to be killed on the way."""
        whole = len(self.laid.numbers) - len(self.laid.closed)
        kills = [(whole * (2 + 2 * n) // 6, name) for n, name in enumerate(reversed(KILLS[self.wanted.kill]))][::-1]
        began = time.monotonic()
        left = whole
        while left and time.monotonic() - began < self.wanted.limit_s:
            await asyncio.sleep(LOOK_S)
            now_left = await self.left()
            left = now_left if now_left >= 0 else left
            if kills and left <= kills[0][0]:
                await self._kill(kills.pop(0)[1])
        self.findings.want(not left, f"{left} leads of {whole} have not come to their end in {self.wanted.limit_s} s")
        self.findings.want(not kills, f"{kills} was to be killed and the campaign was over before")

    async def quiet(self) -> bool:
        """Whether no customer is in a call."""
        return not self.customers.lines

    async def _kill(self, name: str) -> None:
        began = time.time()
        self.findings.facts[f"{name}_away_s"] = await kill(self.stack, name)
        self.faults.append((began, time.time()))


async def campaigns(stack: "Stack", wanted: Wanted, told: Callable[[Mode, Findings], None]) -> Findings:
    """A campaign for each wanted mode, one after another, with the same team; each is ``told`` at its end."""
    findings = Findings("campaign")
    async with stack.api() as api:
        team = await lay_team(api, wanted.agents, wanted.wrap_s)
    for n, mode in enumerate(wanted.modes):
        one = await campaign(stack, team, mode, wanted, first=n * 20_000)
        told(mode, one)
        findings.problems += [f"{mode}: {problem}" for problem in one.problems]
        findings.facts[str(mode)] = one.facts
    return findings


async def campaign(stack: "Stack", team: Team, mode: Mode, wanted: Wanted, *, first: int = 0) -> Findings:
    """One campaign: laid, started, run to its end, finished, compared."""
    findings = Findings(f"campaign {mode}")
    async with contextlib.AsyncExitStack() as everything:
        api = await everything.enter_async_context(stack.api())
        operators = Operators(server(stack), team.passwords, speed=wanted.speed, seed=first + 1)
        port = stack.settings.port_base + demo_rows.NETWORK_PORT_OFFSET
        customers = Customers(
            server(stack),
            port,
            Sounds(stack.settings),
            speed=wanted.speed,
            menu=lambda _number: mode is Mode.ROBOCALL,
            talking=operators.talking,
        )
        operators.on_line = customers.answered
        await everything.enter_async_context(customers)
        if mode is not Mode.ROBOCALL:
            await everything.enter_async_context(operators)
            watch = asyncio.create_task(keep_ready(api, set(team.users.values())))
            everything.callback(watch.cancel)
        if mode is Mode.PREVIEW:
            await everything.enter_async_context(Previewing(stack, team))
        order = Order(mode, wanted.leads, first, wanted.detection, wanted.mix, wanted.retries)
        laid = await lay_campaign(stack, api, team, order)
        run = Run(stack, wanted, mode, findings, customers, operators, team, laid)
        findings.want(await trunk_reached(stack), "Asterisk does not reach the customers")
        began = time.time()
        await api.post(f"/campaigns/{laid.id}/start")
        await run.to_the_end()
        findings.facts["seconds"] = round(time.time() - began, 1)
        await api.post(f"/campaigns/{laid.id}/finish")
        quiet = await eventually(run.quiet, QUIET_S)
        findings.want(quiet, f"{customers.lines} customers are in a call {QUIET_S:g} s after the campaign's end")
        await _compare(run, began)
    return findings


async def _compare(run: Run, began: float) -> None:
    """All rows against all records, once the rows are written."""
    stack, campaign_id = run.stack, uuid.UUID(run.laid.id)

    async def written() -> bool:
        async with stack.db() as db:
            return not await db.fetchval(
                "select count(*) from dial_attempts where campaign_id = $1 and ended_at is null", campaign_id
            )

    await eventually(written, 20)
    users = [uuid.UUID(user) for user in run.team.users.values()]
    async with stack.db() as db:
        attempts = [
            dict(row) for row in await db.fetch("select * from dial_attempts where campaign_id = $1", campaign_id)
        ]
        leads = [dict(row) for row in await db.fetch(_LEADS, campaign_id)]
        span = "select to_timestamp($1), to_timestamp($2)"
        start, end = await db.fetchrow(span, began, began + run.findings.facts["seconds"])
        busy = {row["status"]: float(row["seconds"]) for row in await db.fetch(_BUSY, users, start, end)}
        calls = await db.fetch(
            "select a.id from dial_attempts a left join calls c on c.id = a.id and c.ended_at is not null"
            " where a.campaign_id = $1 and a.dialed_at is not null and a.channel = 'phone' and c.id is null",
            campaign_id,
        )
    found: Totals = totals(
        attempts,
        leads,
        list(run.customers.seen),
        run.operators.talks,
        run.team.extensions,
        faults=run.faults,
        closed=run.laid.closed,
        detects=run.wanted.detection != "off",
        robocall=run.mode is Mode.ROBOCALL,
        most=MOST_DIALS,
    )
    run.findings.problems += found.problems
    run.findings.facts |= found.facts
    run.findings.facts |= {"most_lines": run.customers.most, "occupancy": occupancy(busy)}
    run.findings.want(not calls, f"{len(calls)} attempts have no ended call in the history: {calls[:3]}")
    rung = run.operators.at_once
    run.findings.want(not rung, f"{rung} times an operator's phone was rung while it was in a call")


def occupancy(busy: dict[str, float]) -> float:
    """Share of the operators' time at work in which they talked or wrote down."""
    whole = sum(seconds for status, seconds in busy.items() if status not in ("away", "break"))
    return round((busy.get("on_call", 0.0) + busy.get("wrap_up", 0.0)) / whole, 3) if whole else 0.0
