"""What a thing refers to: one static table from types to the fields that name other things. Pure."""

from typing import Any, NamedTuple

import msgspec

from api.attempts.model import DispositionData
from api.campaigns.model import CampaignColumns, CampaignData, CampaignList
from api.lists.model import ListColumns
from api.mailboxes.model import MailboxWrite
from api.people.catalog import EmployeeGroupData
from api.queues.model import QueueData, QueueMember, QueueSkill
from api.ready_answers.catalog import ReadyAnswerData, SupportLineData
from api.sla.model import PlanData
from api.telephony import model
from api.ticket_calls.model import CallRuleData
from api.transcripts.rules import SpeechRuleData
from api.webhooks.model import WebhookData, WebhookRow
from engine.dialer.campaign import Abandonment, CampaignSettings, Detection
from engine.ivr.model import Callback, FilePrompt, Goto, LeaveVoicemail
from engine.routing.model import (
    BlacklistAction,
    Forward,
    ToCallback,
    ToExtension,
    ToExternal,
    ToGroup,
    ToMenu,
    ToMessage,
    ToQueue,
    ToSchedule,
    ToVoicemail,
)

# Type -> field -> the table and column that must hold its value.
_REFERENCES: dict[type, dict[str, tuple[str, str]]] = {
    ToMenu: {"id": ("menus", "id")},
    ToExtension: {"number": ("extensions", "number")},
    ToGroup: {"id": ("ring_groups", "id")},
    ToVoicemail: {"box_id": ("voicemail_boxes", "id")},
    ToExternal: {"trunk_id": ("trunks", "id"), "extension": ("extensions", "number")},
    ToSchedule: {"id": ("schedules", "id")},
    ToMessage: {"prompt_id": ("prompts", "id")},
    ToQueue: {"id": ("queues", "id")},
    ToCallback: {"queue_id": ("queues", "id")},
    Callback: {"queue_id": ("queues", "id")},
    QueueMember: {"user_id": ("users", "id"), "group_id": ("employee_groups", "id")},
    QueueSkill: {"skill_id": ("skills", "id")},
    QueueData: {
        "partner_id": ("partners", "id"),
        "welcome_prompt_id": ("prompts", "id"),
        "music_prompt_id": ("prompts", "id"),
        "message_prompt_ids": ("prompts", "id"),
        "callback_prompt_id": ("prompts", "id"),
        "callback_schedule_id": ("schedules", "id"),
    },
    ReadyAnswerData: {"category_id": ("ticket_categories", "id")},
    SupportLineData: {"group_id": ("employee_groups", "id")},
    Forward: {"schedule_id": ("schedules", "id")},
    BlacklistAction: {"prompt_id": ("prompts", "id"), "box_id": ("voicemail_boxes", "id")},
    FilePrompt: {"id": ("prompts", "id")},
    Goto: {"menu_id": ("menus", "id")},
    LeaveVoicemail: {"box_id": ("voicemail_boxes", "id")},
    model.NumberData: {
        "trunk_id": ("trunks", "id"),
        "fallback_extension": ("extensions", "number"),
        "partner_id": ("partners", "id"),
    },
    EmployeeGroupData: {"partner_id": ("partners", "id")},
    model.ExtensionWrite: {"voicemail_box_id": ("voicemail_boxes", "id")},
    model.OutboundRuleData: {
        "users": ("users", "id"),
        "groups": ("employee_groups", "id"),
        "extensions": ("extensions", "number"),
        "schedule_id": ("schedules", "id"),
    },
    model.CallerIdRuleData: {
        "users": ("users", "id"),
        "groups": ("employee_groups", "id"),
        "extensions": ("extensions", "number"),
        "caller_id": ("numbers", "number"),
    },
    PlanData: {
        "account_id": ("client_accounts", "id"),
        "category_id": ("ticket_categories", "id"),
        "calendar_id": ("sla_calendars", "id"),
    },
    SpeechRuleData: {"queue_id": ("queues", "id")},
    MailboxWrite: {"category_id": ("ticket_categories", "id")},
    CallRuleData: {"queue_id": ("queues", "id"), "category_id": ("ticket_categories", "id")},
    CampaignColumns: {"queue_id": ("queues", "id"), "partner_id": ("partners", "id")},
    CampaignData: {"queue_id": ("queues", "id"), "partner_id": ("partners", "id")},
    CampaignList: {"list_id": ("lead_lists", "id")},
    CampaignSettings: {
        "trunk_id": ("trunks", "id"),
        "caller_ids": ("numbers", "number"),
        "menu_id": ("menus", "id"),
        "portrait_source_id": ("lead_sources", "id"),
    },
    Detection: {"machine_prompt_id": ("prompts", "id")},
    Abandonment: {"prompt_id": ("prompts", "id")},
    DispositionData: {"campaign_id": ("campaigns", "id")},
    ListColumns: {"source_id": ("lead_sources", "id"), "partner_id": ("partners", "id")},
    WebhookData: {"campaign_ids": ("campaigns", "id"), "partner_id": ("partners", "id")},
    WebhookRow: {"campaign_ids": ("campaigns", "id"), "partner_id": ("partners", "id")},
    model.GroupData: {"members": ("extensions", "number")},
    model.VoicemailBoxData: {"greeting_prompt_id": ("prompts", "id")},
}


class Reference(NamedTuple):
    """The place ``path`` names the row of ``table`` whose ``column`` is ``key``."""

    path: str
    table: str
    column: str
    key: str


def references(value: Any, path: str = "body") -> list[Reference]:
    """All references in ``value``, at any depth."""
    found: list[Reference] = []
    _walk(value, path, found)
    return found


def _walk(value: Any, path: str, found: list[Reference]) -> None:
    if isinstance(value, msgspec.Struct):
        targets = _REFERENCES.get(type(value), {})
        for name in value.__struct_fields__:
            item = getattr(value, name)
            if name in targets:
                _add(item, f"{path}.{name}", targets[name], found)
            elif isinstance(item, msgspec.Struct | list | tuple | dict):
                _walk(item, f"{path}.{name}", found)
        if isinstance(value, Goto) and value.menu_id is not None and value.step is not None:
            _add(f"{value.menu_id}/{value.step}", f"{path}.step", ("menus", "step"), found)
    elif isinstance(value, dict):
        for key, item in value.items():
            _walk(item, f"{path}.{key}", found)
    elif isinstance(value, list | tuple):
        for number, item in enumerate(value):
            _walk(item, f"{path}.{number}", found)


def _add(item: Any, path: str, target: tuple[str, str], found: list[Reference]) -> None:
    if isinstance(item, list | tuple):
        found.extend(Reference(f"{path}.{number}", *target, str(key)) for number, key in enumerate(item))
    elif item is not None:
        found.append(Reference(path, *target, str(item)))
