"""Which mode is in force: automatic campaigns choose between progressive and predictive by operators and load."""

from engine.dialer.campaign import Pacing
from engine.dialer.outcomes import Mode

BACK = 20.0
"""Overdrawn by so many people and one for each operator: no more risk until half of that is made up for."""


def in_force(mode: Mode, pacing: Pacing, agents: int, credit: float, before: Mode) -> tuple[Mode, str]:
    """Mode and the reason key. ``before``: the mode until now, so that it does not swing.

    Small teams and overdrawn budgets are dialled progressively, also when predictive is asked for: law before wishes.
    """
    if mode not in (Mode.PREDICTIVE, Mode.AUTOMATIC):
        return mode, "asked"
    if agents < pacing.small_team:
        return Mode.PROGRESSIVE, "small_team"
    back = BACK + agents
    if credit <= -back or (before is Mode.PROGRESSIVE and credit <= -back / 2):
        return Mode.PROGRESSIVE, "overdrawn"
    return Mode.PREDICTIVE, "asked" if mode is Mode.PREDICTIVE else "enough_operators"
