"""Prompts as the API takes and gives them."""

from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from api.telephony.model import Language, Name, Written
from engine.routing.model import ExtensionNumber

AudioFile = Annotated[str, Meta(extra_json_schema={"format": "binary"})]


class PromptData(Written, kw_only=True):
    """What can be changed of a prompt."""

    name: Name
    language: Language = "ru"


class PromptUpload(msgspec.Struct, kw_only=True):
    """A sound file (WAV, MP3, Ogg, FLAC, M4A, ...) with its name; the file comes last or anywhere."""

    name: Name
    language: Language = "ru"
    file: AudioFile


class PromptByPhone(Written, kw_only=True):
    """A new prompt to be recorded at the phone of ``extension``, which rings at once."""

    name: Name
    language: Language = "ru"
    extension: ExtensionNumber


class RecordByPhone(Written, kw_only=True):
    """The extension to ring."""

    extension: ExtensionNumber


class Prompt(PromptData, kw_only=True):
    """A prompt; ``duration_s`` is 0 until one that is recorded by phone is there."""

    duration_s: float
    size_bytes: int
    source: Literal["upload", "phone"]


class AudioUpload(msgspec.Struct, kw_only=True):
    """A sound file that takes the place of the present one."""

    file: AudioFile


class Ringing(msgspec.Struct, kw_only=True):
    """The phone rings; the prompt changes when the recording is accepted there."""

    call_id: UUID
    prompt_id: UUID
