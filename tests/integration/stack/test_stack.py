"""The whole product under its supervisor."""

import os
import signal
import subprocess
import sys

import msgspec
import pytest

from engine.core import config
from tools.stack import remote
from tools.stack.stand import ApiError, Stack


def doctor(stack: Stack) -> subprocess.CompletedProcess[str]:
    env = stack.environment(stack.settings.port_base)
    command = [sys.executable, "-m", "tools.stack.doctor"]
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False, cwd=config.ROOT)


@pytest.mark.feature("F-ADM-02")
async def test_the_first_sign_in_opens_the_api(ready_stack: Stack) -> None:
    async with ready_stack.api() as api:
        calls = await api.get("/calls", params={"limit": 200})
    assert set(calls) == {"items", "next"}
    with pytest.raises(ApiError) as failed:
        async with ready_stack.api(login="admin", password="not the password"):
            pass
    assert failed.value.status == 401


def test_the_example_is_told_in_up_json(stack: Stack) -> None:
    demo = stack.up["demo"]
    assert {"menu_ru", "menu_en", "voicemail", "extensions"} <= set(demo)
    assert all({"number", "password"} <= set(extension) for extension in demo["extensions"])
    console = stack.console("pjsip show endpoints")
    assert all(f"{extension['number']}/" in console for extension in demo["extensions"])


def test_doctor_finds_everything_well(ready_stack: Stack) -> None:
    done = doctor(ready_stack)
    assert done.returncode == 0, done.stdout
    assert all(line.startswith("ok ") for line in done.stdout.splitlines())


@pytest.mark.parametrize("name", ["engine", "api", "asterisk", "postgres"])
def test_a_killed_part_is_back_and_ready_by_itself(ready_stack: Stack, name: str) -> None:
    old = ready_stack.kill(name, signal.SIGKILL)
    ready_stack.wait_restarted(name, old, timeout=20)
    for other in ("postgres", "asterisk", "engine", "api"):
        ready_stack.wait_ready(other, timeout=20)


def test_doctor_names_a_part_that_is_down(ready_stack: Stack) -> None:
    ready_stack.stop("engine")
    done = doctor(ready_stack)
    assert done.returncode == 1
    failed = [line for line in done.stdout.splitlines() if line.startswith("FAIL")]
    assert any(line.startswith("FAIL engine") and " Do: " in line for line in failed)
    assert not any(line.startswith("FAIL database") for line in failed)


def test_a_stopped_stack_leaves_nothing_and_starts_again_as_it_was(stack: Stack) -> None:
    env = stack.environment(stack.settings.port_base)

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", *words]
        return subprocess.run(command, env=env, capture_output=True, text=True, check=False, cwd=config.ROOT)

    assert run("tools.stack.down").returncode == 0
    assert remote.leftovers(stack.var) == {}
    assert "not running" in run("tools.stack.down").stdout
    done = run("tools.stack.up", "--detach", f"--stop-with={os.getpid()}")
    assert done.returncode == 0, done.stderr
    assert msgspec.json.decode((stack.settings.run / "up.json").read_bytes()) == stack.up
