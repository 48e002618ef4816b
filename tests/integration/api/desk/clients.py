"""Companies of clients for tests: accounts, people who can sign in, outlets, requests."""

import re
import uuid
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from api.auth.seal import Seal
from api.auth.tokens import AccessTokens
from tests.integration.api.conftest import HASH, Api, Client

TOKEN = re.compile(r"/support#/link/(\S+)")


def word() -> str:
    return uuid.uuid4().hex[:12]


async def letters(api: Api, recipient: str) -> list[str]:
    """Texts of letters to an address, the oldest first."""
    rows = await api.db.fetch("select body from mails where recipient = $1 order by created_at, id", recipient)
    return [Seal(api.settings).open(row["body"]) for row in rows]


async def token_of(api: Api, recipient: str) -> str:
    """The secret in the newest letter with a link."""
    found = [match[1] for text in await letters(api, recipient) if (match := TOKEN.search(text))]
    return found[-1]


@dataclass
class Somebody:
    """A person of a client, signed in."""

    id: str
    login: str
    client: Client


@dataclass
class Company:
    """A company with its person; ``outlets`` by the name they were asked for."""

    api: Api
    id: str
    name: str
    parent: Somebody
    outlets: dict[str, str] = field(default_factory=dict)

    async def child(self, *outlets: str) -> Somebody:
        """A person who sees these outlets, signed in."""
        email = f"{word()}@child.example"
        new = {"name": f"Сотрудник {word()}", "email": email, "outlets": [self.outlets[name] for name in outlets]}
        made = await self.parent.client.post("/portal/children", new)
        return await enter(self.api, made["id"], email)

    async def ask(self, who: Somebody, outlet: str | None, subject: str = "", **fields: Any) -> Any:
        """A request; ``outlet`` None: of none."""
        new = {"subject": subject or f"Заявка {word()}", **fields}
        if outlet is not None:
            new["outlet_id"] = self.outlets[outlet]
        return await who.client.post("/portal/tickets", new)


async def enter(api: Api, account_id: str, email: str) -> Somebody:
    """Give the person of an account the password that all tests know, and a session (sign-in itself takes long)."""
    user = await api.db.fetchval("update users set password_hash = $2 where login = $1 returning id", email, HASH)
    now, session = api.clock.now(), uuid.uuid4()
    times = {"created_at": now, "last_used_at": now, "expires_at": now + timedelta(days=1)}
    await api.insert("sessions", id=session, user_id=user, address="", agent="", **times)
    token = AccessTokens(api.settings).make(user, session, now)
    return Somebody(account_id, email, Client(api.anonymous.session, api.url, token))


async def company(api: Api, admin: Client, *outlets: str) -> Company:
    """A company with these outlets, and its person signed in."""
    name, email = f"ООО {word()}", f"{word()}@company.example"
    new = {"name": name, "contact": f"Анна {word()}", "email": email, "invite": True}
    made = await admin.post("/clients", {**new, "outlets": [{"name": f"{one} {word()}"} for one in outlets]})
    listed = (await admin.get(f"/clients/{made['id']}/outlets"))["items"]
    ids = {one["name"].split()[0]: one["id"] for one in listed}
    return Company(api, made["id"], name, await enter(api, made["id"], email), ids)
