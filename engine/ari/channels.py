"""Channels: what can be asked of one leg of a call. Options are named as in ARI; times in seconds, else ms."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from engine.ari.client import AriClient
from engine.ari.errors import AriConflict, AriNotFound, of_status
from engine.ari.models import Channel, LiveRecording, Playback, Variable
from engine.ari.wire import path

LEG_HEADER = "X-PayLater-Leg"
"""Header of an INVITE that names the channel: a phone in the browser finds its call by it."""
AUTO_ANSWER = {
    "PJSIP_HEADER(add,Call-Info)": "<sip:paylater>;answer-after=0",
    "PJSIP_HEADER(add,Alert-Info)": "<http://paylater>;info=alert-autoanswer;delay=0",
}
"""Variables of a channel by whose headers its phone answers by itself (RFC 5373 came late: phones know these two)."""
_PHONE = re.compile(r"PJSIP/[^@/]+\Z")


class Channels:
    """Every method raises AriNotFound when the channel is gone, AriConflict when it is not ours to command."""

    def __init__(self, client: AriClient) -> None:
        self._client = client
        self._request = client.request

    async def list(self) -> list[Channel]:
        """Every channel of the node; costly, for rebuilds and audits only."""
        return msgspec.convert(await self._client.slow("GET", "channels"), list[Channel])

    async def get(self, channel_id: str) -> Channel:
        return msgspec.convert(await self._request("GET", path("channels", channel_id)), Channel)

    async def originate(
        self,
        *,
        channel_id: str,
        endpoint: str,
        app_args: str,
        caller_id: str | None = None,
        timeout: int = 30,
        originator: str | None = None,
        variables: Mapping[str, str] | None = None,
        formats: str | None = None,
    ) -> Channel:
        """Call ``endpoint`` and bring it into our application when it answers.

        A phone (``PJSIP/101``) is told the channel's id in the SIP header `LEG_HEADER`; a trunk is not.
        ``timeout`` in seconds (-1: none). The outcome of an attempt that fails comes as Dial and ChannelDestroyed.

        Raises:
            AriConflict: a channel with this id exists.
            AriError: with status 500, the endpoint is not known or not registered; 400, ``originator`` is gone.
        """
        query = {
            "endpoint": endpoint,
            "app": self._client.app,
            "appArgs": app_args,
            "channelId": channel_id,
            "callerId": caller_id,
            "timeout": timeout,
            "originator": originator,
            "formats": formats,
        }
        told = {f"PJSIP_HEADER(add,{LEG_HEADER})": channel_id} if _PHONE.match(endpoint) else {}
        return await self._make("channels", channel_id, query, {**(variables or {}), **told} or None)

    async def create(
        self,
        *,
        channel_id: str,
        endpoint: str,
        app_args: str,
        originator: str | None = None,
        variables: Mapping[str, str] | None = None,
        formats: str | None = None,
    ) -> Channel:
        """Make the channel and bring it into our application without calling yet; ``dial`` calls."""
        query = {
            "endpoint": endpoint,
            "app": self._client.app,
            "appArgs": app_args,
            "channelId": channel_id,
            "originator": originator,
            "formats": formats,
        }
        return await self._make("channels/create", channel_id, query, variables)

    async def dial(self, channel_id: str, *, timeout: int, caller: str | None = None) -> None:
        """Call from a created channel; ``timeout`` in seconds, ``caller`` is the id of the calling channel."""
        await self._post(channel_id, "dial", timeout=timeout, caller=caller)

    async def answer(self, channel_id: str) -> None:
        await self._post(channel_id, "answer")

    async def hangup(self, channel_id: str, *, cause: int | None = None, reason: str | None = None) -> None:
        """Hang up with a Q.850 ``cause`` or a named ``reason`` (busy, congestion); a channel gone already is fine."""
        query = {"reason_code": cause, "reason": reason if cause is None else None}
        try:
            await self._request("DELETE", path("channels", channel_id), query=query)
        except AriNotFound:
            pass

    async def ring(self, channel_id: str) -> None:
        await self._post(channel_id, "ring")

    async def ring_stop(self, channel_id: str) -> None:
        await self._delete(channel_id, "ring")

    async def play(
        self,
        channel_id: str,
        media: Sequence[str],
        *,
        playback_id: str,
        lang: str | None = None,
        offset_ms: int = 0,
    ) -> Playback:
        """Play media URIs one after another (``sound:hello``, ``digits:12``); one PlaybackFinished ends them all.

        It may come before this returns (a file that is missing). An unknown kind of URI never finishes.
        """
        query = {
            "media": ",".join(media),
            "playbackId": playback_id,
            "lang": lang,
            "offsetms": offset_ms or None,
        }
        return msgspec.convert(await self._post(channel_id, "play", **query), Playback)

    async def record(
        self,
        channel_id: str,
        *,
        name: str,
        format: str = "wav",
        max_seconds: int = 0,
        max_silence: int = 0,
        beep: bool = False,
        terminate_on: str = "none",
        if_exists: str = "overwrite",
    ) -> LiveRecording:
        """Record what the channel says into ``name`` under the recording folder; 0 seconds mean no limit.

        ``terminate_on``: none, any, * or #. Silence ends it only while audio comes: a caller who sends no RTP at all
        is ended by ``max_seconds``.

        Raises:
            AriConflict: a recording of this name is in progress.
            AriUnprocessable: the format is not known.
        """
        query = {
            "name": name,
            "format": format,
            "maxDurationSeconds": max_seconds,
            "maxSilenceSeconds": max_silence,
            "ifExists": if_exists,
            "beep": beep,
            "terminateOn": terminate_on,
        }
        return msgspec.convert(await self._post(channel_id, "record", **query), LiveRecording)

    async def snoop(
        self, channel_id: str, *, snoop_id: str, spy: str = "both", whisper: str = "none", app_args: str
    ) -> Channel:
        """A new channel that hears ``spy`` (in, out, both) of this one; it enters our application with ``app_args``.

        What is put into it goes to the ``whisper`` side: ``out`` is what the person at this channel hears.
        """
        query = {"spy": spy, "whisper": whisper, "app": self._client.app, "appArgs": app_args, "snoopId": snoop_id}
        return msgspec.convert(await self._post(channel_id, "snoop", **query), Channel)

    async def set_variable(self, channel_id: str, name: str, value: str) -> None:
        """Set a channel variable or write to a function (``CHANNEL(language)``)."""
        await self._post(channel_id, "variable", variable=name, value=value)

    async def get_variable(self, channel_id: str, name: str) -> str | None:
        """The value; None when the variable is not set, or the channel is gone."""
        try:
            found = await self._request("GET", path("channels", channel_id, "variable"), query={"variable": name})
        except AriNotFound:
            return None
        return msgspec.convert(found, Variable).value

    async def continue_in_dialplan(self, channel_id: str, *, context: str, extension: str, priority: int = 1) -> None:
        """Leave our application for the dialplan."""
        await self._post(channel_id, "continue", context=context, extension=extension, priority=priority)

    async def moh_start(self, channel_id: str, *, moh_class: str | None = None) -> None:
        await self._post(channel_id, "moh", mohClass=moh_class)

    async def moh_stop(self, channel_id: str) -> None:
        await self._delete(channel_id, "moh")

    async def mute(self, channel_id: str, *, direction: str = "both") -> None:
        """``direction`` is in, out or both."""
        await self._post(channel_id, "mute", direction=direction)

    async def unmute(self, channel_id: str, *, direction: str = "both") -> None:
        await self._delete(channel_id, "mute", direction=direction)

    async def send_dtmf(self, channel_id: str, digits: str, *, between_ms: int = 100, duration_ms: int = 100) -> None:
        await self._post(channel_id, "dtmf", dtmf=digits, between=between_ms, duration=duration_ms)

    async def transfer_progress(self, channel_id: str, state: str) -> None:
        """Tell the phone that asked for a transfer (REFER) how it goes.

        ``state``: channel_proceeding, channel_progress, channel_answered, channel_unavailable, channel_declined.
        """
        await self._post(channel_id, "transfer_progress", states=state)

    async def _make(
        self, uri: str, channel_id: str, query: Mapping[str, Any], variables: Mapping[str, str] | None
    ) -> Channel:
        body = {"variables": dict(variables)} if variables else None
        try:
            return msgspec.convert(await self._request("POST", uri, query=query, body=body), Channel)
        except AriConflict as exc:
            # Once an id was taken, Asterisk goes on to blame the id for every later failure on this socket (the
            # reason is kept per thread and never cleared): a channel that is not there tells the two apart.
            try:
                await self.get(channel_id)
            except AriNotFound:
                raise of_status(500, exc.operation, "Allocation failed") from exc
            raise

    async def _post(self, channel_id: str, action: str, **query: Any) -> Any:
        return await self._request("POST", path("channels", channel_id, action), query=query)

    async def _delete(self, channel_id: str, action: str, **query: Any) -> Any:
        return await self._request("DELETE", path("channels", channel_id, action), query=query)
