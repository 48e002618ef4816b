"""The commands of tools/dialplan. Exit status: 0 done, 1 problems found or refused, 2 the command can't be run."""

import argparse
import asyncio
import getpass
import sys
from pathlib import Path
from typing import Any

import tools.dialplans.trace as trace
from engine.core import config
from engine.core.db import create_pool
from engine.core.errors import PayLaterError
from engine.dialplan.check import check
from engine.dialplan.diff import preview
from engine.dialplan.problems import Problem, errors
from engine.dialplan.render import SUFFIX, complete, context_of, default_templates
from engine.dialplan.store import DialplanStore, Version


def main() -> int:
    """Run the command that the command line names."""
    args = _parser().parse_args()
    try:
        return int(asyncio.run(args.run(args)))
    except PayLaterError as exc:
        print(exc.detail, file=sys.stderr)
        for item in exc.fields.get("errors", []):
            print(f"  {item['path']}: {item['message']}", file=sys.stderr)
        return 1 if exc.status < 500 else 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="tools/dialplan", description="Dialplan templates and the paths of calls.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    folder = "folder with templates (name.conf.j2); those that it lacks are the shipped ones"

    one = commands.add_parser("check", help="look for mistakes; needs no database")
    one.add_argument("folder", nargs="?", type=Path, help=f"{folder}; left out: the shipped templates")
    one.set_defaults(run=_check)
    one = commands.add_parser("preview", help="show what would change in extensions.conf")
    one.add_argument("folder", type=Path, help=folder)
    one.set_defaults(run=_preview)
    one = commands.add_parser("activate", help="check, save as a new version and put it in force")
    one.add_argument("folder", type=Path, help=folder)
    one.add_argument("--comment", default="", help="why, for the list of versions")
    one.set_defaults(run=_activate)
    one = commands.add_parser("rollback", help="put the version before in force again")
    one.set_defaults(run=_rollback)
    one = commands.add_parser("list", help="versions, newest first")
    one.set_defaults(run=_list)
    trace.add_arguments(commands.add_parser("trace", help="print the path that a call would take"))
    return parser


def read_folder(folder: Path | None) -> dict[str, str]:
    """The templates of a folder laid over the shipped ones.

    Raises:
        ConfigError: the folder holds no template.
    """
    if folder is None:
        return default_templates()
    found = {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.glob(f"*{SUFFIX}"))}
    if not found:
        raise config.ConfigError(f"{folder} holds no template; templates are named like from-trunk{SUFFIX}")
    return complete(found)


def _tell(problems: list[Problem]) -> int:
    for problem in problems:
        print(problem)
    wrong = len(errors(problems))
    print(f"{wrong} error(s), {len(problems) - wrong} warning(s)")
    return 1 if wrong else 0


async def _check(args: argparse.Namespace) -> int:
    return _tell(check(read_folder(args.folder), context_of(config.load())))


async def _preview(args: argparse.Namespace) -> int:
    settings = config.load()
    new = read_folder(args.folder)
    async with _Store(settings) as store:
        old = await store.templates()
    print(preview(old, new, context_of(settings)) or "No change.", end="\n")
    return 0


async def _activate(args: argparse.Namespace) -> int:
    settings = config.load()
    context = context_of(settings)
    templates = read_folder(args.folder)
    status = _tell(check(templates, context))
    if status:
        print("Not activated.", file=sys.stderr)
        return status
    async with _Store(settings) as store:
        version = await store.new(templates, author=getpass.getuser(), comment=args.comment, context=context)
        await store.activate(version.id, context=context)
    print(f"Version {version.id} is in force; the engine loads it now. tools/dialplan rollback takes it back.")
    return 0


async def _rollback(args: argparse.Namespace) -> int:
    async with _Store(config.load()) as store:
        version = await store.rollback()
    print("The shipped templates are in force." if version is None else f"Version {version.id} is in force.")
    return 0


async def _list(args: argparse.Namespace) -> int:
    async with _Store(config.load()) as store:
        versions = await store.list()
    for version in versions:
        print(_line(version))
    if not any(version.active for version in versions):
        print("* shipped templates")
    return 0


def _line(version: Version) -> str:
    mark = "*" if version.active else " "
    return f"{mark} {version.id:>4}  {version.created_at:%Y-%m-%d %H:%M}  {version.author}  {version.comment}"


class _Store:
    """The versions in the database of the settings, for the time of a command."""

    def __init__(self, settings: config.Settings) -> None:
        self._settings = settings
        self._pool: Any = None

    async def __aenter__(self) -> DialplanStore:
        self._pool = await create_pool(self._settings)
        return DialplanStore(self._pool)

    async def __aexit__(self, *failure: object) -> None:
        await self._pool.close()


if __name__ == "__main__":
    sys.exit(main())
