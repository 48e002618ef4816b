"""Which leads a filter means, as conditions of a statement. Pure."""

import re
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from api.imports import phones
from api.leads.model import LeadFilter, LeadsQuery
from api.web.conditions import Conditions
from api.web.paging import escape_like
from engine.routing.numbering import HOME_REGION

_NUMBER = re.compile(r"\+?[0-9 ().-]{3,}")


def of_query(list_id: UUID, query: LeadsQuery, after: UUID | None) -> Conditions:
    """Conditions of a page."""
    found = Conditions()
    found.add("l.list_id = {}", list_id)
    found.given("l.enabled = {}", query.enabled)
    found.given("l.import_id = {}", query.import_id)
    _search(found, query.q)
    if after is not None:
        found.add("l.id > {}", after)
    return found


def of_filter(list_ids: Sequence[UUID], wanted: LeadFilter, after: UUID | None = None) -> Conditions:
    """Conditions of the leads that are chosen."""
    found = Conditions()
    found.add("l.list_id = any({}::uuid[])", list(list_ids))
    found.given("l.id = any({}::uuid[])", wanted.ids)
    found.given("l.external_id = any({}::text[])", wanted.external_ids)
    found.given("l.enabled = {}", wanted.enabled)
    found.given("l.import_id = {}", wanted.import_id)
    found.given("l.data @> {}", wanted.data or None)
    _search(found, wanted.q)
    if wanted.campaign_id is not None or wanted.results or wanted.reached is not None:
        _by_campaign(found, wanted)
    if after is not None:
        found.add("l.id > {}", after)
    return found


def _search(found: Conditions, q: str | None) -> None:
    text = (q or "").strip()
    if not text:
        return
    like = escape_like(text)
    either = [
        f"l.name ilike {found.argument('%' + like + '%')}",
        f"l.external_id like {found.argument(like + '%')}",
    ]
    if _NUMBER.fullmatch(text):
        whole = phones.normalise(text, HOME_REGION)
        digits = whole or "".join(letter for letter in text if letter.isdigit())
        how = "=" if whole else "like"
        place = found.argument(digits if whole else digits + "%")
        phone = f"c.lead_id = l.id and c.channel = 'phone' and c.address {how} {place}"
        either.append(f"exists (select from lead_contacts c where {phone})")
    found.add(f"({' or '.join(either)})")


def _by_campaign(found: Conditions, wanted: LeadFilter) -> None:
    inner = ["s.lead_id = l.id"]
    if wanted.campaign_id is not None:
        inner.append(f"s.campaign_id = {found.argument(wanted.campaign_id)}")
    if wanted.results:
        place = found.argument(wanted.results)
        inner.append(f"(s.result = any({place}::text[]) or s.result is null and s.last_outcome = any({place}::text[]))")
    if wanted.reached is not None:
        told = "exists" if wanted.reached else "not exists"
        inner.append(
            f"{told} (select from dial_attempts a where a.lead_id = s.lead_id and a.campaign_id = s.campaign_id "
            "and a.outcome in ('talked', 'abandoned', 'hung_up'))"
        )
    found.add(f"exists (select from campaign_leads s where {' and '.join(inner)})")


def limited(text: str, found: Conditions, most: int) -> tuple[str, list[Any]]:
    """A statement with its ``{where}`` and ``{limit}``, and the arguments."""
    limit = "limit " + found.argument(most)
    return text.replace("{where}", found.where).replace("{limit}", limit), found.arguments
