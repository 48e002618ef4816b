"""Tasks on recordings: personal data is silenced, the waveform of a player is made."""

from collections.abc import Sequence
from pathlib import Path

from engine.media import muting, peaks
from engine.speech.tasks import TaskTools


def mute(tools: TaskTools, path: str, parts: Sequence[Sequence[float]]) -> int:
    """Silence ``parts`` (channel, from, to in seconds) of a recording for good; samples that changed."""
    return muting.silence(Path(path), [(int(channel), start, end) for channel, start, end in parts])


def waveform(tools: TaskTools, path: str) -> int:
    """Make the waveform of a recording ahead; the parts that it has."""
    return len(peaks.of(Path(path), tools.settings.peaks).channels[0])
