"""tools/dialplan from the command line."""

import os
import subprocess
from pathlib import Path
from uuid import UUID

import asyncpg
import msgspec
import pytest

from engine.core.config import ROOT
from engine.dialplan.render import TEMPLATES
from tools.stack import demo_voice

pytestmark = pytest.mark.feature("F-PBX-25")


def run(*words: str, dsn: str = "postgresql://127.0.0.1:1/none") -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "PAYLATER_DATABASE_DSN": dsn}
    command = [str(ROOT / "tools" / "dialplan"), *words]
    return subprocess.run(command, capture_output=True, text=True, env=env, check=False, timeout=60)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Templates of an engineer: one changed line."""
    text = (TEMPLATES / "shed.conf.j2").read_text(encoding="utf-8").replace("Hangup(42)", "Hangup(34)")
    (tmp_path / "shed.conf.j2").write_text(text, encoding="utf-8")
    return tmp_path


def test_check_works_without_a_database(folder: Path) -> None:
    done = run("check")
    assert (done.returncode, done.stdout) == (0, "0 error(s), 0 warning(s)\n")
    assert run("check", str(folder)).returncode == 0


def test_check_names_file_line_and_what_to_do(folder: Path) -> None:
    (folder / "shed.conf.j2").write_text("[shed]\nexten => _X!,1,Goto(nowhere,s,1)\n", encoding="utf-8")
    done = run("check", str(folder))
    assert done.returncode == 1
    assert "shed.conf.j2:2: error: Goto goes to nowhere,s,1: There is no context nowhere" in done.stdout
    done = run("activate", str(folder))
    assert (done.returncode, done.stderr) == (1, "Not activated.\n")


def test_an_empty_folder_is_told(tmp_path: Path) -> None:
    done = run("check", str(tmp_path))
    assert done.returncode == 2
    assert "holds no template" in done.stderr


def test_a_database_that_is_away_is_told() -> None:
    done = run("list")
    assert done.returncode == 2
    assert "tools/doctor" in done.stderr


def test_preview_activate_list_rollback(folder: Path, database: str) -> None:
    preview = run("preview", str(folder), dsn=database)
    assert "- same => n(congestion),Hangup(42)\n+ same => n(congestion),Hangup(34)" in preview.stdout
    assert "* shipped templates" in run("list", dsn=database).stdout
    done = run("activate", str(folder), "--comment", "try 34", dsn=database)
    assert done.returncode == 0, done.stderr
    assert "Version 1 is in force" in done.stdout
    assert run("preview", str(folder), dsn=database).stdout == "No change.\n"
    listed = run("list", dsn=database).stdout
    assert listed.startswith("*    1")
    assert "try 34" in listed
    assert "shipped templates are in force" in run("rollback", dsn=database).stdout
    assert run("rollback", dsn=database).returncode == 1


@pytest.mark.feature("F-PBX-26")
def test_trace_prints_the_path_of_a_call(database: str) -> None:
    done = run("trace", "--from", "79161234567", "--to", "74950000001", "--at", "2026-03-02T12:00", dsn=database)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Call from 79161234567 to 74950000001 at 2026-03-02T12:00:00")
    assert "  1. " in done.stdout


@pytest.mark.feature("F-PBX-05", "F-PBX-26")
async def test_trace_walks_a_menu_by_what_is_said(database: str) -> None:
    connection = await asyncpg.connect(database)
    try:
        for table, row in demo_voice.rows(None, UUID(int=1)):  # type: ignore[arg-type]
            kept = {name: msgspec.json.encode(v).decode() if isinstance(v, dict) else v for name, v in row.items()}
            places = ", ".join(f"${n}" for n in range(1, len(kept) + 1))
            await connection.execute(f"insert into {table} ({', '.join(kept)}) values ({places})", *kept.values())
    finally:
        await connection.close()
    say = ("--say", "какая завтра погода", "--say", "хочу узнать про доставку", "--say", "сколько это стоит?")
    done = run("trace", "--from", "79161234567", "--to", demo_voice.VOICE_RU, *say, dsn=database)
    assert done.returncode == 0, done.stderr
    assert 'Caller says "какая завтра погода": fits nothing' in done.stdout
    assert 'Caller says "хочу узнать про доставку": may mean 1 (100%)' in done.stdout
    assert "Choice 2 taken" in done.stdout
    assert "step prices" in done.stdout


@pytest.mark.feature("F-PBX-26")
@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--to", "1"), "Say who calls"),
        (("--to", "1", "--internal", "999"), "There is no extension 999"),
        (("--to", "1", "--from", "2", "--at", "tomorrow"), "write it like"),
    ],
)
def test_trace_tells_what_it_lacks(database: str, words: tuple[str, ...], says: str) -> None:
    done = run("trace", *words, dsn=database)
    assert done.returncode == 1
    assert says in done.stderr
