"""Texts that are spoken to a caller while they are made."""

import msgspec

PREFIX = "speech:"


class Speech(msgspec.Struct, frozen=True):
    """A text to be spoken; ``voice`` empty: the best."""

    text: str
    language: str
    voice: str = ""


def speech_uri(text: str, language: str, voice: str = "") -> str:
    """What ``CallLine.play`` takes for a text that is spoken as it is made."""
    return PREFIX + msgspec.json.encode(Speech(text, language, voice)).decode()


def speech_of(media: str) -> Speech | None:
    """The text in a media URI; None for any other media."""
    return msgspec.json.decode(media.removeprefix(PREFIX), type=Speech) if media.startswith(PREFIX) else None
