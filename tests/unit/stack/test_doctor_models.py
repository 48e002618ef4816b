"""The doctor tells which languages can be heard, and what happens where none can."""

from pathlib import Path

import msgspec
import pytest

from engine.core import config
from tools.stack import doctor_models

pytestmark = pytest.mark.feature("F-PBX-05")


async def test_without_models_menus_fall_back_to_digits(tmp_path: Path) -> None:
    settings = msgspec.structs.replace(config.load(), models=tmp_path, speech_engines="vosk,whisper")
    words = await doctor_models.models(settings)
    for language in ("ru", "en"):
        assert f"{language} is not heard (speech menus fall back to digits; tools/models)" in words


async def test_a_damaged_model_is_told_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "whisper-base").mkdir()
    settings = msgspec.structs.replace(config.load(), models=tmp_path)
    with pytest.raises(doctor_models.Damaged, match=r"model\.bin is missing") as caught:
        await doctor_models.models(settings)
    assert "tools/models" in caught.value.remedy
