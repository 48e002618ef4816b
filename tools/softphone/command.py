"""The command line of the phone: dial or register, speak, press, record, and tell how the call went."""

import argparse
import asyncio
import contextlib
import json
import logging
import os
import re
import sys
import time
import wave
from pathlib import Path
from typing import Any, NamedTuple

from tools.softphone import CallEnded, CallFailed, Phone, PhoneCall, RegistrationFailed, audio

OK, NOT_ANSWERED, USAGE, NO_REPLY, NOT_REGISTERED = range(5)
ROOT = Path(__file__).resolve().parents[2]
_PRESS = re.compile(r"^([0-9*#A-Da-d]+)(?:@(\d+(?:\.\d+)?))?$")

EPILOG = """\
keys:  --press 1@3.0,2@6.5   presses 1 three seconds after the answer, 2 after six and a half
       --press 1,2,15#       presses each after the next prompt has been heard to its end
exit:  0 answered and ended well, 1 not answered (the SIP status is printed), 2 usage, 3 no reply, 4 not registered
"""


class Press(NamedTuple):
    """Keys to press, ``at`` seconds after the answer (none: after the next prompt)."""

    digits: str
    at: float | None


def parse_press(text: str) -> list[Press]:
    """``"1@3.0,2"`` as key presses. Raises ValueError for anything else."""
    presses = []
    for part in filter(None, text.split(",")):
        if not (match := _PRESS.match(part.strip())):
            raise ValueError(f"{part!r} is neither KEYS nor KEYS@SECONDS")
        presses.append(Press(match[1], float(match[2]) if match[2] else None))
    return presses


def default_server() -> str:
    """The running system's SIP address, from var/run/up.json."""
    var = Path(os.environ.get("PAYLATER_VAR") or ROOT / "var")
    try:
        return str(json.loads((var / "run" / "up.json").read_text())["sip"])
    except (OSError, ValueError, KeyError):
        return "127.0.0.1:5060"


def parse_server(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    return (host, int(port)) if host else (text, 5060)


class Report:
    """What happened: lines on stderr as it happens, one JSON object or line at the end."""

    def __init__(self, as_json: bool, quiet: bool) -> None:
        self._json = as_json
        self._quiet = quiet
        self._start = time.monotonic()

    def say(self, text: str) -> None:
        if not self._quiet:
            print(f"{time.monotonic() - self._start:7.2f}  {text}", file=sys.stderr, flush=True)

    def close(self, call: PhoneCall | None, error: str = "", code: int = OK) -> int:
        facts: dict[str, Any] = {"answered": False, "status": 0, "error": error} if error else {}
        if call is not None:
            facts |= {
                "number": call.number,
                "caller": call.caller if call.incoming else None,
                "answered": call.answered,
                "status": call.status,
                "reason": call.reason,
                "ended_by": call.ended_by,
                "cause": call.cause,
                "retry_after": call.headers.get("Retry-After"),
                "ring_s": round((call.answered_at or call.ended_at) - call.started_at, 3),
                "duration_s": round(call.duration, 3),
                "sound_s": round(call.media.loud_frames * audio.FRAME_S, 2),
                "digits": "".join(call.media.digits),
                "gaps": [round(length, 3) for _, length in call.gaps(0.1)] if call.answered else [],
            }
        if self._json:
            print(json.dumps({k: v for k, v in facts.items() if v is not None}, ensure_ascii=False))
        elif error:
            print(error, file=sys.stderr)
        elif call is not None:
            print(self._line(call))
        return code

    @staticmethod
    def _line(call: PhoneCall) -> str:
        if not call.answered:
            return f"not answered: {call.status} {call.reason}".rstrip()
        cause = f", cause {call.cause}" if call.cause else ""
        return f"answered; {call.duration:.1f} s; ended by {call.ended_by}{cause}"


async def dial(options: argparse.Namespace, report: Report) -> int:
    """``tools/phone dial``: one call out."""
    user = options.user or options.caller or "1000"
    async with Phone(parse_server(options.server), user, options.password, codecs=options.codecs) as phone:
        call = await phone.dial(options.number, caller=options.caller)
        report.say(f"calling {options.number} at {options.server}")
        try:
            await call.wait_answered(options.ring_for)
        except CallFailed as exc:
            return report.close(
                call, code=NO_REPLY if exc.status == 408 and call.ended_by == "network" else NOT_ANSWERED
            )
        except TimeoutError:
            call.hang_up()
            with contextlib.suppress(TimeoutError):
                await call.wait_ended(2)
            return report.close(call, code=NOT_ANSWERED)
        report.say("answered")
        await converse(call, options, report)
        return report.close(call, code=OK if call.ended_by in ("us", "peer") else NO_REPLY)


async def register(options: argparse.Namespace, report: Report) -> int:
    """``tools/phone register``: sign in and take calls."""
    async with Phone(parse_server(options.server), options.user, options.password, codecs=options.codecs) as phone:
        try:
            await phone.register(expires=options.expires)
        except RegistrationFailed as exc:
            return report.close(None, f"not registered: {exc}", NOT_REGISTERED)
        except TimeoutError:
            return report.close(None, f"not registered: {options.server} does not answer", NO_REPLY)
        report.say(f"registered as {options.user} at {options.server}")
        if not options.calls:
            await asyncio.Event().wait()
        taken: list[PhoneCall] = []
        code = OK
        while len(taken) < options.calls:
            try:
                call = await phone.wait_call(options.wait_for)
            except TimeoutError:
                return report.close(None, f"no call in {options.wait_for:g} s", NOT_ANSWERED)
            taken.append(call)
            report.say(f"call from {call.caller}")
            code = await take(call, options, report)
        return code


async def take(call: PhoneCall, options: argparse.Namespace, report: Report) -> int:
    """Answer, refuse or ignore an incoming call, as the options say."""
    if options.reject:
        call.reject(options.reject)
    elif options.never_answer:
        await call.wait_ended(600)
    else:
        with contextlib.suppress(TimeoutError):
            await call.wait_ended(options.answer_after)
        if not call.ended:
            call.answer()
            report.say("answered")
            await converse(call, options, report)
    wanted = call.answered or options.reject or options.never_answer
    return report.close(call, code=OK if wanted else NOT_ANSWERED)


async def converse(call: PhoneCall, options: argparse.Namespace, report: Report) -> None:
    """Speak, press, listen until the other side hangs up or our time is over; then write the recording."""
    speech = asyncio.create_task(_speak(call, options))
    keys = asyncio.create_task(_press(call, options.press, report))
    try:
        await call.wait_ended(options.hang_up_after or 3600)
    except TimeoutError:
        pass
    finally:
        speech.cancel()
        keys.cancel()
        await asyncio.gather(speech, keys, return_exceptions=True)
        if not call.ended:
            call.hang_up()
        if options.record:
            call.save(options.record)
    report.say(f"ended by {call.ended_by}")


async def _speak(call: PhoneCall, options: argparse.Namespace) -> None:
    if options.say is None:
        return
    await asyncio.sleep(options.say_after)
    while not call.ended:
        await call.say(options.say)
        if not options.say_again:
            return


async def _press(call: PhoneCall, presses: list[Press], report: Report) -> None:
    with contextlib.suppress(CallEnded):
        for press in presses:
            if press.at is None:
                with contextlib.suppress(TimeoutError):
                    await call.wait_prompt(15.0)
            else:
                await asyncio.sleep(max(0.0, call.answered_at + press.at - time.monotonic()))
            await call.press(press.digits)
            report.say(f"pressed {press.digits}")


def _wav(text: str) -> bytes:
    try:
        return audio.read_wav(Path(text))
    except (OSError, EOFError, wave.Error) as exc:
        raise argparse.ArgumentTypeError(f"{text}: {exc}") from exc


def _presses(text: str) -> list[Press]:
    try:
        return parse_press(text)
    except ValueError as exc:
        raise argparse.ArgumentTypeError(str(exc)) from exc


def parser() -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument(
        "--server", default=default_server(), help="SIP server, host:port (default: the running system)"
    )
    common.add_argument("--say", type=_wav, metavar="WAV", help="speak this file once the call is up")
    common.add_argument("--say-after", type=float, default=0.0, metavar="S", help="wait so long before speaking")
    common.add_argument("--say-again", action="store_true", help="speak it over and over")
    common.add_argument("--press", type=_presses, default=[], metavar="KEYS", help="keys to press, see below")
    common.add_argument("--record", type=Path, metavar="WAV", help="write what is heard")
    common.add_argument("--hang-up-after", type=float, metavar="S", help="hang up S seconds after the answer")
    common.add_argument("--codecs", type=lambda t: tuple(t.upper().split(",")), default=("PCMA", "PCMU"),
                        help="PCMA,PCMU in the order offered")  # fmt: skip
    common.add_argument("--json", action="store_true", help="one JSON object on stdout at the end")
    common.add_argument("--quiet", action="store_true", help="no progress")
    main = argparse.ArgumentParser(
        "tools/phone", description="A small SIP phone.", epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    commands = main.add_subparsers(dest="command", required=True)
    out = commands.add_parser("dial", parents=[common], help="call a number", epilog=EPILOG,
                              formatter_class=argparse.RawDescriptionHelpFormatter)  # fmt: skip
    out.add_argument("number")
    out.add_argument("--from", dest="caller", metavar="NUMBER", help="caller's number (default: the user)")
    out.add_argument("--user", help="sign-in name; without a password the call comes as from a trunk")
    out.add_argument("--password")
    out.add_argument("--ring-for", type=float, default=60.0, metavar="S", help="give up after so long")
    take_calls = commands.add_parser("register", parents=[common], help="sign in and take calls", epilog=EPILOG,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)  # fmt: skip
    take_calls.add_argument("--user", required=True)
    take_calls.add_argument("--password", required=True)
    take_calls.add_argument("--expires", type=int, default=300)
    take_calls.add_argument("--calls", type=int, default=1, help="leave after so many calls; 0 stays for ever")
    take_calls.add_argument("--wait-for", type=float, default=3600.0, metavar="S", help="leave when no call comes")
    take_calls.add_argument("--answer-after", type=float, default=1.0, metavar="S")
    how = take_calls.add_mutually_exclusive_group()
    how.add_argument("--reject", type=int, metavar="STATUS", help="refuse with this SIP status (603, 480, ...)")
    how.add_argument("--busy", dest="reject", action="store_const", const=486, help="refuse with 486")
    how.add_argument("--never-answer", action="store_true", help="let it ring")
    return main


def main() -> int:
    options = parser().parse_args()
    logging.basicConfig(level=logging.CRITICAL)
    report = Report(options.json, options.quiet or options.json)
    command = dial if options.command == "dial" else register
    try:
        return asyncio.run(command(options, report))
    except OSError as exc:
        return report.close(None, f"the network does not work: {exc}", NO_REPLY)
    except KeyboardInterrupt:
        return OK


if __name__ == "__main__":
    sys.exit(main())
