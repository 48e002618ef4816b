"""Silero's models by torch.package: a file holds the network and the code that runs it. For processes of voices alone.

A model file is code: only files that an administrator put there are loaded.
"""

import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from engine.speech.voices.frames import Say

RATES = (8000, 24000, 48000)
"""Sample rates that the models speak at."""


class Silero:
    """The models loaded so far. ``threads``: of the processor, 0: two."""

    def __init__(self, threads: int) -> None:
        import torch

        torch.set_num_threads(threads or 2)
        self.version = str(torch.__version__)
        self._models: dict[str, Any] = {}

    def speak(self, say: Say) -> Iterator[tuple[bytes, int]]:
        """The whole of a text in one piece: these models do not stream.

        Raises:
            OSError, ValueError, RuntimeError: the file can't be used, or the model does not take the text.
        """
        import torch

        model = self._models.get(say.model)
        if model is None:
            # One network is in memory at a time of each file; files are few.
            importer = torch.package.PackageImporter(say.model)
            model = self._models[say.model] = importer.load_pickle("tts_models", "model")
        rate = 8000 if say.rate == 8000 else 24000
        wishes = {
            "text": say.text,
            "speaker": speaker_of(say.voice, say.language, list(getattr(model, "speakers", []))),
            "sample_rate": rate,
            "put_accent": True,
            "put_yo": True,
        }
        taken = inspect.signature(model.apply_tts).parameters
        with torch.no_grad():
            wave = model.apply_tts(**{name: value for name, value in wishes.items() if name in taken})
        samples = torch.clamp(wave.detach().cpu().float().reshape(-1), -1, 1) * 32767
        yield samples.to(torch.int16).numpy().astype("<i2").tobytes(), rate


def speaker_of(wanted: str, language: str, speakers: list[str]) -> str:
    """``wanted`` if the model has it, else the first of its language (``ru_...``), else the first."""
    if wanted in speakers or not speakers:
        return wanted
    own = [name for name in speakers if name.startswith(f"{language}_")]
    real = [name for name in own or speakers if name != "random"]
    return (real or speakers)[0]


def language_of(path: Path) -> list[str]:
    """Languages of a model, by its name: ``v4_ru.pt``, ``v3_en.pt``, ``v5_cis_base.pt`` (Russian among others)."""
    parts = path.stem.lower().split("_")
    return [code for code in ("ru", "en") if code in parts] or (["ru"] if "cis" in parts else [])
