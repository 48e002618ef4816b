"""What Vosk hears in one session. Loads numpy and Vosk: for worker processes alone."""

from typing import Any

import msgspec

from engine.speech.model import RATE, Listening, Score, Word
from engine.speech.recognizers.port import Engine
from engine.speech.recognizers.session import Heard
from engine.speech.recognizers.weighing import best_of, matched, mean

UNKNOWN = "[unk]"
"""What models have for all words that they do not know, or that no phrase of the grammar has."""


class _Result(msgspec.Struct):
    """What Vosk tells, of a final and of a partial."""

    text: str = ""
    partial: str = ""
    result: list[dict[str, Any]] = []


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
        texts = dict.fromkeys(phrase.text.lower() for phrase in listening.grammar.phrases)
        known = [text for text in texts if all(self._knows(word) for word in text.split())]
        return msgspec.json.encode([*known, *([UNKNOWN] if self._knows(UNKNOWN) else [])]).decode()

    def _knows(self, word: str) -> bool:
        return int(self._model.vosk_model_find_word(word)) >= 0

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
            if word["word"] != UNKNOWN
        )
        confidence = mean([word.confidence for word in words]) if text else 0.0
        language = self._language()
        grammar = self._listening.grammar
        scores: tuple[Score, ...] = ()
        if grammar is not None and text:
            said = matched(text, grammar, language)
            # The share of what was said that the grammar has no words for counts against it.
            unknown = sum(result.text.split().count(UNKNOWN) for result in self._heard)
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
    return " ".join(word for text in texts for word in text.split() if word != UNKNOWN)
