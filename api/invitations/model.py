"""What comes in and goes out where a link stands for a sign-in."""

from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from api.auth.model import Language, NewPassword

LinkToken = Annotated[str, Meta(min_length=20, max_length=200)]
Purpose = Literal["invitation", "reset"]


class LostPassword(msgspec.Struct, forbid_unknown_fields=True):
    """Login or e-mail address of who lost the password."""

    login: Annotated[str, Meta(min_length=1, max_length=254)]


class LinkCheck(msgspec.Struct, forbid_unknown_fields=True):
    """The token of a letter's link."""

    token: LinkToken


class LinkUse(msgspec.Struct, forbid_unknown_fields=True):
    """The token of a letter's link, and the password from now on."""

    token: LinkToken
    password: NewPassword


class LinkInfo(msgspec.Struct, kw_only=True):
    """Whose link it is, to greet them."""

    purpose: Purpose
    login: str
    name: str
    language: Language


class Addressee(msgspec.Struct, kw_only=True):
    """Who gets a letter."""

    id: UUID
    login: str
    name: str
    language: Language
    email: str
