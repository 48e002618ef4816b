"""The program of a process of voices: ``python -m engine.speech.voices.worker rhvoice|silero ARGUMENT NICE``.

Takes one ``Say`` a line from standard input, writes frames to standard output; ends when its input ends. Heavy
libraries are loaded here and nowhere else.
"""

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

import msgspec

from engine.speech.voices.frames import AUDIO, END, FAILED, READY, Ready, Say, frame

Speak = Callable[[Say], Iterator[tuple[bytes, int]]]
"""Speech in pieces, each with its sample rate."""


def main(words: list[str]) -> int:
    out = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)
    kind, argument, nice = words
    os.nice(int(nice))
    try:
        ready, speak = {"rhvoice": _rhvoice, "silero": _silero}[kind](argument)
    except Exception as exc:
        out.write(frame(FAILED, f"{type(exc).__name__}: {exc}".encode()[:1000]))
        return 1
    out.write(frame(READY, msgspec.json.encode(ready)))
    for line in sys.stdin.buffer:
        try:
            _answer(msgspec.json.decode(line, type=Say), speak, out)
        except BrokenPipeError:
            return 0
        except Exception as exc:
            out.write(frame(FAILED, f"{type(exc).__name__}: {exc}".encode()[:1000]))
        else:
            out.write(frame(END))
    return 0


def _answer(say: Say, speak: Speak, out: BinaryIO) -> None:
    from engine.speech.voices.resample import Resampler

    resampler = None
    for pcm, rate in speak(say):
        resampler = resampler or Resampler(rate, say.rate)
        if ready := resampler.feed(pcm):
            out.write(frame(AUDIO, ready))
    if resampler is not None and (rest := resampler.finish()):
        out.write(frame(AUDIO, rest))


def _rhvoice(prefix: str) -> tuple[Ready, Speak]:
    import queue
    import threading

    from engine.speech.voices.rhvoice import RhVoice

    engine = RhVoice(Path(prefix))

    def speak(say: Say) -> Iterator[tuple[bytes, int]]:
        # The library calls back; a thread turns that into pieces that can be asked for.
        pieces: queue.Queue[tuple[bytes, int] | Exception | None] = queue.Queue(64)

        def tell(pcm: bytes, rate: int) -> bool:
            pieces.put((pcm, rate))
            return True

        def run() -> None:
            try:
                engine.speak(say.text, say.voice, tell)
                pieces.put(None)
            except Exception as exc:
                pieces.put(exc)

        threading.Thread(target=run, daemon=True).start()
        while (piece := pieces.get()) is not None:
            if isinstance(piece, Exception):
                raise piece
            yield piece

    return Ready(engine.version), speak


def _silero(threads: str) -> tuple[Ready, Speak]:
    from engine.speech.voices.silero import Silero

    models = Silero(int(threads))
    return Ready(models.version), models.speak


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
