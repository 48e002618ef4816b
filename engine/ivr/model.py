"""A voice menu: steps by id, each of one kind. Pure data, shared by the API, the check, the dry run and the flow."""

from typing import Annotated
from uuid import UUID

import msgspec

from engine.ivr.spoken import CollectSpeech, MenuSpeech, Speech
from engine.routing.model import Destination, Language

StepId = Annotated[str, msgspec.Meta(pattern=r"^[a-zA-Z0-9_-]{1,60}$")]
Variable = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Seconds = Annotated[float, msgspec.Meta(ge=0.5, le=60)]
Digit = Annotated[str, msgspec.Meta(pattern=r"^[0-9*#]$")]


class FilePrompt(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="file", tag_field="kind"):
    """An uploaded or recorded prompt."""

    id: UUID


class SoundPrompt(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="sound", tag_field="kind"):
    """A sound that comes with Asterisk, in the call's language: ``vm-goodbye``."""

    name: Annotated[str, msgspec.Meta(pattern=r"^[a-zA-Z0-9_-]+(/[a-zA-Z0-9_-]+)*$")]


class TextPrompt(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="text", tag_field="kind"):
    """Text to speak, with ``{variable}`` places; silent, and noted in the call's events, while there is no voice.

    ``voice``: who speaks (``rhvoice/anna``); empty, or one that is not there: the best of the call's language.
    """

    text: Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]
    voice: Annotated[str, msgspec.Meta(max_length=100)] = ""


class DigitsPrompt(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="digits", tag_field="kind"):
    """Digits read out one by one; ``{variable}`` places allowed."""

    digits: str


Prompt = FilePrompt | SoundPrompt | TextPrompt | DigitsPrompt
Prompts = tuple[Prompt, ...]


class Play(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="play", tag_field="kind"):
    """Play prompts to the end (any digit skips on when ``barge_in``), then go on."""

    prompts: Prompts
    barge_in: bool = False
    next: StepId


class Menu(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="menu", tag_field="kind"):
    """Offer choices by digit, and by voice where it has ``speech``.

    ``tries`` counts rounds: after each silence (``timeout_prompts``) or wrong digit (``invalid_prompts``) the prompts
    are played again; then ``on_timeout`` or ``on_invalid``. Words that fit nothing are told by ``no_match_prompts`` and
    counted by themselves. ``confirm_prompts`` ask whether ``{choice}`` was meant; ``digits_prompts`` take the place of
    ``prompts`` while nobody can hear the caller. ``on_back`` and ``on_operator``: where those words lead.
    """

    prompts: Prompts
    options: dict[Digit, StepId]
    timeout_s: Seconds = 5.0
    tries: Annotated[int, msgspec.Meta(ge=1, le=10)] = 3
    barge_in: bool = True
    timeout_prompts: Prompts = ()
    invalid_prompts: Prompts = (SoundPrompt("pbx-invalid"),)
    on_timeout: StepId
    on_invalid: StepId
    speech: MenuSpeech | None = None
    no_match_prompts: Prompts = ()
    confirm_prompts: Prompts = ()
    digits_prompts: Prompts = ()
    on_no_match: StepId | None = None
    on_back: StepId | None = None
    on_operator: StepId | None = None


class Collect(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="collect", tag_field="kind"):
    """Collect digits into a variable: ends at ``max_digits``, the terminator, or ``digit_timeout_s`` of silence.

    ``pattern`` (a regular expression, whole match) validates; a wrong input is told and asked again ``tries`` times.
    With ``speech`` the digits may be said: one by one or as numbers (``сто двадцать три``), in several breaths;
    ``confirm_prompts`` read the ``{choice}`` back.
    """

    prompts: Prompts
    variable: Variable
    min_digits: Annotated[int, msgspec.Meta(ge=1, le=40)] = 1
    max_digits: Annotated[int, msgspec.Meta(ge=1, le=40)] = 20
    terminator: Digit | None = "#"
    timeout_s: Seconds = 7.0
    digit_timeout_s: Seconds = 3.0
    pattern: Annotated[str, msgspec.Meta(max_length=200)] | None = None
    tries: Annotated[int, msgspec.Meta(ge=1, le=10)] = 3
    barge_in: bool = True
    invalid_prompts: Prompts = (SoundPrompt("pbx-invalid"),)
    next: StepId
    on_failure: StepId
    speech: CollectSpeech | None = None
    no_match_prompts: Prompts = ()
    confirm_prompts: Prompts = ()
    digits_prompts: Prompts = ()


class Confirm(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="confirm", tag_field="kind"):
    """Ask a question that is answered by yes or no, in words or by a digit; ``prompts`` speak the value back.

    After ``tries`` silences or answers that mean neither: ``on_failure``.
    """

    prompts: Prompts
    yes_digit: Digit = "1"
    no_digit: Digit = "2"
    timeout_s: Seconds = 5.0
    tries: Annotated[int, msgspec.Meta(ge=1, le=10)] = 3
    barge_in: bool = True
    speech: Speech | None = Speech()
    timeout_prompts: Prompts = ()
    invalid_prompts: Prompts = (SoundPrompt("pbx-invalid"),)
    no_match_prompts: Prompts = ()
    digits_prompts: Prompts = ()
    on_yes: StepId
    on_no: StepId
    on_failure: StepId


class Ask(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="ask", tag_field="kind"):
    """Ask an open question: what is said, at most ``max_s`` seconds, is kept as sound and as text in ``variable``.

    The answer ends after ``silence_s`` of silence; ``confidence_variable`` gets how sure the text is (0..1). A digit is
    an answer too. ``languages`` and ``detect_language`` as in a menu's speech. Where nobody hears, the answer is
    recorded without text. After ``tries`` silences: ``on_failure``.
    """

    prompts: Prompts
    variable: Variable
    confidence_variable: Variable | None = None
    max_s: Annotated[float, msgspec.Meta(ge=1, le=60)] = 30.0
    silence_s: Annotated[float, msgspec.Meta(ge=0.5, le=5)] = 1.5
    timeout_s: Seconds = 7.0
    tries: Annotated[int, msgspec.Meta(ge=1, le=10)] = 2
    barge_in: bool = True
    hints: Annotated[str, msgspec.Meta(max_length=500)] = ""
    languages: Annotated[tuple[Language, ...], msgspec.Meta(max_length=2)] = ()
    detect_language: bool = False
    timeout_prompts: Prompts = ()
    next: StepId
    on_failure: StepId


class Condition(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """``variable`` compared with ``value``; ``caller``, ``called``, ``language`` are variables too."""

    variable: Variable
    op: Annotated[str, msgspec.Meta(pattern="^(eq|ne|lt|le|gt|ge|prefix|matches|in|empty)$")]
    value: str = ""
    next: StepId


class Branch(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="branch", tag_field="kind"):
    """Go on at the first condition that holds, else at ``otherwise``."""

    conditions: tuple[Condition, ...]
    otherwise: StepId


class Http(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="http", tag_field="kind"):
    """Ask a web service; ``mapping`` puts values of the JSON answer (RFC 6901 pointers) into variables."""

    method: Annotated[str, msgspec.Meta(pattern="^(GET|POST|PUT)$")] = "GET"
    url: Annotated[str, msgspec.Meta(pattern=r"^https?://", max_length=2000)]
    headers: dict[str, str] = {}
    body: dict[str, str] | None = None
    deadline_s: Seconds = 5.0
    mapping: dict[Variable, str] = {}
    next: StepId
    on_failure: StepId


class Set(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="set", tag_field="kind"):
    """Set variables; values may hold ``{variable}`` places."""

    values: dict[Variable, str]
    next: StepId


class SetLanguage(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="language", tag_field="kind"
):
    """Change the language of what follows."""

    language: Language
    next: StepId


class Goto(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="goto", tag_field="kind"):
    """Go to another menu (at its start, or at ``step``); without ``menu_id`` to a step of this one."""

    menu_id: UUID | None = None
    step: StepId | None = None


class LeaveVoicemail(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="voicemail", tag_field="kind"
):
    """Let the caller leave a message in a box, then go on."""

    box_id: UUID
    next: StepId


class Transfer(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="transfer", tag_field="kind"):
    """Connect the caller; ``on_failure`` when nobody answers (none: the destination's own rule, then hang up)."""

    to: Destination
    on_failure: StepId | None = None


class Callback(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="callback", tag_field="kind"):
    """Note that the caller wants to be called back, at ``number`` (``{variable}`` places; empty: the caller's own).

    ``queue_id``: call back in turn, from that queue; without it somebody does it by hand.
    """

    number: str = ""
    queue_id: UUID | None = None
    next: StepId


class Hangup(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="hangup", tag_field="kind"):
    """Play prompts and end the call."""

    prompts: Prompts = ()


Step = (
    Play
    | Menu
    | Collect
    | Confirm
    | Ask
    | Branch
    | Http
    | Set
    | SetLanguage
    | Goto
    | LeaveVoicemail
    | Transfer
    | Callback
    | Hangup
)


class MenuDefinition(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """All steps of a menu and where it starts; ``language`` none: the call's."""

    entry: StepId
    steps: dict[StepId, Step]
    language: Language | None = None


def parse_menu(value: object) -> MenuDefinition:
    """A menu of its JSON value (as stored).

    Raises:
        msgspec.ValidationError: a wrong shape; the text names the path.
    """
    return msgspec.convert(value, MenuDefinition)
