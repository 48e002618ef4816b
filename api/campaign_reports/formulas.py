"""The formulas of campaigns. Pure: sums of attempts come in, figures go out; a ratio without a base is None.

Words used here, of attempts that have ended:

- *dialled*: something went to the network; *answered*: the call was taken, by whomever;
- *people*: a person answered (``engine.dialer.outcomes.HUMAN``, and who was abandoned); where an operator said who
  answered after all (``corrected``), that holds instead of what the detection said;
- *connected*: a person talked to an operator (or was served by a robocall);
- *abandoned*: a person for whom no operator was there within the connect threshold;
- *success*: an operator gave a disposition that means it.
"""

import msgspec

from engine.dialer.outcomes import HUMAN

LEGAL_RATE = 0.03
"""Abandoned of those answered by people over 30 days (24 hours in some countries), at most.

Source: 47 CFR 64.1200(a)(7) (3 % over 30 days, two seconds to connect); Ofcom, "Tackling persistent misuse" (2016)."""
_PEOPLE = ", ".join(f"'{outcome.value}'" for outcome in sorted(HUMAN))
PERSON = (
    f"(case when a.corrected is not null then a.corrected = 'human' else a.abandoned or a.outcome in ({_PEOPLE}) end)"
)
"""SQL: a person answered the attempt ``a``. False or null: none did."""
MACHINE = "(coalesce(a.corrected, a.outcome) in ('machine', 'fax'))"


class Tally(msgspec.Struct, kw_only=True):
    """Sums over attempts; durations in seconds. ``leads``: different clients."""

    attempts: int = 0
    leads: int = 0
    dialed: int = 0
    answered: int = 0
    humans: int = 0
    connected: int = 0
    abandoned: int = 0
    hung_up: int = 0
    machines: int = 0
    busy: int = 0
    no_answer: int = 0
    rejected: int = 0
    unavailable: int = 0
    bad_number: int = 0
    failed: int = 0
    blocked: int = 0
    success: int = 0
    refusal: int = 0
    talk_s: float = 0.0
    wrap_s: float = 0.0


def connect_rate(tally: Tally) -> float | None:
    """Connected / dialled."""
    return _ratio(tally.connected, tally.dialed)


def answer_rate(tally: Tally) -> float | None:
    """Answered by people / dialled."""
    return _ratio(tally.humans, tally.dialed)


def abandon_rate(tally: Tally) -> float | None:
    """Abandoned / answered by people."""
    return _ratio(tally.abandoned, tally.humans)


def success_rate(tally: Tally) -> float | None:
    """Successes / connected."""
    return _ratio(tally.success, tally.connected)


def average_talk(tally: Tally) -> float | None:
    """Seconds of talk / connected."""
    return _ratio(tally.talk_s, tally.connected)


def handling(tally: Tally) -> float | None:
    """AHT, seconds: (talk + wrap-up) / connected."""
    return _ratio(tally.talk_s + tally.wrap_s, tally.connected)


def figures(tally: Tally) -> dict[str, float | int | None]:
    """Sums and ratios by name."""
    ratios = {
        "connect_rate": connect_rate(tally),
        "abandon_rate": abandon_rate(tally),
        "answer_rate": answer_rate(tally),
        "success_rate": success_rate(tally),
        "average_talk_s": average_talk(tally),
        "aht_s": handling(tally),
    }
    rounded = {name: None if value is None else round(value, 5) for name, value in ratios.items()}
    sums = {name: getattr(tally, name) for name in tally.__struct_fields__}
    return sums | {"talk_s": round(tally.talk_s, 1), "wrap_s": round(tally.wrap_s, 1)} | rounded


def _ratio(part: float, whole: float) -> float | None:
    return part / whole if whole > 0 else None
