"""A mail server for tests: Dovecot in a temporary folder on free ports, as whoever runs the tests."""

import contextlib
import getpass
import grp
import imaplib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

from tests.providers.directory import make_certificates

DOVECOT = "/usr/sbin/dovecot"
PASSWORD = "password-of-the-mailbox"


@dataclass
class MailServer:
    """Any login has a mailbox, with ``PASSWORD``. ``port`` speaks plain text (and STARTTLS), ``tls_port`` TLS."""

    folder: Path
    port: int
    tls_port: int
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def ca_file(self) -> str:
        return str(self.folder / "ca.pem")

    def start(self) -> None:
        self.process = subprocess.Popen(
            [DOVECOT, "-F", "-c", str(self.folder / "dovecot.conf")],
            stdout=subprocess.DEVNULL,
            stderr=(self.folder / "stderr").open("wb"),
        )
        end = time.monotonic() + 30
        while True:
            with contextlib.suppress(OSError, imaplib.IMAP4.error), self.session("probe"):
                return
            if self.process.poll() is not None or time.monotonic() > end:
                told = (self.folder / "stderr").read_text() + _read(self.folder / "dovecot.log")
                raise RuntimeError(f"dovecot did not start: {told[-2000:]}")
            time.sleep(0.05)

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
            self.process = None

    @contextlib.contextmanager
    def session(self, login: str) -> Iterator[imaplib.IMAP4]:
        client = imaplib.IMAP4("127.0.0.1", self.port, timeout=20)
        try:
            client.login(login, PASSWORD)
            yield client
        finally:
            with contextlib.suppress(OSError, imaplib.IMAP4.error):
                client.logout()

    def put(self, login: str, letter: EmailMessage | bytes, folder: str = "INBOX") -> None:
        """A letter arrives."""
        data = letter if isinstance(letter, bytes) else letter.as_bytes()
        data = data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        with self.session(login) as client:
            status, told = client.append(folder, "", "", data)
            assert status == "OK", told

    def remake(self, login: str, folder: str) -> None:
        """An empty folder, whose letters are numbered anew (another UIDVALIDITY)."""
        with self.session(login) as client:
            client.delete(folder)
            assert client.create(folder)[0] == "OK"


@contextlib.contextmanager
def mail_server() -> Iterator[MailServer]:
    folder = Path(tempfile.mkdtemp(prefix="dovecot-", dir="/tmp"))
    made = MailServer(folder, _free_port(), _free_port())
    try:
        make_certificates(folder)
        _configure(made)
        made.start()
        yield made
    finally:
        made.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _configure(made: MailServer) -> None:
    folder, root = made.folder, os.getuid() == 0
    # Dovecot reads nobody's letters as root.
    owner = pwd.getpwnam("nobody" if root else getpass.getuser())
    group = grp.getgrgid(owner.pw_gid).gr_name
    mail = folder / "mail"
    mail.mkdir()
    if root:
        os.chown(mail, owner.pw_uid, owner.pw_gid)
    folder.chmod(0o755)
    users = "" if root else f"default_internal_user = {owner.pw_name}\ndefault_login_user = {owner.pw_name}\n"
    users += "" if root else f"default_internal_group = {group}\n"
    common = f"""base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
protocols = imap
listen = 127.0.0.1
ssl = yes
mailbox_idle_check_interval = 2s
first_valid_uid = 1
first_valid_gid = 1
{users}
service anvil {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {made.port}
  }}
  inet_listener imaps {{
    port = {made.tls_port}
    ssl = yes
  }}
}}
"""
    version = subprocess.run([DOVECOT, "--version"], check=True, capture_output=True, text=True).stdout
    old = tuple(int(part) for part in version.split()[0].split(".")[:2]) < (2, 4)
    own = _old(made, owner, group) if old else _new(made, owner, group)
    (folder / "dovecot.conf").write_text(own + common, encoding="utf-8")


def _old(made: MailServer, owner: pwd.struct_passwd, group: str) -> str:
    """Dovecot 2.3 (Debian 12, Ubuntu 24.04)."""
    return f"""ssl_cert = <{made.folder}/server.pem
ssl_key = <{made.folder}/server.key
disable_plaintext_auth = no
mail_location = maildir:{made.folder}/mail/%u
passdb {{
  driver = static
  args = password={PASSWORD}
}}
userdb {{
  driver = static
  args = uid={owner.pw_name} gid={group} home={made.folder}/mail/%u allow_all_users=yes
}}
"""


def _new(made: MailServer, owner: pwd.struct_passwd, group: str) -> str:
    """Dovecot 2.4 (Debian 13)."""
    return f"""dovecot_config_version = 2.4.0
dovecot_storage_version = 2.4.0
ssl_server_cert_file = {made.folder}/server.pem
ssl_server_key_file = {made.folder}/server.key
auth_allow_cleartext = yes
mail_driver = maildir
mail_path = {made.folder}/mail/%{{user}}
passdb static {{
  password = {PASSWORD}
}}
userdb static {{
  fields {{
    uid = {owner.pw_name}
    gid = {group}
    home = {made.folder}/mail/%{{user}}
  }}
}}
"""


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""


def _free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])
