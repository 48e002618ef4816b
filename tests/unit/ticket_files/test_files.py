"""Names made safe; kinds told by content."""

import zipfile
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.ticket_files import kinds, names
from api.ticket_files.http import headers

pytestmark = pytest.mark.feature("F-TKT-01")
ALLOWED = frozenset(kinds.KINDS)
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 50


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("Счёт № 5.PDF", "Счёт № 5.pdf"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\windows\\win.ini", "win.ini"),
        ("C:\\fakepath\\a.png", "a.png"),
        ("photo\u202egpj.exe.png", "photogpj_exe.png"),
        ("photo.exe.jpg", "photo_exe.jpg"),
        ("archive.tar.gz", "archive.tar.gz"),
        ("con.txt", "file_con.txt"),
        ("nul", "file_nul"),
        ("a\r\nSet-Cookie: x.txt", "aSet-Cookie_ x.txt"),
        ("q\"uo'te<b>.txt", "q_uo_te_b_.txt"),
        (".htaccess", "htaccess"),
        ("   ...  ", "file"),
        ("", "file"),
        ("a" * 500 + ".txt", "a" * 116 + ".txt"),
    ],
)
def test_a_name_says_the_same_and_can_do_nothing(given, kept):
    assert names.safe(given) == kept


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=300))
def test_any_name_becomes_one_that_a_disk_and_a_header_take(name):
    kept = names.safe(name)
    assert kept and len(kept) <= names.LONGEST and len(kept.encode()) <= 255
    assert not set(kept) & set('/\\:*?"<>|\r\n\0') and kept not in (".", "..") and names.safe(kept) == kept
    told = headers(kept, "text/plain", False)["Content-Disposition"]
    assert told.isascii() and told.startswith("attachment; ")


def _zip(name):
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr(name, "x")
    return made.getvalue()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.png", PNG),
        ("a.jpg", b"\xff\xd8\xff\xe0" + b"\x00" * 20),
        ("a.pdf", b"%PDF-1.7"),
        ("a.docx", _zip("[Content_Types].xml")),
        ("a.txt", "Привет".encode()),
        ("a.csv", "Привет;1".encode("cp1251")),
        ("a.webp", b"RIFF\x00\x00\x00\x00WEBPVP8 "),
        ("a.mp4", b"\x00\x00\x00\x18ftypmp42"),
    ],
)
def test_content_of_its_ending_is_taken(name, data):
    assert kinds.kind_of(name, data[: kinds.HEAD], data[-kinds.TAIL :], ALLOWED).media_type


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.html", b"<html><script>alert(1)</script>"),
        ("a.svg", b"<svg onload=alert(1)>"),
        ("a.xml", b"<?xml version='1.0'?>"),
        ("a.exe", b"MZ\x90\x00"),
        ("a.png", b"<svg onload=alert(1)>"),
        ("a.png", b"MZ\x90\x00"),
        ("a.txt", b"<!DOCTYPE html><script>alert(1)</script>"),
        ("a.txt", b"\xff\xfe<\x00s\x00c\x00r\x00i\x00p\x00t\x00>\x00"),
        ("a.txt", b"#!/bin/sh\nrm -rf /"),
        ("a.txt", b"binary\x00data"),
        ("a.pdf", b"junk before %PDF-1.7"),
        ("a.gif", b"GIF89a/*<script>alert(1)</script>*/"),
        ("a.png", PNG + _zip("evil.class")),
        ("a.jpg", b"\xff\xd8\xff\xe0" + b"\x00" * 20 + b"<?php system($_GET[0]); ?>"),
        ("a", b"text"),
        ("a.txt", b""),
    ],
)
def test_what_is_not_of_its_ending_or_more_than_that_is_refused(name, data):
    with pytest.raises(kinds.Refused):
        kinds.kind_of(name, data[: kinds.HEAD], data[-kinds.TAIL :], ALLOWED)


def test_only_kinds_that_are_known_can_be_allowed():
    assert kinds.known("png, PDF .txt") == {"png", "pdf", "txt"}
    with pytest.raises(ValueError, match="html"):
        kinds.known("png html")
