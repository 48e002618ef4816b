"""What a command prints: one line a step, and a failure that says which step, why and what to do."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


class StepFailed(Exception):
    """A step can't be done: ``why`` it failed and ``remedy``, what the reader can do."""

    def __init__(self, why: str, remedy: str) -> None:
        super().__init__(why)
        self.why = why
        self.remedy = remedy


@contextmanager
def step(title: str) -> Iterator[None]:
    """Print ``title`` when it starts and its time when it is done.

    Raises:
        StepFailed: from the body, with the title put in front.
    """
    started = time.monotonic()
    say(f"  {title} ...")
    try:
        yield
    except StepFailed as exc:
        raise StepFailed(f"{title}: {exc.why}", exc.remedy) from exc
    except OSError as exc:
        raise StepFailed(f"{title}: {exc}", "mend what the message names and start again") from exc
    say(f"  {title}: done in {time.monotonic() - started:.1f} s")


def say(text: str) -> None:
    print(text, flush=True)


def fail(error: StepFailed) -> None:
    """Tell a failure on stderr."""
    print(f"\nFailed: {error.why}\nWhat to do: {error.remedy}", file=sys.stderr, flush=True)
