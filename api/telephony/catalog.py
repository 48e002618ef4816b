"""All configured things, declared."""

import secrets
from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from api.prompts.model import Prompt, PromptData
from api.telephony import model
from api.telephony.resource import Errors, Resource
from api.transcripts import rules
from engine.ivr.validate import validate
from engine.routing.forwarding import BY_SCHEDULE
from engine.routing.model import Forward


def _trunk_rules(trunk: model.TrunkWrite) -> Errors:
    if trunk.kind == "ip" and not trunk.match:
        return [{"path": "body.match", "message": "A trunk of kind ip needs at least one address"}]
    if trunk.kind == "registering" and not (trunk.username and trunk.password):
        return [{"path": "body.username", "message": "A registering trunk needs a username and a password"}]
    return []


def _extension_rules(extension: model.ExtensionWrite) -> Errors:
    return forward_rules(extension.forwards)


def forward_rules(forwards: Sequence[Forward]) -> Errors:
    """What types can't say of forwarding rules."""
    errors: Errors = []
    for number, forward in enumerate(forwards):
        path = f"body.forwards.{number}"
        if forward.when in BY_SCHEDULE and forward.schedule_id is None:
            errors.append({"path": f"{path}.schedule_id", "message": "This rule needs a schedule"})
        if forward.after_s is not None and forward.when != "no_answer":
            errors.append({"path": f"{path}.after_s", "message": "Only a rule for calls that are not answered has it"})
    return errors


def _with_password(extension: model.ExtensionWrite) -> model.ExtensionWrite:
    if extension.password is msgspec.UNSET:
        return msgspec.structs.replace(extension, password=secrets.token_urlsafe(15))
    return extension


def _schedule_rules(schedule: model.ScheduleData) -> Errors:
    errors: Errors = []
    try:
        ZoneInfo(schedule.timezone)
    except (KeyError, ValueError, OSError):
        errors.append({"path": "body.timezone", "message": f"No such time zone: {schedule.timezone}"})
    for number, exception in enumerate(schedule.exceptions):
        if exception.last < exception.first:
            errors.append({"path": f"body.exceptions.{number}.last", "message": "Ends before it begins"})
    return errors


def _menu_rules(menu: model.MenuData) -> Errors:
    return [
        {"path": "body.definition" + problem["path"].replace("/", "."), "message": problem["message"]}
        for problem in validate(menu.definition)
    ]


def _blacklist_rules(entry: model.BlacklistData) -> Errors:
    if entry.action.kind == "voicemail" and entry.action.box_id is None:
        return [{"path": "body.action.box_id", "message": "Name the voicemail box"}]
    return []


NUMBERS = Resource(
    path="numbers", table="numbers", title="Number", write=model.NumberData, label="number", search=("number", "name")
)
TRUNKS = Resource(
    path="trunks", table="trunks", title="Trunk", write=model.TrunkWrite, read=model.TrunkData, check=_trunk_rules
)
EXTENSIONS = Resource(
    path="extensions",
    table="extensions",
    title="Extension",
    write=model.ExtensionWrite,
    read=model.ExtensionData,
    label="number",
    search=("number", "name"),
    key="number",
    check=_extension_rules,
    on_create=_with_password,
)
GROUPS = Resource(path="groups", table="ring_groups", title="Group", write=model.GroupData)
SCHEDULES = Resource(
    path="schedules", table="schedules", title="Schedule", write=model.ScheduleData, check=_schedule_rules
)
MENUS = Resource(path="menus", table="menus", title="Menu", write=model.MenuData, check=_menu_rules)
SPEED_DIALS = Resource(
    path="speed-dials",
    table="speed_dials",
    title="SpeedDial",
    write=model.SpeedDialData,
    label="code",
    search=("code", "name"),
)
BLACKLIST = Resource(
    path="blacklist",
    table="blacklist",
    title="BlacklistEntry",
    write=model.BlacklistData,
    label="pattern",
    search=("pattern", "reason"),
    check=_blacklist_rules,
)
VOICEMAIL_BOXES = Resource(
    path="voicemail-boxes", table="voicemail_boxes", title="VoicemailBox", write=model.VoicemailBoxData
)
PROMPTS = Resource(
    path="prompts",
    table="prompts",
    title="Prompt",
    write=PromptData,
    read=Prompt,
    methods=frozenset({"GET", "PUT", "PATCH"}),
)

OUTBOUND_RULES = Resource(
    path="outbound-rules", table="outbound_rules", title="OutboundRule", write=model.OutboundRuleData
)
CALLER_ID_RULES = Resource(
    path="caller-id-rules", table="caller_id_rules", title="CallerIdRule", write=model.CallerIdRuleData
)
SPEECH_RULES = Resource(
    path="speech-rules",
    table="speech_rules",
    title="SpeechRule",
    write=rules.SpeechRuleData,
    check=rules.speech_rule_errors,
)
MASKING_RULES = Resource(
    path="masking-rules",
    table="masking_rules",
    title="MaskingRule",
    write=rules.MaskingRuleData,
    check=rules.masking_rule_errors,
)

ALL: tuple[Any, ...] = (
    NUMBERS,
    TRUNKS,
    EXTENSIONS,
    GROUPS,
    SCHEDULES,
    MENUS,
    SPEED_DIALS,
    BLACKLIST,
    VOICEMAIL_BOXES,
    PROMPTS,
    OUTBOUND_RULES,
    CALLER_ID_RULES,
    SPEECH_RULES,
    MASKING_RULES,
)
