"""Settings of the service desk: requests, files, letters, links, surveys."""

from engine.core.dialler_config import DiallerSettings


class DeskSettings(DiallerSettings, frozen=True, kw_only=True):
    """Part of ``Settings``, after those of the dialler; durations in seconds unless named otherwise, sizes in bytes."""

    ticket_confirm_days: float = 5.0
    """A solved request that its author neither confirms nor reopens is closed after so many days."""
    ticket_reopen_days: float = 30.0
    """So long a closed request may be reopened; later a word on it opens a new one that names it."""
