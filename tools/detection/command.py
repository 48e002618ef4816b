"""``tools/detect``: the corpus of who answers, and the training of the detector."""

import argparse
import sys
from pathlib import Path

import numpy as np

from engine.core.config import ROOT
from engine.speech.detection.classifier import WEIGHTS
from engine.speech.detection.trees import load
from tools.detection import amd, corpus, data, train
from tools.softphone import audio

FOLDER = ROOT / "var" / "detection"


def main(words: list[str]) -> int:
    options = _parser().parse_args(words)
    options.run(options)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="tools/detect", description="Who answers: corpus and training.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    one = commands.add_parser("corpus", help="write scenes as WAV files with their labels, to listen to them")
    one.add_argument("part", choices=("train", "test"))
    one.add_argument("--count", type=int, default=100)
    one.add_argument("--seed", type=int, default=2)
    one.add_argument("--out", type=Path, default=FOLDER / "scenes")
    one.set_defaults(run=_corpus)
    one = commands.add_parser("train", help="make the weights of the detector (minutes of one core)")
    one.add_argument("--count", type=int, default=train.SCENES)
    one.add_argument("--seed", type=int, default=train.SEED)
    one.add_argument("--out", type=Path, default=WEIGHTS)
    one.set_defaults(run=_train)
    one = commands.add_parser("evaluate", help="how well the weights do on the test part, without calls")
    one.add_argument("--count", type=int, default=1000)
    one.add_argument("--seed", type=int, default=2)
    one.set_defaults(run=_evaluate)
    one = commands.add_parser("amd", help="search the best settings of Asterisk's AMD() on the training part")
    one.add_argument("--count", type=int, default=1600)
    one.add_argument("--tries", type=int, default=4000)
    one.add_argument("--false", type=float, default=0.03, help="people taken for machines, at most")
    one.add_argument("--longest", type=float, default=2.0, help="seconds that it may take")
    one.set_defaults(run=_amd)
    return parser


def _tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _corpus(options: argparse.Namespace) -> None:
    options.out.mkdir(parents=True, exist_ok=True)
    lines = ["file\tlabel\tkind\tvoice\troom\tcodec\tonset_s\tfirst_s"]
    for number, scene in enumerate(corpus.scenes(options.part, options.count, options.seed, _tell)):
        name = f"{options.part}-{options.seed}-{number:05}.wav"
        audio.write_wav(options.out / name, scene.pcm)
        facts = (scene.label, scene.kind, scene.voice, scene.room or "-", scene.codec)
        lines.append("\t".join((name, *facts, f"{scene.onset_s:.2f}", f"{scene.spoken_s:.2f}")))
    (options.out / "labels.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{options.count} scenes in {options.out}")


def _train(options: argparse.Namespace) -> None:
    forest = train.train(options.count, options.seed, options.out, _tell)
    print(f"{options.out}: {forest.made['unseen_voices']}")


def _evaluate(options: argparse.Namespace) -> None:
    found = data.gather(corpus.scenes("test", options.count, options.seed, _tell))
    print(train.report(found, load(WEIGHTS)))


def _amd(options: argparse.Namespace) -> None:
    scenes = list(corpus.scenes("train", options.count, train.SEED + 1000, _tell))
    level = amd.levels([scene.pcm for scene in scenes])
    machine = np.array([scene.label == "machine" for scene in scenes])
    longest = round(options.longest * 1000)
    found = amd.search(level, machine, options.false, options.tries, train.SEED, _tell, longest)
    print(f"recall {found.recall:.3f} at {found.false:.3f} false: {found.settings}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
