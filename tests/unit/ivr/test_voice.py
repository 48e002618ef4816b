"""Texts of menus become media: kept, made now, or spoken as they are made; fixed ones are made ahead."""

import asyncio
from pathlib import Path
from typing import Any
from uuid import uuid4

import msgspec
import pytest

from engine.calls.speaking import Speech, speech_of
from engine.core.config import Settings
from engine.ivr.model import parse_menu
from engine.ivr.voice import SpokenTexts, fixed_texts, language_of
from engine.routing.table import RoutingTable
from engine.speech.voices.service import Voices
from tests.unit.speech.test_voices import ANNA, SLT, Engine

pytestmark = pytest.mark.feature("F-PBX-04")
LONG = "Это длинный текст о том, что мы работаем каждый день без выходных и перерывов. " * 3


def table_with(*texts: str, language: str | None = None) -> RoutingTable:
    prompts = [{"kind": "text", "text": text} for text in texts]
    menu = {"entry": "go", "steps": {"go": {"kind": "hangup", "prompts": prompts}}, "language": language}
    return RoutingTable(menus={uuid4(): parse_menu(menu)})


def spoken_of(tmp_path: Path, table: RoutingTable, *engines: Engine, **more: Any) -> tuple[SpokenTexts, Voices]:
    settings = msgspec.structs.replace(Settings(), var=tmp_path, voice_order="good", **more)
    voices = Voices(settings, engines)
    return SpokenTexts(voices, lambda: table, settings), voices


def test_the_language_follows_the_letters() -> None:
    assert language_of("Привет, John", "en") == "ru"
    assert language_of("Welcome to our office", "ru") == "en"
    assert language_of("PayLater", "ru") == "ru" and language_of("123", "en") == "en"


async def test_short_texts_are_files_and_long_ones_are_spoken_while_they_are_made(tmp_path: Path) -> None:
    anna = msgspec.structs.replace(ANNA, streaming=True)
    texts, voices = spoken_of(tmp_path, RoutingTable(), Engine("good", [anna, SLT]))
    short = await texts.media("Привет", "ru", "")
    assert short is not None and short.startswith("sound:/") and Path(f"{short.removeprefix('sound:')}.wav").is_file()
    long = await texts.media(LONG, "ru", "anna")
    assert long is not None and speech_of(long) == Speech(LONG, "ru", "anna")
    assert [piece async for piece in voices.stream(LONG, "ru")]
    assert str(await texts.media(LONG, "ru", "")).startswith("sound:/"), "kept since it was spoken"
    slow, _ = spoken_of(tmp_path / "slow", RoutingTable(), Engine("good", [ANNA]))
    assert str(await slow.media(LONG, "ru", "")).startswith("sound:/"), "this voice does not stream"
    mute, _ = spoken_of(tmp_path / "mute", RoutingTable(), Engine("good", [SLT]))
    assert await mute.media("Привет", "ru", "") is None


async def test_fixed_texts_are_made_ahead_once_and_changes_too(tmp_path: Path) -> None:
    table = table_with("Здравствуйте!", "Hello to all of you", "Заказ {order} готов", "Здравствуйте!")
    assert list(dict.fromkeys(fixed_texts(table, "ru"))) == [
        ("Здравствуйте!", "ru", ""),
        ("Hello to all of you", "en", ""),
    ]
    engine = Engine("good", [ANNA, SLT])
    texts, voices = spoken_of(tmp_path, table, engine)
    running = asyncio.create_task(texts.run())
    for _ in range(2):
        await texts.follow({"menus"})
        for _ in range(200):
            await asyncio.sleep(0.01)
            if engine.said.count("раз") > _:
                break
    running.cancel()
    assert engine.said.count("Здравствуйте!") == 1 and engine.said.count("Hello to all of you") == 1
    assert voices.kept("Здравствуйте!", "ru") is not None
    await texts.follow({"queues"})
    assert not texts._changed.is_set()
