"""The phone against a real Asterisk."""

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools.softphone import CallEnded, CallFailed, Phone, RegistrationFailed, audio
from tools.stack.stand import AsteriskStand

DIALPLAN = """
[from-trunk]
exten => 600,1,Answer()
 same => n,Echo()
exten => 601,1,Answer()
 same => n,Playback(hello-world)
 same => n,Read(KEYS,vm-enter-num-to-call,4,,1,10)
 same => n,Playback(hello-world)
 same => n,Set(GLOBAL(KEYS_READ)=${KEYS})
 same => n,Hangup(16)
exten => 602,1,Busy()
exten => 603,1,Ringing()
 same => n,Wait(60)
exten => 604,1,Hangup(42)
[from-internal]
exten => _1XX,1,Dial(PJSIP/${EXTEN},20)
 same => n,Hangup(${HANGUPCAUSE})
exten => _600,1,Goto(from-trunk,600,1)
"""


@pytest.fixture(scope="module")
def exchange(asterisk: AsteriskStand) -> Iterator[AsteriskStand]:
    asterisk.write_dialplan(DIALPLAN)
    yield asterisk


def server(stand: AsteriskStand) -> tuple[str, int]:
    return "127.0.0.1", stand.settings.sip_port


def phone_of(stand: AsteriskStand, number: str) -> Phone:
    return Phone(server(stand), number, stand.extensions[number])


async def test_what_is_said_is_heard(exchange: AsteriskStand) -> None:
    async with Phone(server(exchange), "79160000001") as phone:
        call = await phone.call("600")
        await call.say(audio.tone(800, 1.5))
        assert audio.tone_share(call.heard_last(0.5), 800) > 0.9
        assert call.gaps(0.1) == []
        call.hang_up()
        assert (call.status, call.ended_by) == (200, "us")


async def test_prompts_keys_and_the_others_goodbye(exchange: AsteriskStand) -> None:
    async with Phone(server(exchange), "79160000002") as phone:
        call = await phone.call("601")
        await call.wait_heard(20)
        await call.wait_prompt(15)
        await call.press("15#")
        await call.wait_ended(15)
        assert (call.ended_by, call.cause) == ("peer", 16)
        with pytest.raises(CallEnded):
            await call.press("1")
    assert "KEYS_READ=15" in exchange.console("dialplan show globals")


@pytest.mark.parametrize(("number", "status"), [("602", 486), ("604", 503), ("699", 404)])
async def test_a_refusal_tells_its_status(exchange: AsteriskStand, number: str, status: int) -> None:
    async with Phone(server(exchange), "79160000003") as phone:
        with pytest.raises(CallFailed) as failed:
            await phone.call(number, timeout=5)
        assert failed.value.status == status


async def test_a_ringing_call_can_be_taken_back(exchange: AsteriskStand) -> None:
    async with Phone(server(exchange), "79160000004") as phone:
        call = await phone.dial("603")
        await call.wait_ringing(20)
        call.hang_up()
        await call.wait_ended(20)
        assert (call.status, call.ended_by) == (487, "us")


async def test_two_phones_talk_press_hold_and_hang_up(exchange: AsteriskStand) -> None:
    async with phone_of(exchange, "101") as anna, phone_of(exchange, "102") as boris:
        await anna.register()
        await boris.register()
        out = await anna.dial("102")
        came = await boris.wait_call(20)
        await out.wait_ringing(20)
        assert came.caller == "101"
        came.answer()
        await out.wait_answered(20)
        await out.say(audio.tone(600, 1.2), wait=False)
        await came.say(audio.tone(1100, 1.2))
        assert audio.tone_share(out.heard_last(0.4), 1100) > 0.9
        assert audio.tone_share(came.heard_last(0.4), 600) > 0.9
        await out.press("5#")
        await asyncio.sleep(0.2)
        assert came.media.digits == ["5", "#"]
        came.hold()
        await asyncio.sleep(0.4)
        came.hold(False)
        await asyncio.sleep(0.3)
        assert (out.state, came.state) == ("answered", "answered")
        came.hang_up()
        await out.wait_ended(20)
        assert (out.ended_by, out.cause) == ("peer", 16)


async def test_busy_and_cancelled_at_the_called_phone(exchange: AsteriskStand) -> None:
    async with phone_of(exchange, "103") as vera, phone_of(exchange, "104") as gleb:
        await gleb.register()
        out = await vera.dial("104")
        (await gleb.wait_call(20)).reject(486)
        with pytest.raises(CallFailed, match="486"):
            await out.wait_answered(20)
        out = await vera.dial("104")
        came = await gleb.wait_call(20)
        out.hang_up()
        await came.wait_ended(20)
        assert (came.status, came.ended_by) == (487, "peer")


async def test_a_wrong_password_is_refused(exchange: AsteriskStand) -> None:
    async with Phone(server(exchange), "105", "wrong-password") as phone:
        with pytest.raises(RegistrationFailed) as failed:
            await phone.register(timeout=5)
        assert failed.value.status == 401


async def test_thirty_calls_in_one_process(exchange: AsteriskStand) -> None:
    sound = audio.tone(800, 2.0)
    async with Phone(server(exchange), "79160000005", keep_sound=False) as phone:
        calls = await asyncio.gather(*(phone.call("600", caller=f"7916{i:07}") for i in range(30)))
        since = time.monotonic()
        await asyncio.gather(*(call.say(sound) for call in calls))
        assert min(call.media.loud_frames for call in calls) > 80
        assert [gap for call in calls for gap in call.gaps(0.2, since=since)] == []


def run_phone(stand: AsteriskStand, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tools.softphone.command", *words]
    command += ["--server", f"127.0.0.1:{stand.settings.sip_port}"]
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[3])}
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, env=env)


def test_the_command_dials_speaks_records_and_tells(exchange: AsteriskStand, tmp_path: Path) -> None:
    audio.write_wav(tmp_path / "say.wav", audio.tone(700, 1.0))
    done = run_phone(
        exchange, "dial", "600", "--say", str(tmp_path / "say.wav"), "--record", str(tmp_path / "heard.wav"),
        "--hang-up-after", "2", "--press", "1@1.2", "--json",
    )  # fmt: skip
    told = json.loads(done.stdout)
    assert done.returncode == 0, done.stderr
    assert (told["answered"], told["status"], told["ended_by"]) == (True, 200, "us")
    assert told["sound_s"] > 0.8
    assert audio.tone_share(audio.read_wav(tmp_path / "heard.wav")[8000:16000], 700) > 0.9


def test_the_command_prints_the_status_of_a_refusal(exchange: AsteriskStand) -> None:
    done = run_phone(exchange, "dial", "602")
    assert done.returncode == 1
    assert done.stdout.strip() == "not answered: 486 Busy Here"


def test_the_command_takes_a_call(exchange: AsteriskStand) -> None:
    words = ["register", "--user", "106", "--password", exchange.extensions["106"], "--answer-after", "0.2", "--json"]
    command = [sys.executable, "-m", "tools.softphone.command", *words]
    command += ["--server", f"127.0.0.1:{exchange.settings.sip_port}"]
    waiting = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).resolve().parents[3])
    try:
        deadline = time.monotonic() + 15
        while "106" not in exchange.console("pjsip show contacts") and time.monotonic() < deadline:
            time.sleep(0.2)
        out = ["dial", "106", "--user", "107", "--password", exchange.extensions["107"], "--hang-up-after", "1"]
        assert run_phone(exchange, *out).returncode == 0
        told = json.loads(waiting.communicate(timeout=15)[0])
        assert (told["answered"], told["caller"], told["ended_by"]) == (True, "107", "peer")
        assert waiting.returncode == 0
    finally:
        waiting.kill()
