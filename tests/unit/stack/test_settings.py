"""Settings of a stack: secrets once, ports that move, what is stored."""

import stat
from pathlib import Path

import pytest

from engine.core import config
from tools.stack import settings as stack_settings
from tools.stack.console import StepFailed
from tools.stack.install import asterisk, postgres


@pytest.fixture(autouse=True)
def var(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PAYLATER_VAR", str(tmp_path))
    return tmp_path


def test_secrets_are_made_once_and_kept_from_others(var: Path) -> None:
    first = stack_settings.load()
    stack_settings.save(first)
    second = stack_settings.load()
    for name in stack_settings.SECRETS:
        assert len(getattr(first, name)) >= 32 and getattr(first, name) == getattr(second, name)
    assert len({getattr(first, name) for name in stack_settings.SECRETS}) == len(stack_settings.SECRETS)
    assert stat.S_IMODE((var / "run" / "settings.json").stat().st_mode) == 0o600


def test_ports_move_with_the_base_at_a_later_start(monkeypatch: pytest.MonkeyPatch) -> None:
    stack_settings.save(stack_settings.load())
    monkeypatch.setenv("PAYLATER_PORT_BASE", "25000")
    moved = stack_settings.load()
    assert moved.sip_port == 25060 and moved.rtp_first == 26000
    assert ":25054/" in moved.database_dsn


def test_a_port_that_was_named_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAYLATER_SIP_PORT", "5060")
    stack_settings.save(stack_settings.load())
    monkeypatch.delenv("PAYLATER_SIP_PORT")
    assert config.load().sip_port == 5060


def test_a_database_that_was_named_is_used_and_no_cluster_is_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAYLATER_DATABASE_DSN", "postgresql://me:pw@db.example/crm")
    settings = stack_settings.load()
    assert settings.database_dsn == "postgresql://me:pw@db.example/crm"
    assert not postgres.is_private(settings)
    stack_settings.save(settings)
    monkeypatch.delenv("PAYLATER_DATABASE_DSN")
    assert not postgres.is_private(config.load())


def test_a_path_too_long_for_sockets_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAYLATER_VAR", "/tmp/" + "x" * 100)
    with pytest.raises(StepFailed, match="too long"):
        stack_settings.load()


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("Asterisk 22.10.1+dfsg+~cs6.17.60671434-1", (22, 10)),
        ("Asterisk 20.6.0~dfsg+~cs6.13", (20, 6)),
        ("Asterisk GIT-22.6", (22, 6)),
        ("command not found", (0, 0)),
    ],
)
def test_versions_of_asterisk(text: str, version: tuple[int, int]) -> None:
    assert asterisk.version_of(text) == version


def test_a_folder_without_asterisk_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PAYLATER_ASTERISK_PREFIX", str(tmp_path))
    with pytest.raises(StepFailed, match="holds no Asterisk"):
        asterisk.obtain(config.load(), print)
