"""What types can't say of a campaign, and whether it can start. Pure."""

from collections.abc import Iterable
from datetime import time
from uuid import UUID

import msgspec

from api.campaigns.model import CampaignData, Hindrance
from api.telephony.resource import Errors
from engine.dialer.campaign import CampaignSettings
from engine.dialer.outcomes import NOT_DIALED, CampaignState, Mode
from engine.routing.model import Hours, Interval

AHEAD = frozenset({Mode.PREDICTIVE, Mode.AUTOMATIC})
"""Modes in which people may answer for whom nobody is there."""


class Readiness(msgspec.Struct, frozen=True, kw_only=True):
    """What a start is judged by: lists that are in use, whether they hold a lead, whether one is not done yet;
    operators of the queue."""

    lists: int
    leads: bool
    left: bool
    queue_enabled: bool
    operators: int


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """A campaign before a change."""

    state: CampaignState
    template: bool
    mode: Mode
    partner_id: UUID | None


def broken_rules(campaign: CampaignData) -> Errors:
    """All of them, with the fields that break them."""
    settings = campaign.settings
    found = [*_who(campaign), *_times(settings), *_tries(settings), *_words(campaign)]
    if campaign.starts_at and campaign.ends_at and campaign.ends_at <= campaign.starts_at:
        found.append(_error("ends_at", "Ends before it starts"))
    return found


def forbidden_changes(before: Standing, after: CampaignData) -> Errors:
    """What may not be changed of a campaign in its state: everything else may, also while it runs."""
    errors: Errors = []
    if before.state is not CampaignState.DRAFT:
        if before.template != after.template:
            errors.append(_error("template", "Only a draft becomes a template: clone it"))
        if before.partner_id != after.partner_id:
            errors.append(_error("partner_id", "Only a draft can be given to another partner"))
    live = before.state in (CampaignState.RUNNING, CampaignState.PAUSED)
    if live and (before.mode is Mode.ROBOCALL) != (after.mode is Mode.ROBOCALL):
        errors.append(_error("mode", "Finish the campaign before it changes between operators and a robocall"))
    if before.state is CampaignState.SCHEDULED and after.starts_at is None:
        errors.append(_error("starts_at", "A scheduled campaign needs its time; to take it back schedule it for null"))
    return errors


def hindrances(mode: Mode, ready: Readiness, *, leads_later: bool = False) -> list[Hindrance]:
    """Why a campaign of this mode can't start now. ``leads_later``: leads may still come (it is only scheduled)."""
    found = []
    if not ready.lists:
        found.append(Hindrance("no_lists", "It has no list of leads that is in use: add one"))
    elif not leads_later and not ready.leads:
        found.append(Hindrance("no_leads", "Its lists hold no leads: import some"))
    elif not leads_later and not ready.left:
        found.append(Hindrance("all_done", "All leads of its lists are done: import more, or clone the campaign"))
    if mode is not Mode.ROBOCALL:
        if not ready.queue_enabled:
            found.append(Hindrance("queue_disabled", "Its queue is switched off: switch it on"))
        elif not ready.operators:
            found.append(Hindrance("no_operators", "Its queue has no operators: add members"))
    return found


def _who(campaign: CampaignData) -> Errors:
    errors: Errors = []
    if campaign.mode is Mode.ROBOCALL:
        if campaign.settings.menu_id is None:
            errors.append(_error("settings.menu_id", "A robocall needs the menu that its clients hear"))
    elif campaign.queue_id is None and not campaign.template:
        errors.append(_error("queue_id", "Name the queue whose operators serve the campaign"))
    seen = set()
    for number, item in enumerate(campaign.lists):
        if item.list_id in seen:
            errors.append(_error(f"lists.{number}.list_id", "Is in the campaign already"))
        seen.add(item.list_id)
    for number, caller_id in enumerate(campaign.settings.caller_ids):
        if caller_id in campaign.settings.caller_ids[:number]:
            errors.append(_error(f"settings.caller_ids.{number}", "Is named already"))
    return errors


def _times(settings: CampaignSettings) -> Errors:
    errors = _spans(settings.windows, "settings.windows")
    for number, day in enumerate(settings.days):
        path = f"settings.days.{number}"
        if day.last < day.first:
            errors.append(_error(f"{path}.last", "Ends before it begins"))
        if day.destination is not None:
            errors.append(_error(f"{path}.destination", "A campaign's days lead nowhere: leave it out"))
        errors += _spans(day.hours, f"{path}.hours")
    return errors


def _spans(spans: Iterable[Interval | Hours], path: str) -> Errors:
    """``00:00`` as an end is midnight."""
    return [
        _error(f"{path}.{number}.end", "Ends before it begins")
        for number, span in enumerate(spans)
        if span.end != time() and span.end <= span.start
    ]


def _tries(settings: CampaignSettings) -> Errors:
    errors: Errors = []
    seen = set()
    for number, retry in enumerate(settings.retries):
        path = f"settings.retries.{number}.outcome"
        if retry.outcome in seen:
            errors.append(_error(path, "Has a rule already"))
        if retry.outcome in NOT_DIALED - {"skipped"}:
            errors.append(_error(path, "After this outcome the client is taken again by itself: leave it out"))
        seen.add(retry.outcome)
    if not settings.chain:
        errors.append(_error("settings.chain", "Give at least one step"))
    for number, step in enumerate(settings.chain):
        path = f"settings.chain.{number}"
        if number == 0 and step.after:
            errors.append(_error(f"{path}.after", "Nothing comes before the first step"))
        if step.channel != "phone" and not step.text.strip():
            errors.append(_error(f"{path}.text", "Say what the message tells"))
    if settings.caps.day > settings.caps.total:
        errors.append(_error("settings.caps.day", "Is more than in all"))
    return errors


def _words(campaign: CampaignData) -> Errors:
    errors: Errors = []
    settings, detection, lost = campaign.settings, campaign.settings.detection, campaign.settings.abandonment
    if detection.on_machine == "message" and detection.machine_prompt_id is None and not detection.machine_text.strip():
        errors.append(_error("settings.detection.machine_text", "Say what is left on answering machines"))
    silent = lost.prompt_id is None and not lost.text.strip() and not settings.company.strip()
    if campaign.mode in AHEAD and silent and not campaign.template:
        message = "Who answers and finds no operator must hear who called: name the company, or give a text or a prompt"
        errors.append(_error("settings.company", message))
    return errors


def _error(path: str, message: str) -> dict[str, str]:
    return {"path": f"body.{path}", "message": message}
