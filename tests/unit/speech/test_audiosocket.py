"""Asterisk's AudioSocket frames, cut anywhere; garbage is refused."""

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.media.audiosocket import MAX_AUDIO, Frame, Kind, Parser, ProtocolError, encode

pytestmark = pytest.mark.feature("F-PBX-20")
STREAM = uuid.UUID("0190f1d2-0000-7000-8000-00000000abcd")
ID = encode(Kind.ID, STREAM.bytes)
audio = st.binary(max_size=400).map(lambda data: data[: len(data) // 2 * 2])


@given(st.lists(audio, max_size=8), st.lists(st.integers(1, 60), max_size=40))
def test_frames_come_out_whole_however_they_are_cut(sounds: list[bytes], cuts: list[int]) -> None:
    whole = ID + b"".join(encode(Kind.AUDIO, sound) for sound in sounds) + encode(Kind.HANGUP)
    parser, frames, at = Parser(), list[Frame](), 0
    for cut in [*cuts, len(whole)]:
        frames += parser.feed(whole[at : at + cut])
        at += cut
    assert frames[0].stream_id == STREAM
    assert [frame.payload for frame in frames if frame.kind is Kind.AUDIO] == sounds
    assert frames[-1].kind is Kind.HANGUP and len(frames) == len(sounds) + 2


@given(st.binary(max_size=5000))
def test_garbage_is_refused_or_waited_for_and_never_kept(data: bytes) -> None:
    parser = Parser()
    try:
        for frame in parser.feed(data):
            assert len(frame.payload) <= MAX_AUDIO
    except ProtocolError:
        return
    assert len(parser._rest) < MAX_AUDIO + 3


@pytest.mark.parametrize(
    "data",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        encode(Kind.ID, b"short"),
        encode(Kind.AUDIO, bytes(320)),  # no id before it
        ID + ID,
        ID + encode(Kind.AUDIO, bytes(321)),
        ID + bytes([0x10, 0xFF, 0xFF]),
        ID + bytes([0x12, 0, 2, 0, 0]),  # 16 kHz
    ],
)
def test_what_breaks_the_protocol_is_refused(data: bytes) -> None:
    with pytest.raises(ProtocolError):
        Parser().feed(data)
