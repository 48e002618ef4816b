"""``search``: words and phrases in 100,000 transcripts, through the HTTP API with hits, seconds to jump to and marks.

Made-up calls (tools/benchmarks/spoken.py). Every kind of search is asked in turn, each time with other words: rare and
common words, phrases, beginnings, one side, filters, pages further on. The other arm is the same search by ``ilike``
over the stretches of speech, as it would be without an index.
"""

import asyncio
import random
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import asyncpg

from tools.benchmarks import spoken
from tools.benchmarks.report import Report, percentile, spread

if TYPE_CHECKING:
    from tools.stack.stand import Stack

Ask = dict[str, str]
LIMIT = 20
"""Rows of a page, as the panel asks."""


async def run(quick: bool) -> Report:
    from tools.stack.stand import Stack

    transcripts, rounds = (1500, 2) if quick else (100_000, 40)
    stack = Stack("postgres,api", env={"PAYLATER_LOG_LEVEL": "warning", "PAYLATER_ACCESS_TOKEN_SECONDS": "3600"})
    try:
        await asyncio.to_thread(stack.open)
        db = await asyncpg.connect(stack.settings.database_dsn)
        began = time.perf_counter()
        await spoken.fill(db, transcripts)
        filled = time.perf_counter() - began
        facts = await db.fetchrow(
            "select (select count(*) from transcripts) as transcripts, (select count(*) from transcript_segments) as"
            " segments, pg_total_relation_size('transcripts') / 1000000 as mb"
        )
        taken, hits = await _ask(stack, rounds)
        scans = [await _scan(db) for _ in range(1 if quick else 3)]
        await db.close()
    finally:
        await asyncio.to_thread(stack.close)
    everything = [value for values in taken.values() for value in values]
    return Report(
        name="search",
        figures={
            "p50_ms": round(percentile(everything, 0.5), 2),
            "p95_ms": round(percentile(everything, 0.95), 2),
            "worst_kind_p95_ms": round(max(percentile(values, 0.95) for values in taken.values()), 2),
        },
        arms={
            **{
                f"{name} ms": {"p95": round(percentile(values, 0.95), 2), **spread(values)}
                for name, values in taken.items()
            },
            "ilike ms": spread(scans),
            "found": hits,
            "rows": {**dict(facts), "filled_s": round(filled, 1)},
        },
        rounds=rounds,
        reach={"p95_ms": "< 50"},
    )


def kinds(chance: random.Random) -> dict[str, Callable[[], Ask]]:
    """Each kind of search, with words of its own every time."""
    language = "ru"
    now = datetime.now(UTC)

    def rare() -> str:
        return spoken.made_word(chance, language, 3)

    def of(*words: str) -> str:
        return chance.choice(words)

    common = ("здравствуйте", "пожалуйста", "спасибо", "номер", "зовут")
    usual = ("доставка", "возвраты", "договором", "оплатить", "роутера", "курьеры", "скидки", "refund", "courier")
    phrases = ("вернуть деньги", "расторгнуть договор", "не работает интернет", "money back", "служба доставки")
    return {
        "rare word": lambda: {"q": rare()},
        "common word": lambda: {"q": of(*common)},
        "usual word": lambda: {"q": of(*usual)},
        "two words": lambda: {"q": f"{of(*usual)} {of(*common)}"},
        "rare and common": lambda: {"q": f"{rare()} {of(*common)}"},
        "phrase": lambda: {"q": f'"{of(*phrases)}"'},
        "beginning": lambda: {"q": of("договор*", "жалова*", "доставк*", "refund*")},
        "side": lambda: {"q": of(*usual), "side": of("client", "operator")},
        "operator": lambda: {"q": of(*usual), "operator_id": _uuid("operator", chance.randrange(200))},
        "queue and days": lambda: {
            "q": of(*usual),
            "queue_id": _uuid("queue", chance.randrange(10)),
            "from": (now - timedelta(days=60)).isoformat(),
            "to": (now - timedelta(days=chance.randrange(20, 50))).isoformat(),
        },
        "number": lambda: {"q": of(*usual), "number": f"79{chance.randrange(20000):09}"},
        "sentiment": lambda: {"q": of(*phrases[:2]), "max_sentiment": "-0.5", "language": "ru"},
        "nothing": lambda: {"q": "нетакогослова"},
        "no words": lambda: {"queue_id": _uuid("queue", chance.randrange(10))},
    }


def _uuid(kind: str, number: int) -> str:
    import hashlib

    return hashlib.md5(f"{kind}{number}".encode(), usedforsecurity=False).hexdigest()


async def _ask(stack: "Stack", rounds: int) -> tuple[dict[str, list[float]], dict[str, int]]:
    """Milliseconds of each kind, and how much the last of each found."""
    asks = kinds(random.Random(5))
    taken: dict[str, list[float]] = {name: [] for name in (*asks, "next page")}
    found: dict[str, int] = {}

    async with stack.api() as api:

        async def timed(name: str, ask: Ask) -> Any:
            began = time.perf_counter()
            page = await api.get("/transcripts", params={"limit": str(LIMIT), **ask})
            taken[name].append((time.perf_counter() - began) * 1000)
            found[name] = len(page["items"])
            return page

        for name, make in asks.items():
            await timed(name, make())
        for values in taken.values():
            values.clear()
        for _ in range(rounds):
            for name, make in asks.items():
                ask = make()
                page = await timed(name, ask)
                if name == "usual word" and page["next"]:
                    await timed("next page", {**ask, "cursor": page["next"]})
    return taken, found


async def _scan(db: Any) -> float:
    """Milliseconds of a search without an index."""
    began = time.perf_counter()
    await db.fetch(
        "select t.id from transcripts t where exists (select from transcript_segments s where s.transcript_id = t.id"
        " and s.text ilike '%расторгнуть%' and s.text ilike '%кабинет%') order by t.started_at desc limit 20"
    )
    return (time.perf_counter() - began) * 1000
