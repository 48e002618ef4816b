"""From a directory's person to a user of ours. Pure."""

import re
from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID

from api.directories.model import Person, RoleRule

_UNFIT = re.compile(r"[^a-z0-9._@+-]+")
_EMAIL = re.compile(r"[!-?A-~]{1,64}@[A-Za-z0-9.-]{1,189}")


class Place(NamedTuple):
    """What somebody is here."""

    role: str
    partner_id: UUID | None


def place_of(groups: Iterable[str], rules: Iterable[RoleRule], default_role: str | None) -> Place | None:
    """The role by the first rule whose group is among ``groups`` (case does not matter); none: may not sign in."""
    has = {group.casefold() for group in groups}
    for rule in rules:
        if rule.group.casefold() in has:
            return Place(rule.role, rule.partner_id)
    return Place(default_role, None) if default_role else None


def login_of(person: Person) -> str:
    """The login as ours are written: small letters, no spaces."""
    return _UNFIT.sub("-", person.login.strip().lower()).strip("-._@+")[:100] or "user"


def email_of(person: Person) -> str | None:
    """The address if it is one."""
    return person.email if person.email and _EMAIL.fullmatch(person.email) else None
