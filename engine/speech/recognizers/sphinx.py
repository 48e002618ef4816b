"""What PocketSphinx hears in one session. Loads numpy: for worker processes alone.

What has come is decoded whole each time (a hundredth of its length): the mean of the sound is then taken over all of
it, which a decoder that goes along does not know of a first utterance.
"""

from engine.speech.model import Grammar, Listening, Word
from engine.speech.recognizers import audio
from engine.speech.recognizers.pocketsphinx import RATE, SphinxRecognizer
from engine.speech.recognizers.session import Heard
from engine.speech.recognizers.weighing import best_of, matched

CONFIDENCE = 0.6
"""It can't tell how sure it is: sure enough to ask back."""
_FRAME_S = 0.01
_MOST_BYTES = 2 * audio.RATE * 10
"""Phrases of menus are shorter."""


class SphinxHearer:
    """Decodes what has come of an utterance."""

    partial_every_s = 0.3

    def __init__(self, recognizer: SphinxRecognizer) -> None:
        self._recognizer = recognizer
        self._decoder = recognizer.take()
        self._grammar: Grammar | None = None
        self._can_hear = False
        self._audio = bytearray()

    def begin(self, listening: Listening) -> None:
        if listening.grammar != self._grammar:
            self._grammar = listening.grammar
            self._can_hear = self._take_grammar(listening.grammar)
        self._audio.clear()

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
        if self._can_hear and len(self._audio) < _MOST_BYTES:
            self._audio += pcm

    def pause(self) -> None:
        """PocketSphinx is never behind."""

    def partial(self) -> tuple[str, str]:
        return self._decode(), "en"

    def _decode(self) -> str:
        if not self._audio:
            return ""
        wide = audio.resample(audio.samples(self._audio), audio.RATE, RATE)
        self._decoder.start_utt()
        self._decoder.process_raw(audio.pcm(wide), no_search=False, full_utt=True)
        self._decoder.end_utt()
        guess = self._decoder.hyp()
        return str(guess.hypstr) if guess is not None else ""

    def final(self) -> Heard:
        text = self._decode()
        self._audio.clear()
        if not text or self._grammar is None:
            return Heard(language="en")
        words = tuple(
            Word(part.word.split("(")[0], part.start_frame * _FRAME_S, (part.end_frame + 1) * _FRAME_S, CONFIDENCE)
            for part in self._decoder.seg()
            if not part.word.startswith(("<", "[", "+", "("))
        )
        scores = {score.key: score.confidence * CONFIDENCE for score in matched(text, self._grammar, "en")}
        return Heard(text=text, words=words, confidence=CONFIDENCE, language="en", scores=best_of(scores))

    def close(self) -> None:
        decoder, self._decoder = self._decoder, None
        self._can_hear = False
        if decoder is not None:
            self._recognizer.give_back(decoder)
