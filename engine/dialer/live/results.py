"""What the network says of a call that nobody took: Q.850 causes (as Asterisk reads SIP answers) as outcomes. Pure."""

from collections.abc import Mapping

from engine.dialer.outcomes import Outcome

_O = Outcome
OUTCOMES: Mapping[int, Outcome] = {
    **dict.fromkeys((1, 22, 28), _O.BAD_NUMBER),  # 404, 604; 410; 484
    17: _O.BUSY,  # 486, 600
    21: _O.REJECTED,  # 401, 403, 603
    **dict.fromkeys((18, 20, 27), _O.UNAVAILABLE),  # 408; nobody registered; 502
    **dict.fromkeys((0, 16, 26, 31, 102, 127), _O.NO_ANSWER),
}
NO_ANSWER = 19
"""The time to ring is over, but also SIP 480: whose phone never rang is switched off."""


def outcome_of_cause(cause: int | None, *, rang: bool) -> Outcome:
    """The outcome of a dial that nobody answered; ``rang``: the network said that the phone rings.

    Any other cause (no route, congestion, a fault of the network) is a failure of ours, not the client's doing.
    """
    if cause == NO_ANSWER:
        return Outcome.NO_ANSWER if rang else Outcome.UNAVAILABLE
    return Outcome.NO_ANSWER if cause is None else OUTCOMES.get(cause, Outcome.FAILED)
