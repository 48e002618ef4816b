"""``desk``: lists, searches and analyses of a million requests of 2,000 companies, and new ones, through the HTTP API.

Each kind is asked in turn, each time by another client or with other words, and right after it the other arm: the bare
query that gives the same rows, without HTTP, sign-in, walls of rows and the columns that a screen needs besides.
"""

import asyncio
import random
import statistics
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Any, NamedTuple

import asyncpg

from tools.benchmarks import desk_intake as intake
from tools.benchmarks import desk_rows as rows
from tools.benchmarks.report import Report, percentile, ratio, spread

if TYPE_CHECKING:
    from tools.stack.stand import Api, Stack

LIMIT = 50
CLIENTS = (0, 1, 5, 40, 300, 1_000, 1_999)
"""Companies that ask, the largest first."""
_COMMON = ("терминал", "касса", "платежей", "сканер", "интернет", "накладной", "пароль")
_TYPOS = ("терминл", "кассса", "сканре", "интеренет", "накладнойй", "тирмнал", "пплатежйе", "накалдноф")


class Kind(NamedTuple):
    """One kind of request: which figure it counts for, and its two arms."""

    figure: str
    ours: Callable[[], Awaitable[Any]]
    bare: Callable[[], Awaitable[Any]]


class Asker:
    """Who asks, and the bare connection."""

    def __init__(self, staff: "Api", clients: dict[str, "Api"], db: Any) -> None:
        self._staff = staff
        self._clients = clients
        self._db = db
        self._chance = random.Random(11)
        self._account = ""

    def kinds(self) -> dict[str, Kind]:
        """All of them; the bare arm asks for the same client and words as ours did just before."""
        return {
            "list newest": Kind("list", self._list({}), self._bare_list("true")),
            "list line 2 by due": Kind(
                "list",
                self._list({"line": "2", "order": "due"}),
                self._bare_list("line = 2 and state <> 'closed'", "due_at, id"),
            ),
            "list overdue": Kind("list", self._list({"overdue": "true"}), self._bare_list("overdue_at is not null")),
            "list client": Kind("list", self._own({}), self._bare_own),
            "list child": Kind("list", self._own({}, child=True), self._bare_own),
            "search rare": Kind("search", self._search(lambda: rows.rare_word(self._chance)), self._bare_search),
            "search common": Kind("search", self._search(lambda: self._chance.choice(_COMMON)), self._bare_search),
            "search two": Kind(
                "search", self._search(lambda: " ".join(self._chance.sample(_COMMON, 2))), self._bare_search
            ),
            "search typo": Kind("search", self._search(lambda: self._chance.choice(_TYPOS)), self._bare_search),
            "search number": Kind(
                "search", self._search(lambda: str(100_001 + self._chance.randrange(5_000))), self._bare_search
            ),
            "search client": Kind("search", self._own({"q": ""}), self._bare_own_search),
            "analysis client": Kind("analysis", self._analysis(), self._bare_analysis),
            "analysis child": Kind("analysis", self._analysis(child=True), self._bare_analysis),
        }

    def _list(self, params: dict[str, str]) -> Callable[[], Awaitable[Any]]:
        return lambda: self._staff.get("/tickets", params={"limit": str(LIMIT), **params})

    def _search(self, word: Callable[[], str]) -> Callable[[], Awaitable[Any]]:
        async def ask() -> Any:
            self._word = word()
            return await self._staff.get("/tickets", params={"limit": str(LIMIT), "q": self._word})

        return ask

    def _client(self, child: bool) -> "Api":
        number = self._chance.choice(CLIENTS)
        self._account = f"account{number}"
        return self._clients[rows.client_login(number, child)]

    def _own(self, params: dict[str, str], child: bool = False) -> Callable[[], Awaitable[Any]]:
        async def ask() -> Any:
            given = dict(params)
            if "q" in given:
                given["q"] = self._word = self._chance.choice(_COMMON)
            return await self._client(child).get("/portal/tickets", params={"limit": str(LIMIT), **given})

        return ask

    def _analysis(self, child: bool = False) -> Callable[[], Awaitable[Any]]:
        return lambda: self._client(child).get("/portal/analysis")

    def _bare_list(self, where: str, order: str = "id desc") -> Callable[[], Awaitable[Any]]:
        return lambda: self._db.fetch(f"select * from tickets where {where} order by {order} limit {LIMIT}")

    async def _bare_own(self) -> Any:
        query = f"select * from tickets where account_id = md5($1)::uuid order by id desc limit {LIMIT}"
        return await self._db.fetch(query, self._account)

    async def _bare_search(self) -> Any:
        query = f"""select t.* from ticket_words w join tickets t on t.id = w.ticket_id
            where w.words @@ plainto_tsquery('russian', $1) order by w.number desc limit {LIMIT}"""
        return await self._db.fetch(query, self._word)

    async def _bare_own_search(self) -> Any:
        query = f"""select t.* from tickets t join ticket_words w on t.id = w.ticket_id
            where t.account_id = md5($2)::uuid and w.words @@ plainto_tsquery('russian', $1)
            order by t.id desc limit {LIMIT}"""
        return await self._db.fetch(query, self._word, self._account)

    async def _bare_analysis(self) -> Any:
        query = """select count(*), count(closed_at), avg(first_response_at - created_at),
                count(*) filter (where created_at > date_trunc('week', now())),
                count(*) filter (where created_at > now() - interval '6 months')
            from tickets where account_id = md5($1)::uuid"""
        return await self._db.fetch(query, self._account)


async def run(quick: bool) -> Report:
    from tools.stack.stand import Stack

    tickets, rounds = (4_000, 2) if quick else (1_000_000, 25)
    quiet = {"PAYLATER_LOG_LEVEL": "warning", "PAYLATER_ACCESS_TOKEN_SECONDS": "3600"}
    stack = Stack("postgres,api", env={**quiet, "PAYLATER_LIMIT_SIGN_IN_PER_MINUTE": "100"})
    try:
        await asyncio.to_thread(stack.open)
        db = await asyncpg.connect(stack.settings.database_dsn)
        began = time.perf_counter()
        await rows.fill(db, tickets)
        filled = time.perf_counter() - began
        facts = await db.fetchrow(
            "select (select count(*) from tickets) as tickets, (select max(n) from (select count(*) as n from tickets"
            " group by account_id) k) as largest_client, pg_total_relation_size('tickets') / 1000000 as mb"
        )
        ours, bare, figures = await _measure(stack, db, rounds)
        posted, inserted = await intake.measure(stack, 2 if quick else 8, 5 if quick else 25)
        await db.close()
    finally:
        await asyncio.to_thread(stack.close)
    told: dict[str, Any] = {}
    for figure in ("list", "search", "analysis"):
        mine = [value for name, values in ours.items() if figures[name] == figure for value in values]
        other = [value for name, values in bare.items() if figures[name] == figure for value in values]
        told[f"{figure}_p95_ms"] = round(percentile(mine, 0.95), 2)
        told[f"{figure}_ratio"] = ratio(mine, other)["ratio"]
    told["intake_per_s"] = round(statistics.fmean(posted), 1)
    told["intake_ratio"] = ratio(inserted, posted)["ratio"]
    return Report(
        name="desk",
        figures=told,
        arms={
            **{name: {"p95": round(percentile(ours[name], 0.95), 2), **spread(ours[name])} for name in ours},
            **{f"{name}, bare": {"p95": round(percentile(bare[name], 0.95), 2), **spread(bare[name])} for name in bare},
            "intake": spread(posted),
            "intake, bare": spread(inserted),
            "rows": {**dict(facts), "filled_s": round(filled, 1)},
        },
        rounds=rounds,
        reach={"list_p95_ms": "< 100", "search_p95_ms": "< 100", "analysis_p95_ms": "< 100"},
    )


async def _measure(
    stack: "Stack", db: Any, rounds: int
) -> tuple[dict[str, list[float]], dict[str, list[float]], dict[str, str]]:
    """Milliseconds of both arms of each kind, and which figure a kind counts for."""
    async with AsyncExitStack() as opened:
        staff = await opened.enter_async_context(stack.api())
        logins = [rows.client_login(number, child) for number in CLIENTS for child in (False, True)]
        clients = {login: await opened.enter_async_context(stack.api(login, rows.PASSWORD)) for login in logins}
        kinds = Asker(staff, clients, db).kinds()
        ours: dict[str, list[float]] = {name: [] for name in kinds}
        bare: dict[str, list[float]] = {name: [] for name in kinds}
        for round_ in range(rounds + 1):
            for name, kind in kinds.items():
                for arm, taken in ((kind.ours, ours), (kind.bare, bare)):
                    began = time.perf_counter()
                    await arm()
                    if round_:  # the first one warms up
                        taken[name].append((time.perf_counter() - began) * 1000)
        return ours, bare, {name: kind.figure for name, kind in kinds.items()}
