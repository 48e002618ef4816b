"""The folders that Asterisk needs before it starts; recording fails without its spool."""

import math
import struct
import wave
from pathlib import Path

from engine.asterisk import places
from engine.core.config import Settings

_RATE = 8000
# A slow arpeggio over four chords, in MIDI note numbers: A minor, F, C, G.
_CHORDS = ((57, 60, 64, 69), (53, 57, 60, 65), (48, 55, 60, 64), (55, 59, 62, 67))
_NOTE_S = 0.5


def prepare(settings: Settings) -> None:
    """Make the folders, the links to the installation's sounds and documentation, and music on hold."""
    base = places.folder(settings)
    for name in ("etc", "lib", "cache", "agi-bin", "lib/keys", "log/cdr-custom", "moh", "data/sounds"):
        (base / name).mkdir(parents=True, exist_ok=True)
    for path in (settings.recordings, settings.prompts, settings.run, settings.spool):
        path.mkdir(parents=True, exist_ok=True)
    shared = places.installed(settings, "usr/share/asterisk")
    for name in ("documentation", "rest-api", "static-http", "phoneprov", "firmware"):
        if (shared / name).exists():
            _link(places.data(settings) / name, shared / name)
    for language, name in places.LANGUAGES.items():
        _link(places.data(settings) / "sounds" / language, shared / "sounds" / name)
    music = base / "moh" / "calm.wav"
    if not music.is_file():
        compose(music)


def _link(link: Path, target: Path) -> None:
    if link.is_symlink() and link.readlink() == target:
        return
    link.unlink(missing_ok=True)
    link.symlink_to(target)


def compose(path: Path) -> None:
    """Write the music on hold: 16 s of soft notes, 8 kHz, 16 bit, mono; it loops without a seam."""
    frames = bytearray()
    for chord in _CHORDS:
        for note in (*chord, *reversed(chord)):
            frames += _note(440.0 * 2 ** ((note - 69) / 12))
    aside = path.with_suffix(".new")
    with wave.open(str(aside), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(_RATE)
        file.writeframes(bytes(frames))
    aside.replace(path)


def _note(frequency: float) -> bytes:
    """Half a second of a plucked tone with one overtone."""
    count = int(_RATE * _NOTE_S)
    step = 2 * math.pi * frequency / _RATE
    samples = []
    for i in range(count):
        shape = min(1.0, i / 80) * math.exp(-3.5 * i / count) * min(1.0, (count - i) / 80)
        samples.append(int(5500 * shape * (math.sin(step * i) + 0.25 * math.sin(2 * step * i))))
    return struct.pack(f"<{count}h", *samples)
