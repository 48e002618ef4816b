"""Asterisk's configuration as text."""

import configparser
import stat
from pathlib import Path

import msgspec
import pytest

from engine.asterisk import places, render
from engine.asterisk.model import ExtensionLine, TrunkLine
from engine.core import config
from engine.core.config import Settings
from engine.core.errors import InvalidInput
from engine.history import cdr


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings with an installation that has two modules."""
    modules = tmp_path / "root/usr/lib/x86_64-linux-gnu/asterisk/modules"
    modules.mkdir(parents=True)
    for name in ("res_pjsip", "chan_pjsip"):
        (modules / f"{name}.so").touch()
    env = {"PAYLATER_VAR": str(tmp_path), "PAYLATER_ASTERISK_PREFIX": str(tmp_path / "root")}
    return config.load(env | {"PAYLATER_ARI_PASSWORD": "ari-secret", "PAYLATER_NODE_ID": "north"})


def sections(text: str) -> dict[str, dict[str, str]]:
    """A configuration file as sections; the last of repeated names wins."""
    parser = configparser.RawConfigParser(strict=False, comment_prefixes=(";",), delimiters=("=",))
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(text)
    return {name: dict(parser[name]) for name in parser.sections()}


PHONE = ExtensionLine(number="101", name="Анна", password="long-password")


@pytest.mark.feature("F-PBX-24")
def test_a_phone_signs_in_by_its_number_and_enters_the_inside_context(settings: Settings) -> None:
    phone = sections(render.render_wizard([], [PHONE], settings))["101"]
    assert phone["type"] == "wizard"
    assert phone["inbound_auth/username"] == "101" and phone["inbound_auth/password"] == "long-password"
    assert phone["accepts_registrations"] == "yes"
    assert phone["endpoint/context"] == "from-internal"
    assert phone["endpoint/allow"] == "!all,opus,alaw,ulaw"
    assert phone["endpoint/callerid"] == '"Анна" <101>'


@pytest.mark.feature("F-PBX-24")
def test_a_registering_trunk_signs_in_and_keeps_trying(settings: Settings) -> None:
    trunk = TrunkLine(
        name="city", kind="registering", host="sip.example.net", transport="tcp", username="user7", password="pw"
    )
    lines = sections(render.render_wizard([trunk], [], settings))["city"]
    assert lines["sends_registrations"] == "yes" and lines["sends_auth"] == "yes"
    assert lines["remote_hosts"] == "sip.example.net:5060"
    assert lines["outbound_auth/username"] == "user7" and lines["endpoint/from_user"] == "user7"
    assert lines["registration/contact_user"] == "user7"
    assert lines["server_uri_pattern"] == r"sip:${REMOTE_HOST}\;transport=tcp"
    assert int(lines["registration/max_retries"]) > 1000
    assert lines["endpoint/context"] == "from-trunk"


@pytest.mark.feature("F-PBX-24")
def test_a_trunk_by_address_is_known_by_all_its_addresses_and_does_not_register(settings: Settings) -> None:
    trunk = TrunkLine(name="peer", kind="ip", host="192.0.2.1", match=("192.0.2.1", "198.51.100.0/24"))
    lines = sections(render.render_wizard([trunk], [], settings))["peer"]
    assert lines["identify/match"] == "192.0.2.1,198.51.100.0/24"
    assert lines["sends_registrations"] == "no"
    assert "sends_auth" not in lines and "outbound_auth/username" not in lines


def test_semicolons_are_escaped_because_they_start_comments(settings: Settings) -> None:
    text = render.render_wizard([], [msgspec.structs.replace(PHONE, password="a;b;c-d-e")], settings)
    assert r"inbound_auth/password = a\;b\;c-d-e" in text


@pytest.mark.parametrize("bad", ["line\nendpoint/context=from-trunk", "tab\there", "nul\0"])
def test_a_value_that_would_open_a_line_of_its_own_is_refused(settings: Settings, bad: str) -> None:
    with pytest.raises(InvalidInput):
        render.render_wizard([], [msgspec.structs.replace(PHONE, password=bad)], settings)


def test_a_name_can_not_leave_its_quotes(settings: Settings) -> None:
    evil = msgspec.structs.replace(PHONE, name='A" <900>\nendpoint/context = from-trunk ;')
    phone = sections(render.render_wizard([], [evil], settings))["101"]
    assert phone["endpoint/callerid"].count('"') == 2 and phone["endpoint/callerid"].endswith("<101>")
    assert phone["endpoint/context"] == "from-internal"


def test_static_files_hold_the_settings_and_name_only_modules_that_exist(settings: Settings) -> None:
    files = render.render_static(settings)
    assert "pjsip_wizard.conf" not in files and "extensions.conf" not in files
    assert "systemname = north" in files["asterisk.conf"]
    assert f"astspooldir => {settings.var}/asterisk/spool" in files["asterisk.conf"]
    assert "password = ari-secret" in files["ari.conf"]
    assert sections(files["http.conf"])["general"]["bindport"] == str(settings.ari_port)
    loads = [line for line in files["modules.conf"].splitlines() if line.startswith("load")]
    assert loads == ["load = res_pjsip.so", "load = chan_pjsip.so"]
    assert "autoload = no" in files["modules.conf"]
    assert int(sections(files["ari.conf"])["general"]["websocket_write_timeout"]) >= 1000


def test_cdr_lines_have_a_column_for_everything_that_is_read_back(settings: Settings) -> None:
    mapping = next(line for line in render.render_static(settings)["cdr_custom.conf"].splitlines() if "=>" in line)
    assert mapping.count("CSV_QUOTE") == len(cdr.COLUMNS)
    assert mapping.startswith("calls.csv => ${CSV_QUOTE(${CDR(uniqueid)})},${CSV_QUOTE(${CDR(linkedid)})},")


def test_writing_tells_whether_anything_changed_and_keeps_others_out(tmp_path: Path) -> None:
    path = tmp_path / "etc" / "pjsip.conf"
    assert render.write(path, "one") is True
    inode = path.stat().st_ino
    assert render.write(path, "one") is False and path.stat().st_ino == inode
    assert render.write(path, "two") is True
    assert path.read_text() == "two"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [p.name for p in path.parent.iterdir()] == ["pjsip.conf"]


def test_a_reader_sees_the_old_file_or_the_new_one_and_nothing_between(tmp_path: Path) -> None:
    path = tmp_path / "extensions.conf"
    render.write(path, "a" * 100_000)
    with path.open() as reader:
        render.write(path, "b" * 100_000)
        assert set(reader.read()) == {"a"}
    assert set(path.read_text()) == {"b"}


def test_a_private_copy_runs_by_its_own_loader(settings: Settings) -> None:
    library = places.library(settings)
    (library / "ld-linux-x86-64.so.2").touch()
    command = places.command(settings)
    assert command[:3] == [str(library / "ld-linux-x86-64.so.2"), "--library-path", str(library)]
    assert command[3].endswith("usr/sbin/asterisk")
