"""Which phrase of a grammar was said, where the recogniser decodes freely."""

from engine.speech.model import Grammar, Score
from engine.speech.recognizers.weighing import matched
from engine.speech.recognizers.whispering.model import Decoded, Encoded, WhisperModel


class Phrases:
    """A grammar ready to be weighed."""

    def __init__(self, grammar: Grammar) -> None:
        self._grammar = grammar

    def weigh(self, model: WhisperModel, encoded: Encoded, language: str, decoded: Decoded) -> tuple[Score, ...]:
        return matched(decoded.text, self._grammar, language)
