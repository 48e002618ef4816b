"""Any common sound file to what Asterisk plays best: WAV, 8 kHz, 16 bit, one channel."""

import asyncio
import contextlib
import wave
from pathlib import Path
from typing import NamedTuple

from pydub import AudioSegment, effects

from api.web.problems import invalid
from engine.core import log
from engine.core.errors import Unavailable

_log = log.get("api.prompts")
_SECONDS = 60.0
# Only formats of plain sound: a play list would make ffmpeg read other files or addresses.
_FORMATS = "wav,w64,mp3,ogg,flac,mov,aac,aiff,asf,caf,amr,au,gsm,matroska,webm,opus"
_HEADROOM_DB = 1.0


class Sound(NamedTuple):
    """A prompt's sound: ``file`` in the prompts folder, without ending."""

    file: str
    duration_s: float
    size_bytes: int


NO_SOUND = Sound("", 0.0, 0)


async def convert(source: Path, target: Path, max_seconds: int) -> float:
    """Write ``source`` as a prompt to ``target``; gives its length in seconds.

    Raises:
        InvalidInput: not a sound file, silent in length, or longer than ``max_seconds``.
        Unavailable: ffmpeg is not installed.
    """
    raw = target.with_suffix(".raw.wav")
    try:
        await _decode(source, raw, max_seconds + 1)
        return await asyncio.to_thread(_finish, raw, target, max_seconds)
    finally:
        raw.unlink(missing_ok=True)


async def _decode(source: Path, target: Path, max_seconds: int) -> None:
    command = [
        *("ffmpeg", "-nostdin", "-hide_banner", "-v", "error", "-y"),
        *("-protocol_whitelist", "file", "-format_whitelist", _FORMATS, "-i", str(source)),
        *("-map", "0:a:0", "-t", str(max_seconds), "-ac", "1", "-ar", "8000", "-sample_fmt", "s16"),
        *("-fs", str(max_seconds * 16_000 + 1000), "-f", "wav", str(target)),
    ]
    try:
        process = await asyncio.create_subprocess_exec(
            *command, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE
        )
    except FileNotFoundError:
        raise Unavailable("ffmpeg is not installed on the server: apt-get install ffmpeg") from None
    try:
        _, complaint = await asyncio.wait_for(process.communicate(), _SECONDS)
    except TimeoutError:
        raise invalid("body.file", "It takes too long to convert") from None
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
    if process.returncode != 0:
        _log.info("prompt_refused", complaint=complaint.decode(errors="replace")[:500])
        raise invalid("body.file", "Not a sound file that can be read")


def _finish(raw: Path, target: Path, max_seconds: int) -> float:
    try:
        sound = AudioSegment.from_wav(str(raw))
    except (OSError, EOFError, wave.Error, ValueError):
        raise invalid("body.file", "Not a sound file that can be read") from None
    seconds = len(sound) / 1000
    if seconds < 0.1:
        raise invalid("body.file", "There is no sound in it")
    if seconds > max_seconds:
        raise invalid("body.file", f"Longer than {max_seconds} seconds")
    if sound.max > 0:
        sound = effects.normalize(sound, headroom=_HEADROOM_DB)
    sound.export(str(target), format="wav").close()
    return round(seconds, 2)
