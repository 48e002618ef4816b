"""The port to another desk: what it can be told, and how it answered. One adapter a way of speaking."""

from pathlib import Path
from typing import Any, NamedTuple, Protocol

from api.desk_link.mapping import OutKind
from api.webhooks.backoff import Verdict


class Order(NamedTuple):
    """One event for the other desk. ``values``: what templates may use; ``file``: where its content lies."""

    kind: str
    event_id: str
    attempt: int
    values: dict[str, Any]
    file: Path | None = None


class Remote(NamedTuple):
    """What the answer tells of the request there."""

    id: str | None = None
    number: str | None = None
    state: str | None = None


class Told(NamedTuple):
    """What came of it: the answer's ``status`` (None: there was none), what is wrong (empty: nothing), what that means,
    and what the answer tells."""

    status: int | None
    error: str
    verdict: Verdict
    remote: Remote = Remote()


class Connector(Protocol):
    """Another desk. Nothing here raises but when cancelled."""

    @property
    def capabilities(self) -> frozenset[OutKind]: ...

    async def send(self, order: Order) -> Told:
        """Create a request there, comment on it, set its state or fields, attach a file: ``order.kind``."""
        ...

    async def find(self, order: Order) -> Told | None:
        """The request there that was made of ours; ``remote.id`` None: there is none. None: it can't be asked."""
        ...

    async def test(self, order: Order) -> Told | None:
        """A request that changes nothing. None: there is none to make."""
        ...
