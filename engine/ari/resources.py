"""Bridges, playbacks, recordings and Asterisk itself; ``Ari`` holds everything that the engine asks of one node."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

import msgspec

from engine.ari.channels import Channels
from engine.ari.client import AriClient
from engine.ari.errors import AriError, AriNotFound
from engine.ari.models import AsteriskInfo, Bridge, Endpoint, LiveRecording, Playback, StoredRecording, Variable
from engine.ari.wire import path


class Bridges:
    """Bridges; AriNotFound says that the bridge is gone."""

    def __init__(self, client: AriClient) -> None:
        self._client = client
        self._request = client.request

    async def list(self) -> list[Bridge]:
        """Every bridge of the node; for rebuilds and audits only."""
        return msgspec.convert(await self._client.slow("GET", "bridges"), list[Bridge])

    async def get(self, bridge_id: str) -> Bridge:
        return msgspec.convert(await self._request("GET", path("bridges", bridge_id)), Bridge)

    async def create(self, *, bridge_id: str, type: str = "mixing", name: str = "") -> Bridge:
        """A bridge with our id; one that exists already is given as it is. ``type``: mixing, holding, ..."""
        query = {"type": type, "name": name or None}
        return msgspec.convert(await self._request("POST", path("bridges", bridge_id), query=query), Bridge)

    async def destroy(self, bridge_id: str) -> None:
        """Destroy it; its channels stay in our application. A bridge gone already is fine."""
        try:
            await self._request("DELETE", path("bridges", bridge_id))
        except AriNotFound:
            pass

    async def add_channel(
        self, bridge_id: str, channel_id: str, *, role: str | None = None, absorb_dtmf: bool = False, mute: bool = False
    ) -> None:
        """Move the channel into the bridge.

        Raises:
            AriNotFound: the bridge or the channel is gone.
            AriConflict: the channel is recording, or the bridge is not ours.
            AriUnprocessable: the channel is not in our application (yet, or any more).
        """
        query = {"channel": channel_id, "role": role, "absorbDTMF": absorb_dtmf or None, "mute": mute or None}
        await self._move(bridge_id, "addChannel", query)

    async def remove_channel(self, bridge_id: str, channel_id: str) -> None:
        """Take the channel out; it stays in our application.

        Raises:
            AriNotFound: the bridge or the channel is gone.
            AriConflict, AriUnprocessable: the channel is not in this bridge.
        """
        await self._move(bridge_id, "removeChannel", {"channel": channel_id})

    async def _move(self, bridge_id: str, action: str, query: dict[str, Any]) -> None:
        """Over HTTP: Asterisk answers when the channel has ended what it was doing, and the socket serves all calls."""
        try:
            await self._client.slow("POST", path("bridges", bridge_id, action), query=query)
        except AriError as exc:
            # Asterisk calls it a bad request when the channel is gone; for us it is gone like anything else.
            if exc.http_status == 400:
                raise AriNotFound(exc.detail, operation=exc.operation, http_status=400) from exc
            raise

    async def play(
        self, bridge_id: str, media: Sequence[str], *, playback_id: str, lang: str | None = None
    ) -> Playback:
        """Play media URIs to everybody in the bridge."""
        query = {"media": ",".join(media), "playbackId": playback_id, "lang": lang}
        return msgspec.convert(await self._request("POST", path("bridges", bridge_id, "play"), query=query), Playback)

    async def record(
        self, bridge_id: str, *, name: str, format: str = "wav", max_seconds: int = 0, if_exists: str = "overwrite"
    ) -> LiveRecording:
        """Record everybody in the bridge, mixed; 0 seconds mean no limit."""
        query = {"name": name, "format": format, "maxDurationSeconds": max_seconds, "ifExists": if_exists}
        found = await self._request("POST", path("bridges", bridge_id, "record"), query=query)
        return msgspec.convert(found, LiveRecording)

    async def moh_start(self, bridge_id: str, *, moh_class: str | None = None) -> None:
        await self._request("POST", path("bridges", bridge_id, "moh"), query={"mohClass": moh_class})

    async def moh_stop(self, bridge_id: str) -> None:
        await self._request("DELETE", path("bridges", bridge_id, "moh"))


class Playbacks:
    """Playbacks in progress."""

    def __init__(self, client: AriClient) -> None:
        self._request = client.request

    async def get(self, playback_id: str) -> Playback:
        return msgspec.convert(await self._request("GET", path("playbacks", playback_id)), Playback)

    async def stop(self, playback_id: str) -> None:
        """Stop all of its media; PlaybackFinished follows. One that is over already is fine."""
        try:
            await self._request("DELETE", path("playbacks", playback_id))
        except AriNotFound:
            pass


class Recordings:
    """Recordings in progress (live) and on disk (stored); names may hold folders (``2026/11/x``)."""

    def __init__(self, client: AriClient) -> None:
        self._client = client
        self._request = client.request

    async def get_live(self, name: str) -> LiveRecording:
        return msgspec.convert(await self._request("GET", path("recordings", "live", name)), LiveRecording)

    async def stop(self, name: str) -> None:
        """End and keep it; RecordingFinished follows. One that is over already is fine."""
        try:
            await self._request("POST", path("recordings", "live", name, "stop"))
        except AriNotFound:
            pass

    async def cancel(self, name: str) -> None:
        """End and discard it. One that is over already is fine."""
        try:
            await self._request("DELETE", path("recordings", "live", name))
        except AriNotFound:
            pass

    async def mute(self, name: str) -> None:
        """Silence instead of sound from now on; the file's time runs on."""
        await self._request("POST", path("recordings", "live", name, "mute"))

    async def unmute(self, name: str) -> None:
        await self._request("DELETE", path("recordings", "live", name, "mute"))

    async def get_stored(self, name: str) -> StoredRecording:
        return msgspec.convert(await self._client.slow("GET", path("recordings", "stored", name)), StoredRecording)

    async def delete_stored(self, name: str) -> None:
        """Delete the file. One that is gone already is fine."""
        try:
            await self._client.slow("DELETE", path("recordings", "stored", name))
        except AriNotFound:
            pass

    def download(self, name: str) -> AsyncIterator[bytes]:
        """The file of a stored recording, in pieces.

        Raises:
            AriNotFound: there is no such recording.
        """
        return self._client.download(path("recordings", "stored", name, "file"))


class Endpoints:
    """Phones and trunks, by technology (``PJSIP``) and name."""

    def __init__(self, client: AriClient) -> None:
        self._client = client
        self._request = client.request

    async def states(self, technology: str) -> dict[str, str]:
        """Name -> state (``online``, ``offline``, ``unknown``) of each; by the socket, in step with events."""
        found = msgspec.convert(await self._request("GET", path("endpoints", technology)), list[Endpoint])
        return {endpoint.resource: endpoint.state or "unknown" for endpoint in found}

    async def subscribe(self, names: Sequence[str]) -> None:
        """Hear ``EndpointStateChange`` of these (``PJSIP/101``) until the socket falls.

        Raises:
            AriUnprocessable: there is no such endpoint; none of them is subscribed to for certain.
        """
        uri = path("applications", self._client.phones_app, "subscription")
        sources = ",".join(f"endpoint:{name}" for name in names)
        await self._request("POST", uri, query={"eventSource": sources})


class Asterisk:
    """The node itself."""

    def __init__(self, client: AriClient) -> None:
        self._client = client
        self._request = client.request

    async def info(self) -> AsteriskInfo:
        """Version, times of start and last reload."""
        return msgspec.convert(await self._client.slow("GET", "asterisk/info"), AsteriskInfo)

    async def get_variable(self, name: str) -> str:
        """A global variable; empty when it is not set. Functions are not evaluated here."""
        found = await self._request("GET", "asterisk/variable", query={"variable": name})
        return msgspec.convert(found, Variable).value

    async def set_variable(self, name: str, value: str) -> None:
        """Set a global variable, or write to a function (``DB(family/key)``).

        Functions that write are skipped without a word unless asterisk.conf has ``live_dangerously = yes``.
        """
        await self._request("POST", "asterisk/variable", query={"variable": name, "value": value})

    async def reload_module(self, name: str) -> None:
        """Reload a module (``res_pjsip.so``); takes up to seconds, so it goes by HTTP.

        Raises:
            AriNotFound: the module is not loaded.
            AriConflict: it can't be reloaded now.
        """
        await self._client.slow("PUT", path("asterisk", "modules", name))


class Ari:
    """Everything that the engine asks of its Asterisk."""

    def __init__(self, client: AriClient) -> None:
        self.client = client
        self.channels = Channels(client)
        self.bridges = Bridges(client)
        self.playbacks = Playbacks(client)
        self.recordings = Recordings(client)
        self.asterisk = Asterisk(client)
        self.endpoints = Endpoints(client)
