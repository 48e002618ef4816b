"""Which mirror the machine's apt settings name."""

from pathlib import Path

import pytest

from tools.stack.install.mirror import deb822_entries, debian_mirror, one_line_entries

KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
DEB822 = f"""\
Types: deb
# a snapshot once: http://elsewhere.example/debian
URIs: http://mirror.example/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By: {KEYRING}

Types: deb
URIs: http://mirror.example/debian-security
Suites: bookworm-security
Components: main
"""


def lay(apt: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = apt / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return apt


def test_stanzas_give_every_suite_with_its_keyring() -> None:
    assert list(deb822_entries(DEB822)) == [
        ("http://mirror.example/debian", "bookworm", KEYRING),
        ("http://mirror.example/debian", "bookworm-updates", KEYRING),
        ("http://mirror.example/debian-security", "bookworm-security", ""),
    ]


def test_disabled_and_source_stanzas_are_passed_over() -> None:
    off = "Enabled: no\nTypes: deb\nURIs: http://a.example/debian\nSuites: s"
    source = "Types: deb-src\nURIs: http://b.example/debian\nSuites: s"
    assert list(deb822_entries(f"{off}\n\n{source}")) == []


def test_folded_fields_go_on_in_the_next_line() -> None:
    text = "Types: deb\nURIs:\n http://a.example/debian\n http://b.example/debian\nSuites: sid\n"
    assert [uri for uri, _suite, _key in deb822_entries(text)] == ["http://a.example/debian", "http://b.example/debian"]


def test_an_embedded_key_is_no_path() -> None:
    text = "Types: deb\nURIs: http://a/debian\nSuites: sid\nSigned-By:\n -----BEGIN PGP PUBLIC KEY BLOCK-----\n"
    assert [key for _uri, _suite, key in deb822_entries(text)] == [""]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("deb http://m.example/debian bookworm main contrib", [("http://m.example/debian", "bookworm", "")]),
        (
            f"deb [arch=amd64 signed-by={KEYRING}] http://m.example/debian sid main",
            [("http://m.example/debian", "sid", KEYRING)],
        ),
        ("# deb http://m.example/debian bookworm main", []),
        ("deb-src http://m.example/debian bookworm main", []),
    ],
)
def test_one_line_entries(line: str, expected: list[tuple[str, str, str]]) -> None:
    assert list(one_line_entries(line)) == expected


def test_the_main_archive_is_chosen_and_not_security_or_others(tmp_path: Path) -> None:
    apt = lay(
        tmp_path,
        {
            "sources.list.d/a-other.list": "deb https://packages.example/apt stable main\n",
            "sources.list.d/b.sources": "Types: deb\nURIs: http://m/debian-security\nSuites: trixie-security\n",
            "sources.list.d/debian.sources": DEB822,
        },
    )
    assert debian_mirror(apt) == ("http://mirror.example/debian", KEYRING)


def test_the_old_file_is_read_too(tmp_path: Path) -> None:
    apt = lay(tmp_path, {"sources.list": "deb http://old.example/debian/ bullseye main\n"})
    assert debian_mirror(apt) == ("http://old.example/debian", "")


def test_ubuntu_has_no_debian_mirror(tmp_path: Path) -> None:
    apt = lay(tmp_path, {"sources.list": "deb http://archive.example/ubuntu noble main universe\n"})
    assert debian_mirror(apt) is None
    assert debian_mirror(tmp_path / "nothing") is None
