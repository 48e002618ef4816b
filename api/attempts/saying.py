"""What an operator says of an attempt: kept, and done to the client at once, during the call or after it."""

from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from api.attempts.model import LeadNow, Said
from api.telephony.store import tell
from api.web.problems import invalid
from api.web.route import Identity
from api.web.scope import ScopedPool
from engine.core import ids
from engine.core.clock import Clock
from engine.core.db import Queries
from engine.core.errors import Conflict, Forbidden, NotFound
from engine.core.ids import ID_TIME_SLACK, time_of
from engine.dialer.attempts import Contact, LeadState, Standing, after
from engine.dialer.campaign import CampaignSettings
from engine.dialer.outcomes import Meaning, Outcome

_sql = Queries(Path(__file__).with_name("queries.sql"))
ANY_ATTEMPT = "campaigns.write|campaigns.control"
"""The rights by which somebody may speak of others' attempts."""


class _Held(NamedTuple):
    """An attempt with its client, held; ``lead`` None: the client is gone."""

    attempt: Any
    lead: Any | None
    disposition: Any


class Saying:
    """Whether somebody may see an attempt the walls of the request decide; what is said is written beside them, for
    rows of many tables follow from it."""

    def __init__(self, pool: ScopedPool, clock: Clock) -> None:
        self._pool = pool
        self._clock = clock

    async def say(self, attempt_id: UUID, said: Said, by: Identity) -> LeadNow:
        """Keep a disposition.

        Raises:
            NotFound: no such attempt. Forbidden: it is another's. InvalidInput: no such disposition, a time that is
            past. Conflict: nobody was reached by it.
        """
        now = self._clock.now()
        await self._may_say(attempt_id, by)
        if said.callback_at is not None and said.callback_at <= now:
            raise invalid("body.callback_at", "Is past")
        async with self._pool.plain.acquire() as connection, connection.transaction():
            held = await self._hold(connection, attempt_id, said)
            meaning = Meaning(held.disposition["meaning"])
            corrected = _corrected(said, meaning, held.attempt)
            words = (said.disposition_id, now, said.note, said.callback_at, corrected, by.user_id)
            await connection.execute(_sql.say, attempt_id, *words)
            if meaning is Meaning.DO_NOT_CALL:
                listed = (held.attempt["address"], held.attempt["partner_id"], held.disposition["title"], by.user_id)
                await connection.execute(_sql.do_not_call, ids.new_id(now), *listed)
            told = await self._apply(connection, held, said, by, now)
            await self._tell(connection, held, said, by)
            return told

    async def _may_say(self, attempt_id: UUID, by: Identity) -> None:
        row = await self._pool.fetchrow(_sql.visible, attempt_id)
        if row is None:
            raise NotFound("There is no such attempt")
        if row["operator_id"] == by.user_id or by.may(ANY_ATTEMPT):
            return
        # Who talks right now is written down a moment later.
        try:
            at = time_of(attempt_id)
            span = (at - ID_TIME_SLACK, at + ID_TIME_SLACK)
        except (OverflowError, ValueError):
            span = (self._clock.now(), self._clock.now())
        if not await self._pool.plain.fetchval(_sql.took_part, attempt_id, by.user_id, *span):
            raise Forbidden("You may speak of your own calls only", right=ANY_ATTEMPT)

    async def _hold(self, connection: Any, attempt_id: UUID, said: Said) -> _Held:
        attempt = await connection.fetchrow(_sql.hold, attempt_id)
        if attempt is None:
            raise Conflict("Its campaign is gone")
        if attempt["dialed_at"] is None and attempt["ended_at"] is not None:
            raise Conflict("Nobody was called by it")
        disposition = await connection.fetchrow(_sql.disposition, said.disposition_id, attempt["campaign_id"])
        if disposition is None:
            raise invalid("body.disposition_id", "There is no such disposition in this campaign")
        lead = await connection.fetchrow(_sql.hold_lead, attempt["campaign_id"], attempt["lead_id"])
        return _Held(attempt, lead, disposition)

    async def _apply(self, connection: Any, held: _Held, said: Said, by: Identity, now: datetime) -> LeadNow:
        """The client as the word leaves it, unless another attempt has taken it since."""
        attempt, lead = held.attempt, held.lead
        noted: dict[str, Any] = {"attempt_id": attempt["id"], "disposition_id": said.disposition_id}
        if lead is None:
            return LeadNow(**noted, applied=False, state="", next_at=None, result=None)
        if lead["attempt_id"] != attempt["id"]:
            where = {name: lead[name] for name in ("state", "next_at", "result")}
            return LeadNow(**noted, applied=False, **where)
        values = {name: value for name, value in lead.items() if name not in ("attempt_id", "node_id")}
        standing = msgspec.convert(values, Standing)
        contacts = [
            msgspec.convert(dict(row), Contact) for row in await connection.fetch(_sql.contacts, attempt["lead_id"])
        ]
        moved = after(
            standing,
            Outcome(attempt["outcome"]) if attempt["outcome"] else Outcome.TALKED,
            msgspec.convert(attempt["settings"], CampaignSettings),
            contacts,
            now,
            disposition=Meaning(held.disposition["meaning"]),
            callback_at=said.callback_at,
            retry_s=held.disposition["retry_s"],
            user_id=by.user_id if said.for_me else None,
            dialed_at=attempt["dialed_at"],
            rang=attempt["ringing_at"] is not None,
        )
        await self._put(connection, held, moved, now)
        return LeadNow(**noted, applied=True, state=moved.state.value, next_at=moved.next_at, result=moved.result)

    async def _put(self, connection: Any, held: _Held, lead: Standing, now: datetime) -> None:
        await connection.execute(
            _sql.put_lead,
            held.attempt["campaign_id"],
            held.attempt["lead_id"],
            lead.state.value,
            lead.next_at,
            lead.step,
            lead.contact,
            lead.attempts,
            lead.step_attempts,
            lead.day,
            lead.attempts_day,
            lead.tried,
            list(lead.dropped),
            lead.live_only,
            lead.user_id,
            lead.last_outcome,
            lead.last_at,
            lead.result,
            now if lead.state is LeadState.DONE else None,
        )

    async def _tell(self, connection: Any, held: _Held, said: Said, by: Identity) -> None:
        attempt = held.attempt
        names = ("campaign_id", "lead_id", "list_id", "partner_id", "outcome")
        data = {name: attempt[name] for name in names} | {"attempt_id": attempt["id"]}
        data |= {"operator_id": attempt["operator_id"] or by.user_id, "disposition_id": said.disposition_id}
        await tell(connection, "attempt", str(attempt["id"]), data, topic="campaigns")


def _corrected(said: Said, meaning: Meaning, attempt: Any) -> str | None:
    """Who answered after all, where that is not what the detection said."""
    told = said.corrected or ("machine" if meaning is Meaning.MACHINE else None)
    if told is None and meaning not in (Meaning.OTHER, Meaning.RETRY) and attempt["verdict"] in ("machine", "fax"):
        told = "human"
    if told is None:
        return None
    return None if told == attempt["verdict"] else told
