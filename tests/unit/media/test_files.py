"""Files of recordings: two sides become one, parts are silenced, waveforms are made."""

import random
from array import array
from pathlib import Path

import pytest

from engine.media import muting, peaks, stereo

HZ = stereo.RATE


def write(path: Path, samples: list[int]) -> Path:
    """A side as Asterisk leaves it when it is killed: sizes in the header are those of an empty file."""
    path.write_bytes(stereo.header(0, 1) + array("h", samples).tobytes())
    return path


def sides(path: Path) -> tuple[list[int], list[int]]:
    data = path.read_bytes()
    samples = array("h", data[stereo.HEADER :])
    assert data[:44] == stereo.header(len(samples) // 2, 2)
    return list(samples[::2]), list(samples[1::2])


@pytest.mark.feature("F-PBX-21")
def test_sides_are_joined_in_time_and_deleted(tmp_path: Path) -> None:
    chance = random.Random(1)
    said = [chance.randrange(-9000, 9000) for _ in range(150_000)]
    heard = [chance.randrange(-9000, 9000) for _ in range(149_000)]
    left, right = write(tmp_path / "in.wav", said), write(tmp_path / "out.wav", heard)
    assert stereo.join(left, right, tmp_path / "call.wav", left_at=100.0, right_at=100.25)
    assert sides(tmp_path / "call.wav") == (said + [0] * 1000, [0] * 2000 + heard)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["call.wav"]
    assert stereo.channels_of(tmp_path / "call.wav") == 2


def test_sides_whose_beginning_is_not_known_end_together(tmp_path: Path) -> None:
    left, right = write(tmp_path / "in.wav", [1] * 500), write(tmp_path / "out.wav", [2] * 300)
    assert stereo.join(left, right, tmp_path / "call.wav", left_at=None, right_at=3.0)
    assert sides(tmp_path / "call.wav") == ([1] * 500, [0] * 200 + [2] * 300)


def test_a_side_that_failed_is_silence_and_the_other_is_kept(tmp_path: Path) -> None:
    right = write(tmp_path / "out.wav", [5] * 300)
    assert stereo.join(tmp_path / "in.wav", right, tmp_path / "call.wav", left_at=None, right_at=3.0)
    assert sides(tmp_path / "call.wav") == ([0] * 300, [5] * 300)


def test_a_join_that_was_cut_off_is_done_again(tmp_path: Path) -> None:
    left, right = write(tmp_path / "in.wav", [1] * 500), write(tmp_path / "out.wav", [2] * 500)
    (tmp_path / "call.wav.part").write_bytes(b"half")
    for _ in range(2):
        assert stereo.join(left, right, tmp_path / "call.wav", left_at=1.0, right_at=1.0)
        assert sides(tmp_path / "call.wav") == ([1] * 500, [2] * 500)
    assert not stereo.join(left, right, tmp_path / "never.wav", left_at=1.0, right_at=1.0)


def test_empty_sides_leave_nothing_behind(tmp_path: Path) -> None:
    left, right = tmp_path / "in.wav", tmp_path / "out.wav"
    left.write_bytes(stereo.header(0, 1))
    assert not stereo.join(left, right, tmp_path / "call.wav", left_at=None, right_at=None)
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_refuses_leaves_both_sides(tmp_path: Path) -> None:
    left, right = write(tmp_path / "in.wav", [1] * 500), write(tmp_path / "out.wav", [2] * 500)
    with pytest.raises(OSError, match="No such file"):
        stereo.join(left, right, tmp_path / "gone" / "call.wav", left_at=1.0, right_at=1.0)
    assert (stereo.frames_of(left), stereo.frames_of(right)) == (500, 500)


@pytest.mark.feature("F-PBX-20")
def test_parts_are_silenced_in_their_channel_alone(tmp_path: Path) -> None:
    path = tmp_path / "call.wav"
    left, right = write(tmp_path / "a.wav", [7] * HZ * 2), write(tmp_path / "b.wav", [9] * HZ * 2)
    stereo.join(left, right, path, left_at=None, right_at=None)
    inode = path.stat().st_ino
    assert muting.silence(path, [(0, 0.5, 1.0), (1, 1.75, 99.0), (0, 3.0, 4.0), (2, 0.0, 1.0)]) == HZ // 2 + HZ // 4
    assert sides(path) == (
        [7] * (HZ // 2) + [0] * (HZ // 2) + [7] * HZ,
        [9] * (HZ // 4 * 7) + [0] * (HZ // 4),
    )
    assert path.stat().st_ino != inode
    assert muting.silence(path, [(0, 0.5, 1.0)]) == 0
    assert [one.name for one in tmp_path.iterdir()] == ["call.wav"]


@pytest.mark.feature("F-PBX-21")
def test_a_waveform_is_kept_until_the_recording_changes(tmp_path: Path) -> None:
    path, folder = tmp_path / "call.wav", tmp_path / "peaks"
    left = write(tmp_path / "a.wav", [0] * HZ + [1000] * HZ)
    right = write(tmp_path / "b.wav", [-500] * HZ + [0] * HZ)
    stereo.join(left, right, path, left_at=None, right_at=None)
    found = peaks.of(path, folder)
    assert found.duration_s == 2.0
    assert len(found.channels[0]) == len(found.channels[1]) == pytest.approx(2.0 / found.part_s, abs=1)
    half = len(found.channels[0]) // 2
    assert set(found.channels[0][:half]) == {0.0}
    assert set(found.channels[0][half:]) == {1.0}
    assert set(found.channels[1][:half]) == {0.5}
    assert peaks.of(path, folder) == found
    muting.silence(path, [(0, 0.0, 2.0)])
    assert max(peaks.of(path, folder).channels[0]) == 0.0


def test_an_empty_recording_has_a_waveform_of_nothing(tmp_path: Path) -> None:
    assert peaks.of(write(tmp_path / "a.wav", []), tmp_path / "peaks").channels == [[]]
