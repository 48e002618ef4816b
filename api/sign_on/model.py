"""What single sign-on takes and gives."""

from typing import Annotated

import msgspec
from msgspec import Meta


class SignOnToken(msgspec.Struct):
    """For the user's browser: works once, for ``expires_in`` seconds."""

    token: str
    expires_in: int


class SignOn(msgspec.Struct, forbid_unknown_fields=True):
    """The token that a server got for its user."""

    token: Annotated[str, Meta(min_length=20, max_length=200)]
