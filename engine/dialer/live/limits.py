"""Times that a campaign's settings set: when an operator must be there, how long one is kept. Pure."""

from datetime import datetime, timedelta

from engine.dialer.campaign import Campaign, CampaignSettings
from engine.dialer.live.dial import Dial
from engine.dialer.outcomes import Mode

AFTER_OTHERS = -10
"""Priority in the queues of campaigns whose operators serve their other queues first."""
KEEP_S = 15.0
"""How much longer than the client's phone rings an operator may be kept: detection and the hand-over."""
LATE_S = 0.25
"""What commands and events of Asterisk may take on top of the time in which an operator must be there."""


def priority_in_queue(campaign: Campaign | None) -> int:
    """Priority of the campaign's clients in its queue."""
    return AFTER_OTHERS if campaign is not None and campaign.settings.blended else 0


def kept_s(settings: CampaignSettings, *, shown: bool) -> float:
    """How long an operator may be kept, in seconds: until the client (``shown`` before) has not answered for good."""
    return settings.ring_s + KEEP_S + (settings.preview_s if shown else 0)


def connect_by(dial: Dial, settings: CampaignSettings) -> datetime | None:
    """When an operator must be there; None while nobody has answered."""
    start = dial.detected_at if settings.pacing.connect_start == "greeting" else dial.answered_at
    return start + timedelta(seconds=settings.pacing.connect_threshold_s) if start is not None else None


def is_late(dial: Dial, settings: CampaignSettings, now: datetime) -> bool:
    """Whether an operator who is there now is too late: the person counts as abandoned, though both talk."""
    by = connect_by(dial, settings)
    risky = not dial.operator_first and dial.mode is not Mode.ROBOCALL
    return risky and by is not None and now > by + timedelta(seconds=LATE_S)
