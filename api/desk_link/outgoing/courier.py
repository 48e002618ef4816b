"""One delivery of the outbox as a request to the other desk."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from api.desk_link import mapping, presets
from api.desk_link.mapping import LinkSettings
from api.desk_link.model import LinkEnd, Pair
from api.desk_link.outgoing.connector import Connector, Order, Remote, Told
from api.desk_link.outgoing.http_adapter import HttpConnector
from api.desk_link.outgoing.store import OutStore
from api.web.files import within
from api.webhooks.backoff import Limits, Verdict
from api.webhooks.model import Answer, Due
from api.webhooks.outgoing import Outgoing
from api.webhooks.worker import Pace
from engine.core import log
from engine.core.clock import Clock
from engine.core.config import Settings
from engine.core.errors import ConfigError
from engine.core.seal import Seal

_log = log.get("api.desk_link")


def pace(settings: Settings) -> Pace:
    """How deliveries to other desks go."""
    return Pace(
        limits=Limits(
            settings.webhook_pause_s,
            settings.webhook_pause_max_s,
            settings.desk_link_hours,
            settings.desk_link_refusals,
        ),
        timeout_s=settings.desk_link_timeout_s,
        parallel=settings.webhook_parallel,
        poll_s=settings.webhook_poll_s,
        keep_days=settings.desk_link_keep_days,
    )


class LinkCourier(Outgoing):
    """Makes the request, keeps what the answer tells. Goes where webhooks may go."""

    def __init__(self, store: OutStore, seal: Seal, settings: Settings, clock: Clock) -> None:
        super().__init__(settings, settings.desk_link_timeout_s)
        self._store = store
        self._seal = seal
        self._clock = clock

    async def deliver(self, end: LinkEnd, due: Due) -> Answer:
        """Never raises but when cancelled, or when the database is away: then it is tried again after its lease."""
        ticket_id = UUID(due.key)
        pair = await self._store.pair(end.id, ticket_id)
        try:
            connector, values = self._ready(end, due, pair)
        except (ConfigError, msgspec.ValidationError) as exc:
            return Answer(None, str(exc))
        order = Order(due.event, due.event_id, due.attempts, values)
        if due.event == "file":
            place = await self._store.place(UUID(values["file"]["id"]))
            path = None if place is None else within(self._settings.files, place.path)
            if place is None or path is None or place.verdict == "infected" or not path.is_file():
                return Answer(None, "The file is not there any more, or may not be given out", Verdict.SPENT)
            held = self._settings.ticket_file_scanner and self._settings.ticket_file_unscanned != "allow"
            if held and place.verdict == "unscanned":
                return Answer(None, "The scanner has not let the file through yet", Verdict.REFUSED)
            order = order._replace(file=path)
        told = await self._found(connector, order) or await connector.send(order)
        if told.verdict is Verdict.DELIVERED and any(told.remote):
            await self._store.heard(end.id, ticket_id, told.remote, self._clock.now())
        return Answer(told.status, told.error, told.verdict)

    async def test(self, end: LinkEnd, event_id: str, now: datetime) -> Told | None:
        """A trial; None: the mapping has no request for it."""
        try:
            connector = self._connector(end)
        except (ConfigError, msgspec.ValidationError) as exc:
            return Told(None, str(exc), Verdict.AWAY)
        settings = self._effective(end)
        values = {"event": {"id": event_id, "kind": "ping", "at": now}, "link": _link(end, settings)}
        return await connector.test(Order("ping", event_id, 1, values))

    async def _found(self, connector: Connector, order: Order) -> Told | None:
        """A request whose creation was tried before is looked for first; None: it is not there, or nobody can tell."""
        if order.kind != "create" or order.attempt < 2:
            return None
        told = await connector.find(order)
        if told is None or (told.verdict is Verdict.DELIVERED and told.remote.id is None) or told.status == 404:
            return None
        return told

    def _effective(self, end: LinkEnd) -> LinkSettings:
        return presets.effective(msgspec.convert(end.settings, LinkSettings))

    def _connector(self, end: LinkEnd) -> Connector:
        """Raises ConfigError."""
        assert self._session is not None
        settings = self._effective(end)
        if settings.preset and settings.remote_link is None:
            raise ConfigError("Enter the link's id on the other desk (settings.remote_link)")
        secret = self._seal.open(end.secret) if end.secret else ""
        if not secret and not isinstance(settings.auth, mapping.NoAuth):
            raise ConfigError("Enter the secret that the other desk gave")
        return HttpConnector(
            self._session,
            end.url,
            settings,
            secret,
            self._networks,
            self._settings.desk_link_answer_bytes,
            lambda: self._clock.now().timestamp(),
        )

    def _ready(self, end: LinkEnd, due: Due, pair: Pair | None) -> tuple[Connector, dict[str, Any]]:
        """The desk, and what templates may use; words are the other desk's. Raises ConfigError."""
        settings = self._effective(end)
        remote = Remote(pair.remote_id, pair.remote_number) if pair else Remote()
        return self._connector(end), _values(end, settings, due, remote)


def _link(end: LinkEnd, settings: LinkSettings) -> dict[str, Any]:
    return {"id": end.id, "name": end.name, "remote_link": settings.remote_link}


def _values(end: LinkEnd, settings: LinkSettings, due: Due, remote: Remote) -> dict[str, Any]:
    """What templates may use, as JSON values."""
    body, ticket = due.body, due.body["ticket"]
    category = _category(settings, ticket)
    priority = mapping.outward(settings.priorities, ticket["priority"])
    every = {"subject": ticket["subject"], "priority": priority, "category": category}
    values = {
        "event": {"id": due.event_id, "kind": due.event, "at": body["at"]},
        "link": _link(end, settings),
        "ticket": {"description": "", **ticket},
        "remote": {"id": remote.id, "number": remote.number},
        "priority": priority,
        "category": category,
        "state": mapping.outward(settings.states, body.get("state", ticket["state"])),
        "changes": {name: every[name] for name in body.get("changed", ())},
        "comment": body.get("comment"),
        "file": body.get("file"),
    }
    made: dict[str, Any] = msgspec.to_builtins(values, str_keys=True)
    return made


def _category(settings: LinkSettings, ticket: dict[str, Any]) -> str:
    """Their word for the request's category, else its name here."""
    id_ = ticket["category_id"]
    return settings.categories.get(UUID(id_)) or ticket["category"] or "" if id_ else ""
