"""Texts that are spoken to a caller while they are made: the first sound comes before the last word is computed.

A speaking channel and the caller are in a bridge of their own for as long as it takes. What was spoken whole is kept
as a file, which is played the next time. When anything of this fails before the first sound, the text is made whole
and played as a file; later the text ends where it is, and the call goes on.
"""

import asyncio
import uuid
from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING

import msgspec

from engine.ari.errors import AriError
from engine.core import log
from engine.core.errors import PayLaterError
from engine.media.speaking import OPEN_S, SpeakingChannel, SpeakingLost

if TYPE_CHECKING:
    from engine.calls.line import CallLine

_log = log.get("speaking")
PREFIX = "speech:"
ENDPOINT = "WebSocket/INCOMING/c(slin)"
ID_HEAD = "speech-"
CONNECTION = "MEDIA_WEBSOCKET_CONNECTION_ID"


class Speech(msgspec.Struct, frozen=True):
    """A text to be spoken; ``voice`` empty: the best."""

    text: str
    language: str
    voice: str = ""


def speech_uri(text: str, language: str, voice: str = "") -> str:
    """What ``CallLine.play`` takes for a text that is spoken as it is made."""
    return PREFIX + msgspec.json.encode(Speech(text, language, voice)).decode()


def speech_of(media: str) -> Speech | None:
    """The text in a media URI; None for any other media."""
    return msgspec.json.decode(media.removeprefix(PREFIX), type=Speech) if media.startswith(PREFIX) else None


class Speaking:
    """What one line speaks."""

    def __init__(self, line: "CallLine") -> None:
        self._line = line
        self._spoken: _Spoken | None = None

    async def play(self, media: Sequence[str], *, barge_in: bool) -> str | None:
        """See ``CallLine.play``; media may hold texts."""
        for speech, run in groupby(media, key=speech_of):
            if speech is None:
                digit = await self._line.play(list(run), barge_in=barge_in)
            else:
                digit = await self.speak(speech, barge_in=barge_in)
            if digit is not None:
                return digit
        return None

    async def speak(self, speech: Speech, *, barge_in: bool) -> str | None:
        """Speak a text; gives what stopped it as ``CallLine.play`` does. Nothing is said when nobody can."""
        line, services = self._line, self._line.services
        line.check()
        voices, speakers = services.voices, services.speakers
        if voices is None:
            return None
        kept = voices.kept(speech.text, speech.language, speech.voice)
        if kept is None and speakers is not None and speakers.room and voices.streams(speech.language, speech.voice):
            speakers.live += 1
            self._spoken = _Spoken(line, speech, barge_in)
            try:
                return await self._spoken.run()
            except (AriError, SpeakingLost) as exc:
                _log.warning("speaking_failed", call=str(line.call.id), error=f"{type(exc).__name__}: {exc}")
            finally:
                speakers.live -= 1
        try:
            kept = kept or await line.guard(voices.file(speech.text, speech.language, speech.voice))
        except PayLaterError as exc:
            line.note("prompt_skipped", reason=exc.detail[:200])
        return await line.play([f"sound:{kept.with_suffix('')}"], barge_in=barge_in) if kept is not None else None

    def on_start(self, channel_id: str) -> None:
        """A speaking channel has entered our application."""
        if self._spoken is not None and self._spoken.channel_id == channel_id:
            self._spoken.entered.set()

    async def clear_earlier(self, playback_id: str) -> None:
        """An earlier process was speaking: its bridge goes, the caller stays in our application."""
        line = self._line
        await line.command(lambda: line.services.ari.bridges.destroy(bridge_of(line, playback_id)))


def is_speech(playback_id: str) -> bool:
    """Whether what is being played is a text that is spoken."""
    return playback_id.startswith(ID_HEAD)


def bridge_of(line: "CallLine", playback_id: str) -> str:
    """The bridge in which a line is spoken to."""
    return f"{line.call.id.hex}-{playback_id}"


class _Spoken:
    """One text being spoken."""

    def __init__(self, line: "CallLine", speech: Speech, barge_in: bool) -> None:
        self._line = line
        self._speech = speech
        self._barge_in = barge_in
        self._pieces: asyncio.Queue[bytes | None] = asyncio.Queue()
        """Sound that was made, in memory: how long a text may be bounds it."""
        self._failed = ""
        self._id = f"{ID_HEAD}{uuid.uuid4().hex[:12]}"
        self.channel_id = f"{line.call.id.hex}-{self._id}-c"
        self.entered = asyncio.Event()
        """The channel is in our application: Asterisk takes commands for it only then."""
        self._bridge_id = bridge_of(line, self._id)

    async def run(self) -> str | None:
        """Gives what stopped it; None: spoken to the end.

        Raises:
            AriError, SpeakingLost: nothing was heard of it.
        """
        line = self._line
        await line.hush()
        with line.playing(self._id, self._barge_in) as done:
            line.own(self.channel_id)
            making = asyncio.create_task(self._make())
            channel: SpeakingChannel | None = None
            sending: asyncio.Task[None] | None = None
            try:
                channel = await line.guard(self._connect())
                sending = asyncio.create_task(self._send(channel))
                sending.add_done_callback(lambda _: None if done.done() else done.set_result(None))
                stopped = await line.wait(done)
                await self._end(channel, sending)
                return stopped
            finally:
                making.cancel()
                if sending is not None:
                    sending.cancel()
                self._line.services.tasks.spawn(self._take_down(channel), name="end of speech", quiet=(AriError,))

    async def _make(self) -> None:
        """Let the voice speak as fast as it can."""
        speech, voices = self._speech, self._line.services.voices
        assert voices is not None
        stream = voices.stream(speech.text, speech.language, speech.voice)
        try:
            async for piece in stream:
                self._pieces.put_nowait(piece)
        except PayLaterError as exc:
            self._failed = exc.detail
        finally:
            self._pieces.put_nowait(None)
            await stream.aclose()

    async def _connect(self) -> SpeakingChannel:
        """The channel, in a bridge with the caller."""
        line, ari = self._line, self._line.services.ari
        speakers = line.services.speakers
        assert speakers is not None
        await ari.channels.originate(
            channel_id=self.channel_id, endpoint=ENDPOINT, app_args=f"speech,{line.call.id}", formats="slin", timeout=5
        )
        connection = await ari.channels.get_variable(self.channel_id, CONNECTION)
        channel = await speakers.open(connection or "")
        try:
            await self._until_entered()
            # What the caller says is of no interest to the voice.
            await ari.channels.mute(self.channel_id, direction="out")
            await ari.bridges.create(bridge_id=self._bridge_id, name=f"speech {line.call.id}")
            await ari.bridges.add_channel(self._bridge_id, self.channel_id)
            await ari.bridges.add_channel(self._bridge_id, line.call.caller_leg.channel_id)
        except BaseException:
            await channel.close()
            raise
        return channel

    async def _until_entered(self) -> None:
        try:
            async with asyncio.timeout(OPEN_S):
                await self.entered.wait()
        except TimeoutError:
            raise SpeakingLost("the channel did not come to our application") from None

    async def _send(self, channel: SpeakingChannel) -> None:
        while (piece := await self._pieces.get()) is not None:
            await channel.send(piece)
        await channel.finish()

    async def _end(self, channel: SpeakingChannel, sending: "asyncio.Task[None]") -> None:
        """Silence at once when it was stopped; what went wrong is noted, or raised when nothing was heard."""
        line, bridges = self._line, self._line.services.ari.bridges
        stopped = not sending.done()
        if stopped:
            sending.cancel()
            await channel.flush()
        await line.command(lambda: bridges.destroy(self._bridge_id))
        if stopped:
            return
        error = sending.exception() if not sending.cancelled() else None
        if error is None and not self._failed and channel.sent_bytes:
            return
        reason = self._failed or str(error or "no sound came")
        if not channel.sent_bytes:
            raise SpeakingLost(reason)
        line.note("speech_cut", reason=reason[:200])

    async def _take_down(self, channel: SpeakingChannel | None) -> None:
        """The channel is ended; nobody waits for it."""
        line, ari = self._line, self._line.services.ari
        try:
            if channel is not None:
                await channel.close()
            await ari.channels.hangup(self.channel_id)
            await ari.bridges.destroy(self._bridge_id)
        finally:
            line.release(self.channel_id)
