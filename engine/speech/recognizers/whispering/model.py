"""Whisper by CTranslate2: spectrograms in, words out. Safe to use from many threads; calls wait for each other.

Loads numpy and CTranslate2: for worker processes alone. The network reads any stretch up to 30 s; one of at least
``LEAST_S`` is enough for it to know where to stop, and costs a fourth.
"""

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import ctranslate2
import numpy as np
import tokenizers

from engine.speech.model import RATE, Word
from engine.speech.recognizers import audio
from engine.speech.recognizers.audio import Samples
from engine.speech.recognizers.whispering import guards

LEAST_S, MOST_S = 8, 30
PROMPT_TOKENS = 180
"""The first ones of a prompt count; a window of the decoder holds 448 in all."""
_FRAME_S = 0.02
"""Time of a position of the encoder's output."""
_AFTER_S = 0.3


class Encoded(NamedTuple):
    """What the encoder made of a stretch of sound: (1, ``positions``, width), ``seconds`` of it sound."""

    states: Any
    positions: int
    seconds: float

    def cut(self) -> "Encoded":
        """Without the silence that the window was filled up with: less for the decoder to look at."""
        positions = min(self.positions, int((self.seconds + _AFTER_S) / _FRAME_S))
        states = np.ascontiguousarray(np.array(self.states)[:, :positions])
        return Encoded(ctranslate2.StorageView.from_array(states), positions, self.seconds)


class Decoded(NamedTuple):
    """Words of a stretch; ``logprob``: mean of its tokens; ``no_speech``: how likely nobody spoke."""

    text: str
    tokens: tuple[int, ...]
    logprob: float
    no_speech: float


NOTHING = Decoded("", (), 0.0, 1.0)


class WhisperModel:
    """A loaded model; ``threads``: stretches that are decoded at once."""

    def __init__(self, path: str, threads: int) -> None:
        # A thread a decoding costs a third less than two, which wait for each other; the weights are there once.
        how = {"device": "cpu", "compute_type": "int8", "intra_threads": 1, "inter_threads": threads}
        self._model = ctranslate2.models.Whisper(path, **how)
        self._tokenizer = tokenizers.Tokenizer.from_file(f"{path}/tokenizer.json")
        self._end = self._id("<|endoftext|>")
        self._mels = int(self._model.n_mels)
        if self._mels != audio.MELS:
            raise ValueError(f"it reads {self._mels} bands of sound; models of {audio.MELS} can be used")

    def encode(self, values: Samples, least_s: float = LEAST_S) -> Encoded:
        """Sound at 8 kHz, at most ``MOST_S`` of it."""
        values = values[: MOST_S * RATE]
        seconds = len(values) / RATE
        window = min(MOST_S, max(least_s, math.ceil(seconds + 0.5)))
        features = audio.log_mel(values, int(window * 100))
        states = self._model.encode(ctranslate2.StorageView.from_array(np.ascontiguousarray(features)))
        return Encoded(states, int(window * 50), seconds)

    def language(self, encoded: Encoded, languages: Sequence[str]) -> dict[str, float]:
        """How likely each of ``languages`` is; they sum up to 1."""
        told = dict(self._model.detect_language(encoded.states)[0])
        found = {code: told.get(f"<|{code}|>", 0.0) + 1e-9 for code in languages}
        whole = sum(found.values())
        return {code: value / whole for code, value in found.items()}

    def decode(self, encoded: Encoded, language: str, prompt: str = "", beam: int = 1) -> Decoded:
        """What was said, without what is made up. ``prompt``: words that may be expected."""
        head = self._prompt(prompt) + self._head(language) + [self._id("<|notimestamps|>")]
        most = guards.most_tokens(encoded.seconds)
        result = self._model.generate(
            encoded.states,
            [head],
            beam_size=beam,
            max_length=min(448, len(head) + most),
            return_scores=True,
            return_no_speech_prob=True,
        )[0]
        tokens = [token for token in result.sequences_ids[0] if token < self._end]
        full = len(tokens) >= most or guards.loops(self.text(tokens))
        tokens = guards.unlooped(tokens, 1 if full else guards.LONG_STRETCH)
        text = guards.clean(self.text(tokens))
        if guards.made_up(text, encoded.seconds, result.scores[0], result.no_speech_prob):
            return NOTHING
        return Decoded(text, tuple(tokens), result.scores[0], result.no_speech_prob)

    def words(self, encoded: Encoded, language: str, decoded: Decoded, prompt: str = "") -> tuple[Word, ...]:
        """Times and certainty of each word, from the decoder's attention (openai/whisper, timing.py)."""
        if not decoded.tokens:
            return ()
        frames = min(encoded.positions, math.ceil(encoded.seconds / _FRAME_S)) * 2
        head = self._prompt(prompt) + self._head(language)
        aligned = self._model.align(encoded.states, head, [list(decoded.tokens)], [frames])[0]
        begins: dict[int, float] = {}
        for token, position in aligned.alignments:
            begins.setdefault(token, position * _FRAME_S)
        times = [begins.get(at, encoded.seconds) for at in range(len(decoded.tokens) + 1)]
        made = []
        for first, last in self._groups(decoded.tokens):
            text = guards.clean(self.text(decoded.tokens[first:last]))
            if text:
                certain = float(np.exp(np.mean(np.log(np.maximum(aligned.text_token_probs[first:last], 1e-6)))))
                made.append(Word(text, times[first], max(times[first], times[last]), certain))
        return tuple(made)

    def fits(self, encoded: Encoded, language: str, tokens: Sequence[Sequence[int]]) -> list[Samples]:
        """Log-probability of each token of each text, were it what was said."""
        states = ctranslate2.StorageView.from_array(np.repeat(np.array(encoded.states), len(tokens), axis=0))
        frames = [2 * encoded.positions] * len(tokens)
        many = self._model.align(states, self._head(language), [list(text) for text in tokens], frames)
        return [np.log(np.maximum(np.array(one.text_token_probs, np.float32), 1e-9)) for one in many]

    def tokens(self, text: str) -> list[int]:
        """Tokens of a text, marks of control left out."""
        return [token for token in self._tokenizer.encode(text, add_special_tokens=False).ids if token < self._end]

    def text(self, tokens: Sequence[int]) -> str:
        return str(self._tokenizer.decode(list(tokens)))

    @property
    def end(self) -> int:
        """The token that ends a text."""
        return self._end

    def _groups(self, tokens: Sequence[int]) -> list[tuple[int, int]]:
        """From and to of the tokens of each word; a word begins with a space."""
        starts = [
            at
            for at, token in enumerate(tokens)
            if not at or (self._tokenizer.id_to_token(token) or "").startswith("Ġ")
        ]
        return list(zip(starts, [*starts[1:], len(tokens)], strict=True))

    def _prompt(self, text: str) -> list[int]:
        return [self._id("<|startofprev|>"), *self.tokens(" " + text)[:PROMPT_TOKENS]] if text else []

    def _head(self, language: str) -> list[int]:
        names = ("<|startoftranscript|>", f"<|{language}|>", "<|transcribe|>")
        return [self._id(name) for name in (names if self._model.is_multilingual else names[:1])]

    def _id(self, name: str) -> int:
        found = self._tokenizer.token_to_id(name)
        if found is None:
            raise ValueError(f"the model does not know {name}")
        return int(found)
