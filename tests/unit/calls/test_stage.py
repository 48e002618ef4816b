"""What Asterisk is told after an adoption: where channels are is asked, whether they are muted is said anew."""

from datetime import UTC, datetime
from typing import Any

import pytest

from engine.ari.errors import AriNotFound
from engine.ari.models import Bridge
from engine.calls.talk.stage import Stage
from engine.calls.talk.topology import Place


class Asterisk:
    """Remembers commands; ``call`` of a line is never looked at."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str]] = []
        self.services = self.ari = self.channels = self.bridges = self
        self.call = self

    id = "call"

    async def get(self, bridge_id: str) -> Bridge:
        return Bridge(id=bridge_id, channels=["boss", "snoop"], creationtime=datetime.now(UTC))

    def __getattr__(self, name: str) -> Any:
        async def tell(*words: str, **_options: str) -> None:
            self.told.append((name, words[-1]))

        return tell


@pytest.mark.feature("F-PBX-22")
@pytest.mark.parametrize("muted", [True, False])
async def test_who_changes_to_listening_while_a_call_is_adopted_is_muted(muted: bool) -> None:
    asterisk = Asterisk()
    stage = Stage(asterisk)  # type: ignore[arg-type]
    await stage.recall({"boss": Place("watch"), "snoop": Place("watch")})
    wanted = {"boss": Place("watch", muted=muted), "snoop": Place("watch")}
    assert await stage.arrange(wanted)
    assert ("mute" if muted else "unmute", "boss") in asterisk.told
    assert not [one for one in asterisk.told if one[0] == "add_channel"]
    asterisk.told.clear()
    assert await stage.arrange(wanted)
    assert asterisk.told == []


class Deserted(Asterisk):
    """Refuses to put channels into bridges; ``status`` as Asterisk tells it."""

    def __init__(self, status: int) -> None:
        super().__init__()
        self.status = status

    async def create(self, *, bridge_id: str, **_options: str) -> None:
        self.told.append(("create", bridge_id))

    async def add_channel(self, bridge_id: str, channel_id: str) -> None:
        raise AriNotFound("gone", operation="POST bridges/addChannel", http_status=self.status)

    def destroy(self, bridge_id: str) -> None:
        self.told.append(("destroy", bridge_id))

    def command_later(self, _work: None) -> None:
        """Done when it was made."""


async def test_a_bridge_to_which_nobody_came_goes_with_the_conversation() -> None:
    asterisk = Deserted(400)
    stage = Stage(asterisk)  # type: ignore[arg-type]
    assert not await stage.arrange({"client": Place("talk")})
    stage.clear()
    assert asterisk.told == [("create", "talk"), ("destroy", "talk")]


async def test_a_bridge_that_is_gone_is_made_again() -> None:
    asterisk = Deserted(404)
    stage = Stage(asterisk)  # type: ignore[arg-type]
    for _ in range(2):
        assert not await stage.arrange({"client": Place("talk")})
    assert asterisk.told.count(("create", "talk")) == 2
