"""Vosk (Kaldi, Apache-2.0): streaming, a model a language, a grammar by which nothing but its phrases is decoded.

A model is a folder with ``am/final.mdl`` (or ``final.mdl``). Models with ``graph/HCLr.fst`` and ``graph/Gr.fst`` take
a grammar when an utterance begins; the large ones with ``graph/HCLG.fst`` do not, and their text is matched.
"""

from pathlib import Path
from typing import Any

import msgspec

from engine.speech.model import RATE, Listening, Score, Word
from engine.speech.recognizers import folders
from engine.speech.recognizers.port import Engine, Found, Recognizer, Session
from engine.speech.recognizers.session import Heard, SpeechSession
from engine.speech.recognizers.weighing import best_of, matched, mean

NAME = "vosk"
_UNKNOWN = "[unk]"
_LOADED = 2.2
"""Memory of a process for a byte of the model's files, as seen with several models."""
_RUNTIME_MB = 60


class _Result(msgspec.Struct):
    """What Vosk tells, of a final and of a partial."""

    text: str = ""
    partial: str = ""
    result: list[dict[str, Any]] = []


def find(models: Path) -> list[Found]:
    made = []
    for folder in folders.folders(models):
        layouts = [name for name in ("am/final.mdl", "final.mdl") if (folder / name).exists()]
        if not layouts and not folder.name.startswith("vosk-"):
            continue
        made.append(_examined(folder, layouts[0] if layouts else "am/final.mdl"))
    return made


def _examined(folder: Path, acoustic: str) -> Found:
    base = "graph/" if acoustic.startswith("am/") else ""
    small = (folder / base / "Gr.fst").is_file()
    graphs = ("HCLr.fst", "Gr.fst") if small else ("HCLG.fst",)
    needed = (acoustic, "conf/mfcc.conf" if base else "mfcc.conf", *(f"{base}{name}" for name in graphs))
    fault = folders.fault(folder, needed)
    if not fault and not folders.installed("vosk"):
        fault = "the Python package vosk is not installed: tools/models fetch vosk"
    if fault:
        return Found(NAME, folder.name, None, fault)
    found = folders.card(folder)
    languages = folders.languages(folder, found)
    if not languages:
        return Found(NAME, folder.name, None, 'its language is not known: name it in model.json, {"languages": ["ru"]}')
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    return Found(
        NAME,
        folder.name,
        Engine(
            name=NAME,
            model=folder.name,
            path=str(folder),
            languages=languages,
            grammar="closed" if small else "matched",
            memory_mb=_RUNTIME_MB + round(size * _LOADED / 1e6),
            licence=found.licence if found else "",
        ),
    )


def load(engine: Engine, threads: int) -> Recognizer:
    """Vosk decodes each session in the thread that feeds it, so ``threads`` changes nothing."""
    import vosk

    vosk.SetLogLevel(-1)
    fault = folders.fault(Path(engine.path), ())
    if fault:
        raise ValueError(fault)
    try:
        return VoskRecognizer(engine, vosk.Model(model_path=engine.path))
    except Exception as exc:
        # Vosk raises bare Exception.
        raise ValueError(f"Vosk does not take the model: {exc}") from exc


class VoskRecognizer:
    """A loaded model."""

    def __init__(self, engine: Engine, model: Any) -> None:
        self.engine = engine
        self._model = model

    def open(self, listening: Listening) -> Session:
        return SpeechSession(self.engine, listening, VoskHearer(self.engine, self._model))


class VoskHearer:
    """Decodes as audio comes; a decoder an utterance."""

    partial_every_s = 0.25

    def __init__(self, engine: Engine, model: Any) -> None:
        self._engine = engine
        self._model = model
        self._listening = Listening(languages=engine.languages)
        self._decoder: Any = None
        self._grammar = ""
        self._heard: list[_Result] = []
        self._fed = 0
        self._from = 0

    def begin(self, listening: Listening) -> None:
        from vosk import KaldiRecognizer

        self._listening = listening
        grammar = self._grammar_of(listening)
        if self._decoder is None or grammar != self._grammar:
            words = [self._model, RATE, grammar] if grammar else [self._model, RATE]
            self._decoder, self._grammar, self._fed = KaldiRecognizer(*words), grammar, 0
            self._decoder.SetWords(True)
        self._heard.clear()
        self._from = self._fed

    def _grammar_of(self, listening: Listening) -> str:
        if self._engine.grammar != "closed" or listening.grammar is None or not listening.grammar.phrases:
            return ""
        known = dict.fromkeys(phrase.text.lower() for phrase in listening.grammar.phrases)
        return msgspec.json.encode([*known, _UNKNOWN]).decode()

    def accept(self, pcm: bytes, voiced: bool) -> None:
        self._fed += len(pcm) // 2
        if self._decoder.AcceptWaveform(pcm):
            self._heard.append(_read(self._decoder.Result()))

    def pause(self) -> None:
        """Vosk is never behind."""

    def partial(self) -> tuple[str, str]:
        texts = [*(result.text for result in self._heard), _read(self._decoder.PartialResult()).partial]
        return _shown(texts), self._listening.languages[0]

    def final(self) -> Heard:
        self._heard.append(_read(self._decoder.FinalResult()))
        text = _shown([result.text for result in self._heard])
        begin = self._from / RATE
        words = tuple(
            Word(word["word"], word["start"] - begin, word["end"] - begin, float(word.get("conf", 1.0)))
            for result in self._heard
            for word in result.result
            if word["word"] != _UNKNOWN
        )
        confidence = mean([word.confidence for word in words]) if text else 0.0
        language = self._language()
        grammar = self._listening.grammar
        scores: tuple[Score, ...] = ()
        if grammar is not None and text:
            said = matched(text, grammar, language)
            # The share of what was said that the grammar has no words for counts against it.
            unknown = sum(result.text.split().count(_UNKNOWN) for result in self._heard)
            share = len(words) / (len(words) + unknown) if words else 0.0
            scores = best_of({score.key: score.confidence * confidence * share for score in said})
        return Heard(text=text, words=words, confidence=confidence, language=language, scores=scores)

    def _language(self) -> str:
        return next((code for code in self._listening.languages if code in self._engine.languages), "")

    def close(self) -> None:
        self._decoder = None


def _read(text: str) -> _Result:
    return msgspec.json.decode(text, type=_Result)


def _shown(texts: list[str]) -> str:
    """Pieces of text as one, without marks of unknown words."""
    return " ".join(word for text in texts for word in text.split() if word != _UNKNOWN)
