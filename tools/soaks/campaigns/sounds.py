"""What simulated customers say: pieces of a stand's core sounds, and tones of the network. PCM at 8000 Hz."""

from pathlib import Path

from engine.asterisk import places
from engine.core.config import Settings
from tools.softphone import audio

_LANGUAGE = "ru"
_GREETING = ("vm-theperson", "digits/5", "digits/7", "vm-isunavail", "vm-intro")
BEEP_HZ, CED_HZ = 1000, 2100
SIT_HZ = (950.0, 1400.0, 1800.0)
"""Special information tone (ITU-T E.180): three tones of 330 ms."""


class Sounds:
    """``hello``: a word of a person; ``words``: somebody who talks; ``greeting``: an answering machine's with its beep.

    ``fax``: a called fax's tone; ``sit``: the tones of a wrong number.
    """

    def __init__(self, settings: Settings) -> None:
        folder = places.data(settings) / "sounds" / places.LANGUAGES[_LANGUAGE]
        self.words = _read(folder, "demo-thanks", 6.0)
        self.hello = _loud_start(_read(folder, "digits/2", 0.6))
        beep = audio.tone(BEEP_HZ, 0.4)
        self.greeting = b"".join(_read(folder, name, 2.0) for name in _GREETING) + beep
        self.fax = audio.tone(CED_HZ, 3.0)
        self.sit = b"".join(audio.tone(hz, 0.33) for hz in SIT_HZ)


def _read(folder: Path, name: str, seconds: float) -> bytes:
    """A core sound, at most 10 s of it; a tone of ``seconds`` where it is missing."""
    path = folder / f"{name}.wav"
    pcm = audio.read_wav(path) if path.is_file() else audio.tone(440, seconds)
    return pcm[: 20 * audio.RATE]


def _loud_start(pcm: bytes) -> bytes:
    """The sound without the silence before it."""
    step = audio.FRAME_BYTES
    for start in range(0, len(pcm), step):
        if audio.level(pcm[start : start + step]) >= 200:
            return pcm[start:]
    return pcm
