"""What Whisper hears in one session: pieces of an utterance as it goes on, partials, the final, phrases weighed.

Loads numpy and CTranslate2: for worker processes alone.
"""

from functools import lru_cache
from typing import TYPE_CHECKING

import msgspec

from engine.speech.model import RATE, Listening, Score, Word
from engine.speech.recognizers import audio
from engine.speech.recognizers.port import Engine
from engine.speech.recognizers.session import Heard
from engine.speech.recognizers.whispering.model import NOTHING, Decoded, Encoded, WhisperModel
from engine.speech.recognizers.whispering.phrases import Phrases

if TYPE_CHECKING:
    from engine.speech.recognizers.whisper import Turn

PIECE_S = 6.0
"""A pause after so much speech ends a piece: it is decoded for good, and is no more work."""
LONGEST_PIECE_S = 24.0
"""A piece ends here without a pause."""
_SURE_S = 2.5
"""Speech after which the language is known."""
_FIRST = {0.0: 4.0, 1.5: 1.6}
"""How much likelier the first language is than the others, from so many seconds of speech on."""
_LEAST_S = 0.3
BEAM = 3


class _Piece(msgspec.Struct, frozen=True):
    text: str
    words: tuple[Word, ...]
    logprob: float
    scores: tuple[Score, ...] = ()


phrases_of = lru_cache(maxsize=256)(Phrases)
"""A grammar made ready once, however many callers are in its menu."""


class WhisperHearer:
    """Decodes again and again what has come since the last whole piece."""

    partial_every_s = 0.8

    def __init__(self, engine: Engine, model: WhisperModel, turn: "Turn") -> None:
        self._engine = engine
        self._model = model
        self._turn = turn
        self._listening = Listening()
        self._phrases: Phrases | None = None
        self._reset()

    def _reset(self) -> None:
        self._audio = bytearray()
        self._before_s = 0.0
        """Seconds of the utterance that pieces are made of already."""
        self._pieces: list[_Piece] = []
        self._ready: _Piece | None = None
        self._voiced = False
        """Whether somebody has spoken since the last piece."""
        self._told = ""
        self._language = ""
        self._language_from_s = 0.0

    def prepare(self, listening: Listening) -> None:
        """Ready the grammar, so that the first who speaks does not wait for it."""
        if self._phrases is None or listening.grammar != self._listening.grammar:
            self._phrases = phrases_of(listening.grammar) if listening.grammar is not None else None
            if self._phrases is not None:
                self._phrases.prepare(self._model, listening.languages)
        self._listening = listening

    def begin(self, listening: Listening) -> None:
        self._reset()
        self.prepare(listening)

    def accept(self, pcm: bytes, voiced: bool) -> None:
        self._audio += pcm
        if voiced:
            self._ready, self._voiced = None, True
        if self._seconds >= LONGEST_PIECE_S:
            self._commit(self._decode())

    @property
    def _seconds(self) -> float:
        return len(self._audio) / 2 / RATE

    def pause(self) -> None:
        """Work ahead: when the utterance is over its final is there at once."""
        self._ready = self._decode()
        if self._seconds >= PIECE_S:
            self._commit(self._ready)
            self._ready = None

    def _commit(self, piece: _Piece) -> None:
        words = tuple(
            Word(word.text, word.start_s + self._before_s, word.end_s + self._before_s, word.confidence)
            for word in piece.words
        )
        self._pieces.append(_Piece(piece.text, words, piece.logprob, piece.scores))
        self._before_s += self._seconds
        self._audio.clear()
        self._voiced, self._told = False, ""

    def partial(self) -> tuple[str, str]:
        if self._ready is None and self._voiced and not self._turn.taken and self._seconds >= _LEAST_S:
            encoded = self._model.encode(audio.samples(self._audio))
            language = self._tell_language(encoded)
            self._told = self._model.decode(encoded, language, self._prompt()).text
        elif self._ready is not None:
            self._told = self._ready.text
        return self._joined(self._told), self._language

    def final(self) -> Heard:
        last = self._ready or self._decode()
        self._commit(last)
        pieces = [piece for piece in self._pieces if piece.text]
        words = tuple(word for piece in pieces for word in piece.words)
        certain = [word.confidence for word in words]
        scores = max((piece.scores for piece in pieces), key=lambda s: s[0].confidence if s else 0.0, default=())
        heard = Heard(
            text=" ".join(piece.text for piece in pieces),
            words=words,
            confidence=round(sum(certain) / len(certain), 3) if certain else 0.0,
            language=self._language,
            scores=scores,
        )
        self._reset()
        return heard

    def _decode(self) -> _Piece:
        """What has come since the last piece, as well as can be."""
        if not self._voiced or self._seconds < _LEAST_S:
            return _Piece("", (), 0.0)
        with self._turn:
            encoded = self._model.encode(audio.samples(self._audio))
            language = self._tell_language(encoded)
            decoded = self._model.decode(encoded, language, self._prompt(), BEAM)
            scores = self._weigh(encoded, language, decoded)
            if decoded is NOTHING:
                return _Piece("", (), 0.0)
            words = self._model.words(encoded, language, decoded, self._prompt())
        return _Piece(decoded.text, words, decoded.logprob, scores)

    def _weigh(self, encoded: Encoded, language: str, decoded: Decoded) -> tuple[Score, ...]:
        if self._phrases is None or decoded is NOTHING:
            return ()
        return self._phrases.weigh(self._model, encoded, language, decoded)

    def _tell_language(self, encoded: Encoded) -> str:
        """The language, surer the more there is of the utterance; it stays once it is sure."""
        languages = self._listening.languages
        spoken = self._before_s + encoded.seconds
        if len(languages) == 1:
            self._language = languages[0]
        elif not self._language or (self._language_from_s < _SURE_S and spoken > self._language_from_s):
            likely = self._model.language(encoded, languages)
            likely[languages[0]] *= next(value for least, value in reversed(_FIRST.items()) if spoken >= least)
            self._language = max(likely, key=likely.__getitem__)
            self._language_from_s = spoken
        return self._language

    def _prompt(self) -> str:
        phrases = self._phrases.prompt if self._phrases is not None else ""
        return ", ".join(part for part in (self._listening.hints, phrases) if part)

    def _joined(self, text: str) -> str:
        return " ".join(part for part in (*(piece.text for piece in self._pieces), text) if part)

    def close(self) -> None:
        self._reset()
