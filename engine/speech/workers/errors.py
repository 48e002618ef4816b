"""What can come of asking a worker."""

from engine.core.errors import PayLaterError, Unavailable


class NoEngine(Unavailable):
    """No engine or model on this machine serves what was asked."""

    code = "speech_no_engine"


class WorkerLost(Unavailable):
    """The worker ended in the middle; ask again."""

    code = "speech_worker_lost"


class TaskFailed(PayLaterError):
    """The task raised; ``kind`` is the class of what it raised. Asking again gives the same."""

    code = "speech_task_failed"
    status = 422
