"""Whatever dies between the server and the database, each letter is taken once."""

import asyncio
import uuid

import aiohttp
import msgspec
import pytest

from tests.integration.api.conftest import Client, until
from tests.integration.api.letters.conftest import letter, make_post, somebody
from tests.integration.api.test_restart import process

pytestmark = pytest.mark.feature("F-TKT-05")


async def test_a_kill_between_fetch_and_commit_loses_and_doubles_nothing(
    postgres, mail_box_server, outgoing, tmp_path, served
):
    """A process reads the mailbox, and is killed while it writes a letter down; the one that waits goes on."""
    settings = msgspec.structs.replace(served.settings, var=tmp_path)
    settings.run.mkdir(parents=True)
    (settings.run / "settings.json").write_bytes(msgspec.json.encode({"mailbox_claim_s": 0.2}))
    admin = await served.user("admin", f"admin-{uuid.uuid4().hex[:12]}")
    post = await make_post(served, admin, mail_box_server, outgoing)
    await admin.send("PATCH", f"/mailboxes/{post.id}", {"enabled": False})
    senders = [somebody() for _ in range(5)]
    async with process(settings) as (running, url), aiohttp.ClientSession() as session:
        other = Client(session, url, admin.token)
        await other.send("PATCH", f"/mailboxes/{post.id}", {"enabled": True})
        # Both processes want the mailbox now; who has it does not matter, for both are stopped by the lock below.
        post.put(letter(senders[0], post.address))
        await post.taken()
        async with served.db.transaction():
            await served.db.execute("lock table mails_received in exclusive mode")
            for sender in senders[1:]:
                post.put(letter(sender, post.address))

            async def stopped():
                return await served.db.fetchval(
                    "select count(*) from pg_locks l where not granted and relation = 'mails_received'::regclass"
                )

            await until(stopped, 30)
            running.kill()
            await running.wait()
    taken = await post.taken(5)
    assert [(row["verdict"], row["sender"]) for row in taken] == [("opened", sender) for sender in senders]
    text = "select count(*) from tickets where author_email = any($1)"
    assert await served.db.fetchval(text, senders) == 5
    await asyncio.gather(*(post.sent_to(sender) for sender in senders))
    assert all(len(outgoing.to(sender)) == 1 for sender in senders)
    await admin.send("PATCH", f"/mailboxes/{post.id}", {"enabled": False})
