"""What enrolling an authenticator takes and gives."""

from typing import Annotated

import msgspec
from msgspec import Meta

from api.auth.model import Password


class Proof(msgspec.Struct, forbid_unknown_fields=True):
    """The signed-in user's password once more; users of a directory, who have none here, leave it out."""

    password: Password | None = None


class Code(msgspec.Struct, forbid_unknown_fields=True):
    """What the authenticator shows now."""

    code: Annotated[str, Meta(pattern="^[0-9]{3} ?[0-9]{3}$")]


class Enrolment(msgspec.Struct, kw_only=True):
    """For the authenticator app: the secret in base 32, and the same as an otpauth address for a QR code."""

    secret: str
    uri: str


class RecoveryCodes(msgspec.Struct, kw_only=True):
    """Each works once in place of a code; they are told this one time."""

    recovery_codes: list[str]


class SecondFactor(msgspec.Struct, kw_only=True):
    """Whether an authenticator is enrolled, whether the role asks for one, and recovery codes left."""

    enrolled: bool
    required: bool
    recovery_codes_left: int
