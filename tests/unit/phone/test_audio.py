import wave
from pathlib import Path

import pytest

from tools.softphone import audio


def test_a_wav_of_any_shape_becomes_8_khz_16_bit_mono(tmp_path: Path) -> None:
    path = tmp_path / "stereo.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(16000)
        file.writeframes(b"\x10\x00\x10\x00" * 16000)
    assert audio.seconds(audio.read_wav(path)) == pytest.approx(1.0, abs=0.01)


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    sound = audio.tone(440, 0.5)
    audio.write_wav(tmp_path / "deep" / "a.wav", sound)
    assert audio.read_wav(tmp_path / "deep" / "a.wav") == sound


def test_a_tone_is_told_from_another_and_from_silence() -> None:
    sound = audio.tone(700, 0.5)
    assert audio.tone_share(sound, 700) > 0.95
    assert audio.tone_share(sound, 900) < 0.05
    assert audio.tone_share(bytes(8000), 700) == 0.0
    cut = 2 * 2005  # half a turn is missing
    assert audio.tone_share(audio.tone(800, 0.25) + audio.tone(800, 0.5)[cut:], 800) > 0.7
    assert audio.level(sound) > 1000
    assert audio.level(bytes(1600)) == 0
