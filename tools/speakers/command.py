"""Makes a WAV file of speech as it sounds through a phone line (``tools/speaker``)."""

import argparse
import shutil
import sys
from pathlib import Path

from tools.speakers.speech import SPEAKERS, NoSpeaker, speak


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="tools/speaker",
        description="Make a WAV file (8 kHz) of speech through a phone line: 300 to 3400 Hz, A-law, noise.",
    )
    parser.add_argument("text", help="what is said")
    parser.add_argument("out", type=Path, help="the WAV file to write")
    parser.add_argument("--language", choices=sorted(SPEAKERS), default="ru")
    parser.add_argument("--voice", help="; ".join(f"{k}: {', '.join(v)}" for k, v in SPEAKERS.items()))
    parser.add_argument("--snr", type=float, metavar="DB", help="noise of a room so many decibels below the voice")
    parser.add_argument("--speed", type=float, default=1.0, help="1 is the voice's own")
    options = parser.parse_args(words)
    try:
        made = speak(options.text, options.language, options.voice, snr_db=options.snr, speed=options.speed)
    except NoSpeaker as exc:
        print(exc, file=sys.stderr)
        return 1
    shutil.copyfile(made, options.out)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
