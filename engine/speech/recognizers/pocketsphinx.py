"""PocketSphinx (BSD): English, and nothing but the phrases of a grammar; small and quick. Its model is in its package.

Words that its dictionary does not have are left out of the grammar; so are phrases that hold one.
"""

import importlib.util
import threading
from pathlib import Path
from typing import Any

from engine.speech.model import Grammar, Listening, Word
from engine.speech.recognizers import audio, folders
from engine.speech.recognizers.port import Engine, Found, Recognizer, Session
from engine.speech.recognizers.session import Heard, SpeechSession
from engine.speech.recognizers.weighing import best_of, matched

NAME = "pocketsphinx"
MODEL = "en-us"
_RATE = 16000
_FRAME_S = 0.01
_FILES = ("en-us/mdef", "en-us/means", "en-us/variances", "en-us/transition_matrices", "cmudict-en-us.dict")
CONFIDENCE = 0.6
"""It can't tell how sure it is: sure enough to ask back."""


def find(models: Path) -> list[Found]:
    """The model that the package holds; ``models`` has none for it."""
    spec = importlib.util.find_spec("pocketsphinx")
    if spec is None or spec.origin is None:
        return []
    folder = Path(spec.origin).parent / "model" / MODEL
    if fault := folders.fault(folder, _FILES):
        return [Found(NAME, MODEL, None, fault)]
    engine = Engine(
        name=NAME,
        model=MODEL,
        path=str(folder),
        languages=("en",),
        free=False,
        grammar="closed",
        memory_mb=180,
        licence="BSD-2-Clause",
    )
    return [Found(NAME, MODEL, engine)]


def load(engine: Engine, threads: int) -> Recognizer:
    """A decoder decodes one session in the thread that feeds it, so ``threads`` changes nothing."""
    import pocketsphinx

    if fault := folders.fault(Path(engine.path), _FILES):
        raise ValueError(fault)
    return SphinxRecognizer(engine, pocketsphinx)


class SphinxRecognizer:
    """Decoders are not for several sessions at once: each session takes an idle one, or makes its own (0.1 s)."""

    def __init__(self, engine: Engine, library: Any) -> None:
        self.engine = engine
        self._library = library
        self._idle: list[Any] = []
        self._lock = threading.Lock()
        self.give_back(self.take())

    def open(self, listening: Listening) -> Session:
        return SpeechSession(self.engine, listening, SphinxHearer(self))

    def take(self) -> Any:
        """A decoder of one's own."""
        with self._lock:
            if self._idle:
                return self._idle.pop()
        folder = Path(self.engine.path)
        settings = {"hmm": str(folder / "en-us"), "dict": str(folder / "cmudict-en-us.dict"), "lm": None}
        return self._library.Decoder(samprate=_RATE, loglevel="FATAL", **settings)

    def give_back(self, decoder: Any) -> None:
        with self._lock:
            self._idle.append(decoder)


class SphinxHearer:
    """Decodes as audio comes."""

    partial_every_s = 0.25

    def __init__(self, recognizer: SphinxRecognizer) -> None:
        self._recognizer = recognizer
        self._decoder = recognizer.take()
        self._grammar: Grammar | None = None
        self._listening = Listening(languages=("en",))
        self._can_hear = False
        self._decoding = False

    def begin(self, listening: Listening) -> None:
        self._listening = listening
        if listening.grammar != self._grammar:
            self._grammar = listening.grammar
            self._can_hear = self._take_grammar(listening.grammar)
        self._stop()
        if self._can_hear:
            self._decoder.start_utt()
            self._decoding = True

    def _take_grammar(self, grammar: Grammar | None) -> bool:
        """Load the phrases whose words are all known; false when there is none."""
        texts = [self._known(phrase.text) for phrase in grammar.phrases] if grammar is not None else []
        phrases = list(dict.fromkeys(text for text in texts if text))
        if not phrases:
            return False
        self._decoder.add_jsgf_string("phrases", f"#JSGF V1.0; grammar g; public <p> = {' | '.join(phrases)};")
        self._decoder.activate_search("phrases")
        return True

    def _known(self, text: str) -> str:
        """The phrase as the dictionary has it; empty when it lacks a word."""
        words = "".join(letter if letter.isalnum() or letter == "'" else " " for letter in text.lower()).split()
        return " ".join(words) if all(self._decoder.lookup_word(word) for word in words) else ""

    def accept(self, pcm: bytes, voiced: bool) -> None:
        if self._decoding:
            wide = audio.pcm(audio.resample(audio.samples(pcm), audio.RATE, _RATE))
            self._decoder.process_raw(wide, no_search=False, full_utt=False)

    def pause(self) -> None:
        """PocketSphinx is never behind."""

    def partial(self) -> tuple[str, str]:
        guess = self._decoder.hyp() if self._decoding else None
        return (guess.hypstr if guess is not None else ""), "en"

    def final(self) -> Heard:
        if not self._stop():
            return Heard(language="en")
        guess = self._decoder.hyp()
        text = guess.hypstr if guess is not None else ""
        if not text or self._grammar is None:
            return Heard(language="en")
        words = tuple(
            Word(part.word.split("(")[0], part.start_frame * _FRAME_S, (part.end_frame + 1) * _FRAME_S, CONFIDENCE)
            for part in self._decoder.seg()
            if not part.word.startswith(("<", "[", "+", "("))
        )
        scores = {score.key: score.confidence * CONFIDENCE for score in matched(text, self._grammar, "en")}
        return Heard(text=text, words=words, confidence=CONFIDENCE, language="en", scores=best_of(scores))

    def _stop(self) -> bool:
        """End the utterance; false when none was decoded."""
        was, self._decoding = self._decoding, False
        if was:
            self._decoder.end_utt()
        return was

    def close(self) -> None:
        decoder, self._decoder = self._decoder, None
        if decoder is not None:
            if self._decoding:
                decoder.end_utt()
            self._recognizer.give_back(decoder)
