"""Leads as the API is sent them, made ready to be merged. Pure."""

from collections.abc import Sequence
from typing import Any

from api.imports import phones
from api.imports.preparing import MAX_CONTACTS, Prepared, Problem, Way, add
from api.leads.model import ContactData, LeadData
from engine.dialer.windows import known_zone


def prepared(line: int, data: LeadData, region: str, timezone: str) -> tuple[Prepared, list[Problem]]:
    """The lead, and what is wrong with it; contacts that are wrong are left out."""
    found, problems = ways(data.contacts, region, timezone)
    problems += zone_problems(data.timezone)
    lead = Prepared(
        line=line,
        external_id=data.external_id,
        name=" ".join(data.name.split()),
        language=data.language,
        timezone=data.timezone if data.timezone and known_zone(data.timezone) else None,
        data=data.data,
        ways=found,
    )
    return lead, problems


def ways(contacts: Sequence[ContactData], region: str, timezone: str) -> tuple[list[Way], list[Problem]]:
    """Contacts in their order, each once. ``region``, ``timezone``: of the list."""
    lead, problems = Prepared(0), list[Problem]()
    for place, contact in enumerate(contacts):
        path = f"contacts.{place}"
        address, zone = contact.address.strip(), contact.timezone
        if zone is not None and not known_zone(zone):
            problems.append(Problem(f"{path}.timezone", zone, "There is no such time zone"))
            zone = None
        if contact.channel in ("phone", "sms"):
            number = phones.normalise(address, region)
            if number is None:
                problems.append(Problem(f"{path}.address", address, phones.complaint(address)))
                continue
            address, zone = number, zone or phones.zone(number, timezone)
        elif contact.channel == "email":
            address = address.lower()
            if "@" not in address:
                problems.append(Problem(f"{path}.address", address, "Not an e-mail address"))
                continue
        add(lead, Way(contact.channel, address, contact.role, zone, contact.enabled))
    return lead.ways, problems


def zone_problems(zone: str | None) -> list[Problem]:
    if zone is None or known_zone(zone):
        return []
    return [Problem("timezone", zone, "There is no such time zone: write Europe/Moscow")]


def of_contact(line: int, row: Any, timezone: str) -> Prepared:
    """A contact of the directory as a lead: numbers that are no extensions, and the e-mail address."""
    lead = Prepared(line=line, name=row["name"])
    lead.data = {name: row[name] for name in ("company", "position") if row[name]}
    for number in row["phones"][:MAX_CONTACTS]:
        if (whole := phones.normalise("+" + number, "")) is not None:
            add(lead, Way("phone", whole, "", phones.zone(whole, timezone)))
    if row["email"]:
        add(lead, Way("email", row["email"].lower(), "", None))
    return lead
