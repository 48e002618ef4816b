"""A private Asterisk with the product's own configuration and a small dialplan of ours, for tests of the ARI client."""

import signal
import socket
import subprocess
import time
from pathlib import Path

import msgspec

from engine.asterisk import places, render, tree
from engine.core.config import Settings

DIALPLAN = """
[globals]
PL_APP = {app}

[test]
exten = stasis,1,Stasis(${{PL_APP}},inbound,test)
 same = n,Hangup()
exten = wait,1,Answer()
 same = n,Wait(60)
exten = digits,1,Answer()
 same = n,Wait(0.3)
 same = n,SendDTMF(1234567890,100,60)
 same = n,Wait(60)
exten = busy,1,Hangup(17)
exten = ringing,1,Ringing()
 same = n,Wait(60)
exten = talker,1,Answer()
 same = n,Playback(digits/1&digits/2&digits/3&digits/4&digits/5&digits/6&digits/7&digits/8)
 same = n,Wait(60)
exten = short,1,Answer()
 same = n,Wait(1)
 same = n,Hangup()
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Node:
    """One Asterisk process."""

    def __init__(self, settings: Settings, dialplan: str = DIALPLAN) -> None:
        self.settings = settings
        self._dialplan = dialplan
        self._process: subprocess.Popen[bytes] | None = None

    def prepare(self) -> None:
        """Write its files."""
        tree.prepare(self.settings)
        etc = places.etc(self.settings)
        for name, text in render.render_static(self.settings).items():
            render.write(etc / name, text)
        render.write(etc / "extensions.conf", self._dialplan.format(app=self.settings.ari_app))
        render.write(etc / "pjsip_wizard.conf", "")

    def start(self) -> None:
        """Start, and wait until it is fully up."""
        with (self.settings.var / "asterisk.out").open("ab") as log:
            self._process = subprocess.Popen(places.command(self.settings), stdout=log, stderr=log)
        until = time.monotonic() + 20
        while not self._answers():
            assert self._process.poll() is None, (self.settings.var / "asterisk.out").read_text()[-2000:]
            assert time.monotonic() < until, "Asterisk does not come up"
            time.sleep(0.05)

    def _answers(self) -> bool:
        return "fully booted" in self.console("core waitfullybooted")

    def send(self, number: int) -> None:
        assert self._process is not None
        self._process.send_signal(number)

    def freeze(self) -> None:
        """Stop every thread where it stands; ``send(SIGCONT)`` lets them go on."""
        self.send(signal.SIGSTOP)
        assert self._process is not None
        state = Path(f"/proc/{self._process.pid}/stat")
        while state.read_text().rsplit(")", 1)[1].split()[0] != "T":
            time.sleep(0.005)

    def stop(self, number: int = signal.SIGTERM) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGCONT)
            self._process.send_signal(number)
            self._process.wait(20)
            self._process = None

    def console(self, text: str) -> str:
        """What a console command prints."""
        return subprocess.run(
            places.console_command(self.settings, text), capture_output=True, text=True, timeout=20, check=False
        ).stdout


def settings_of(var: Path, prefix: str, **changes: object) -> Settings:
    """Settings of a node of its own in ``var``, on free ports."""
    base = Settings(
        var=var,
        asterisk_prefix=prefix,
        ari_password="ari-secret",
        ari_port=free_port(),
        sip_port=free_port(),
        agi_port=free_port(),
        rtp_first=24000,
        rtp_count=200,
    )
    return msgspec.structs.replace(base, **changes)
