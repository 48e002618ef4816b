"""What the pacing says."""

import msgspec

from engine.dialer.outcomes import Mode


class Decision(msgspec.Struct, frozen=True, gc=False):
    """``lines`` to dial now, of which at most ``live`` may be clients who want an operator kept for them.

    ``mode``: the one in force (never ``automatic``). ``next_at``: decide again then at the latest, or after any fact.
    ``explanation``: see ``engine.dialer.pacing.explain``.
    """

    lines: int
    mode: Mode
    explanation: dict[str, float | str]
    next_at: float
    live: int = 0
