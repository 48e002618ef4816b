"""The life of a worker process."""

from enum import StrEnum


class WorkerState(StrEnum):
    """``starting``: no word yet. ``ready``: takes work. ``draining``: ends when its streams have. ``lost``: gone."""

    STARTING = "starting"
    READY = "ready"
    DRAINING = "draining"
    LOST = "lost"


STEPS: dict[WorkerState, frozenset[WorkerState]] = {
    WorkerState.STARTING: frozenset({WorkerState.READY, WorkerState.LOST}),
    WorkerState.READY: frozenset({WorkerState.DRAINING, WorkerState.LOST}),
    WorkerState.DRAINING: frozenset({WorkerState.LOST}),
    WorkerState.LOST: frozenset(),
}


def advance(state: WorkerState, to: WorkerState) -> WorkerState:
    """``to``, if a worker can go there.

    Raises:
        ValueError: it can't.
    """
    if to not in STEPS[state]:
        raise ValueError(f"A worker does not go from {state} to {to}")
    return to
