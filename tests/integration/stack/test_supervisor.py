"""Start, restart and stop of real processes."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from engine.core import config
from engine.core.config import Settings
from tools.stack import ready, remote
from tools.stack.console import StepFailed
from tools.stack.doctor import CHECKS
from tools.stack.stand import Stand, free_base
from tools.stack.supervisor import Service, Supervisor, cut_logs


@pytest.fixture
async def supervisor(tmp_path: Path) -> AsyncIterator[Supervisor]:
    settings = config.load({"PAYLATER_VAR": str(tmp_path)})
    settings.run.mkdir(parents=True)
    made = Supervisor(settings, print)
    yield made
    await made.stop_all()
    assert remote.leftovers(tmp_path) == {}


def sleeper(ready_file: Path, code: str = "") -> Service:
    """A process that becomes ready by writing a file."""
    text = f"import time, pathlib; pathlib.Path({str(ready_file)!r}).touch(); {code or 'time.sleep(600)'}"

    async def is_ready() -> None:
        if not ready_file.exists():
            raise ready.NotReady("no file yet")

    return Service("sleeper", [sys.executable, "-c", text], is_ready, start_timeout=10)


async def test_a_killed_process_is_started_again_at_once(supervisor: Supervisor, tmp_path: Path) -> None:
    service = sleeper(tmp_path / "ready")
    await supervisor.start(service)
    assert service.process is not None
    first = service.process.pid
    os.kill(first, signal.SIGKILL)
    started = time.monotonic()
    while service.process is None or service.process.pid == first:
        await asyncio.sleep(0.01)
    assert time.monotonic() - started < 5.0
    assert (tmp_path / "run" / "sleeper.pid").read_text().strip() == str(service.process.pid)


async def test_what_a_process_leaves_behind_is_ended_with_it(supervisor: Supervisor, tmp_path: Path) -> None:
    code = "import subprocess; subprocess.Popen(['sleep', '600']); time.sleep(600)"
    service = sleeper(tmp_path / "ready", code)
    await supervisor.start(service)
    deadline = time.monotonic() + 20
    while len(remote.leftovers(tmp_path)) < 2 and time.monotonic() < deadline:
        await asyncio.sleep(0.02)
    assert len(remote.leftovers(tmp_path)) == 2
    await supervisor.stop(service)
    deadline = time.monotonic() + 20  # what was killed takes a moment to be gone
    while remote.leftovers(tmp_path) and time.monotonic() < deadline:
        await asyncio.sleep(0.02)
    assert remote.leftovers(tmp_path) == {}


async def test_a_process_that_ends_at_once_fails_the_start_with_its_words(
    supervisor: Supervisor, tmp_path: Path
) -> None:
    service = sleeper(tmp_path / "never", "raise SystemExit('no licence for this moon')")
    service.ready = _never
    with pytest.raises(StepFailed, match="no licence for this moon"):
        await supervisor.start(service)


async def test_a_process_that_is_never_ready_fails_the_start(supervisor: Supervisor, tmp_path: Path) -> None:
    service = sleeper(tmp_path / "x")
    service.ready, service.start_timeout = _never, 0.5
    with pytest.raises(StepFailed, match="not ready in"):
        await supervisor.start(service)


async def test_a_process_deaf_to_the_signal_is_killed(supervisor: Supervisor, tmp_path: Path) -> None:
    code = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); pathlib.Path('%s').touch(); time.sleep(600)"
    service = sleeper(tmp_path / "early", code % (tmp_path / "deaf"))
    service.stop_timeout = 0.3
    await supervisor.start(service)
    while not (tmp_path / "deaf").exists():
        await asyncio.sleep(0.01)
    await supervisor.stop(service)
    assert service.process is None


def test_a_long_log_is_set_aside_and_its_writer_goes_on(tmp_path: Path) -> None:
    folder = tmp_path / "log"
    folder.mkdir()
    (folder / "short.log").write_text("short\n")
    with (folder / "long.log").open("a") as writer:
        writer.write("first words\n" * 10)
        writer.flush()
        assert cut_logs(tmp_path, limit=50) == [folder / "long.log"]
        writer.write("last word\n")
    assert (folder / "long.log").read_text() == "last word\n"
    assert (folder / "long.log.1").read_text() == "first words\n" * 10


async def _never() -> None:
    raise ready.NotReady("never")


def test_leftovers_of_a_killed_supervisor_are_found_and_ended(tmp_path: Path) -> None:
    env = {**os.environ, "PAYLATER_SERVICE": f"orphan:{tmp_path}"}
    orphan = subprocess.Popen(["sleep", "600"], env=env)
    try:
        assert remote.leftovers(tmp_path) == {orphan.pid: "orphan"}
        assert remote.end_leftovers(tmp_path, patience=2.0) == 1
        assert orphan.wait(5) == -signal.SIGTERM
    finally:
        orphan.kill()


def test_a_second_start_says_that_it_runs(postgres: Stand) -> None:
    done = _up(postgres, "--detach", "--only=postgres")
    assert done.returncode == 0
    assert "runs already" in done.stdout and postgres.up["http"] in done.stdout


def test_up_json_has_every_address_and_belongs_to_its_owner(postgres: Stand) -> None:
    path = postgres.settings.run / "up.json"
    assert path.stat().st_mode & 0o077 == 0
    up = msgspec.json.decode(path.read_bytes())
    assert set(up) == {"http", "sip", "ari", "database", "control", "admin", "demo"}
    assert up["sip"] == f"127.0.0.1:{postgres.settings.sip_port}"
    assert up["admin"]["login"] == "admin" and len(up["admin"]["password"]) >= 12


def test_a_taken_port_is_named_with_what_to_do(postgres: Stand, tmp_path: Path) -> None:
    """Another stack with the same ports is refused before anything starts."""
    env = postgres.environment(postgres.settings.port_base) | {"PAYLATER_VAR": str(tmp_path)}
    command = [sys.executable, "-m", "tools.stack.up", "--detach", "--only=postgres"]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False, cwd=config.ROOT)
    assert done.returncode == 1
    assert f"port {postgres.settings.database_port} (database_port)" in done.stderr
    assert "PAYLATER_PORT_BASE" in done.stderr
    assert remote.leftovers(tmp_path) == {}


def test_ctrl_c_stops_a_foreground_start_and_leaves_nothing(tmp_path: Path) -> None:
    stand = Stand("postgres")
    try:
        env = stand.environment(free_base())
        command = [sys.executable, "-m", "tools.stack.up", "--only=postgres"]
        process = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True, cwd=config.ROOT)
        assert process.stdout is not None
        words = ""
        while "stop      tools/down" not in words:
            line = process.stdout.readline()
            assert line, words
            words += line
        assert len(remote.leftovers(stand.var)) > 0
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0
        assert "Stopped." in process.stdout.read()
        assert remote.leftovers(stand.var) == {}
        assert not (stand.var / "run" / "supervisor.pid").exists()
    finally:
        stand.close()


def test_doctor_tells_what_runs_and_what_to_do_about_the_rest(postgres: Stand) -> None:
    env = postgres.environment(postgres.settings.port_base)
    command = [sys.executable, "-m", "tools.stack.doctor"]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False, cwd=config.ROOT)
    lines = {line[5:20].strip(): line for line in done.stdout.splitlines()}
    assert list(lines) == list(CHECKS)
    assert done.returncode == 1
    for name in ("database", "schema version", "RTP ports", "disk", "clock"):
        assert lines[name].startswith("ok"), lines[name]
    for name in ("ARI", "SIP port", "engine", "api"):
        assert lines[name].startswith("FAIL") and " Do: " in lines[name]


def _up(stand: Stand, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tools.stack.up", *words]
    env = stand.environment(stand.settings.port_base)
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False, cwd=config.ROOT)


def test_settings_of_a_stand_are_those_of_its_processes(postgres: Stand) -> None:
    assert isinstance(postgres.settings, Settings)
    assert postgres.settings.var == postgres.var and not postgres.settings.database_fsync
