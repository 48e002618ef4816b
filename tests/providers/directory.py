"""An LDAP directory for tests: slapd in a temporary folder, with StartTLS under a certificate of its own."""

import contextlib
import datetime
import ipaddress
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

SLAPD, SLAPADD = "/usr/sbin/slapd", "/usr/sbin/slapadd"
BASE = "dc=example,dc=org"
SERVICE_DN, SERVICE_PASSWORD = f"cn=service,{BASE}", "service password"
PASSWORD = "password in the directory"
_PEOPLE = {"anna": "Анна К.", "boris": "Борис", "twin": "Двойник", "jailed": "Без групп"}
_GROUPS = {"agents": ["anna", "twin"], "bosses": ["boris"]}


@dataclass
class Directory:
    """Where it listens (``localhost``), and the certificate that vouches for it."""

    folder: Path
    port: int
    tls_port: int
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def ca_file(self) -> str:
        return str(self.folder / "ca.pem")

    def start(self) -> None:
        urls = f"ldap://127.0.0.1:{self.port}/ ldaps://127.0.0.1:{self.tls_port}/"
        command = [SLAPD, "-d", "0", "-h", urls, "-f", str(self.folder / "slapd.conf")]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        end = time.monotonic() + 20
        while True:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
                return
            if self.process.poll() is not None or time.monotonic() > end:
                raise RuntimeError("slapd did not start")
            time.sleep(0.05)

    def stop(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None


@contextlib.contextmanager
def directory() -> Iterator[Directory]:
    folder = Path(tempfile.mkdtemp(prefix="ldap-"))
    made = Directory(folder, _free_port(), _free_port())
    try:
        make_certificates(folder)
        _configure(folder)
        made.start()
        yield made
    finally:
        made.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def _configure(folder: Path) -> None:
    data = folder / "data"
    data.mkdir()
    schemas = "\n".join(f"include /etc/ldap/schema/{name}.schema" for name in ("core", "cosine", "inetorgperson"))
    (folder / "slapd.conf").write_text(
        f"""{schemas}
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile {folder}/slapd.pid
TLSCACertificateFile {folder}/ca.pem
TLSCertificateFile {folder}/server.pem
TLSCertificateKeyFile {folder}/server.key
disallow bind_anon
database mdb
suffix "{BASE}"
directory {data}
rootdn "cn=root,{BASE}"
access to attrs=userPassword by anonymous auth by * none
access to * by users read by * none
""",
        encoding="utf-8",
    )
    (folder / "all.ldif").write_text(_ldif(), encoding="utf-8")
    command = [SLAPADD, "-q", "-f", str(folder / "slapd.conf"), "-l", str(folder / "all.ldif")]
    subprocess.run(command, check=True, capture_output=True)


def _ldif() -> str:
    parts = [
        f"dn: {BASE}\nobjectClass: dcObject\nobjectClass: organization\no: Example\ndc: example",
        f"dn: {SERVICE_DN}\nobjectClass: organizationalRole\nobjectClass: simpleSecurityObject\n"
        f"cn: service\nuserPassword: {SERVICE_PASSWORD}",
        *(f"dn: ou={ou},{BASE}\nobjectClass: organizationalUnit\nou: {ou}" for ou in ("people", "others", "groups")),
        *(_person(uid, name, "people") for uid, name in _PEOPLE.items()),
        _person("twin", "Двойник второй", "others"),
        *(
            f"dn: cn={name},ou=groups,{BASE}\nobjectClass: groupOfNames\ncn: {name}\n"
            + "\n".join(f"member: uid={uid},ou=people,{BASE}" for uid in members)
            for name, members in _GROUPS.items()
        ),
    ]
    return "\n\n".join(parts) + "\n"


def _person(uid: str, name: str, ou: str) -> str:
    return (
        f"dn: uid={uid},ou={ou},{BASE}\nobjectClass: inetOrgPerson\nuid: {uid}\ncn: {name}\nsn: {name}\n"
        f"mail: {uid}@example.org\nuserPassword: {PASSWORD}"
    )


def make_certificates(folder: Path) -> None:
    """An authority of our own, and a certificate of it for ``localhost`` alone."""
    authority = ec.generate_private_key(ec.SECP256R1())
    server = ec.generate_private_key(ec.SECP256R1())
    issuer, subject = _name("Tests' authority"), _name("localhost")
    ca = _certificate(issuer, issuer, authority, authority).add_extension(x509.BasicConstraints(True, None), True)
    names = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("10.9.8.7"))])
    own = _certificate(issuer, subject, authority, server).add_extension(names, False)
    for builder, name in ((ca, "ca.pem"), (own, "server.pem")):
        pem = builder.sign(authority, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
        (folder / name).write_bytes(pem)
    form = serialization.PrivateFormat.PKCS8
    key = server.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())
    (folder / "server.key").write_bytes(key)


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _certificate(
    issuer: x509.Name,
    subject: x509.Name,
    authority: ec.EllipticCurvePrivateKey,
    own: ec.EllipticCurvePrivateKey,
) -> x509.CertificateBuilder:
    now = datetime.datetime.now(datetime.UTC)
    return (
        x509.CertificateBuilder()
        .issuer_name(issuer)
        .subject_name(subject)
        .public_key(own.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=2))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(own.public_key()), False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.public_key()), False)
    )
