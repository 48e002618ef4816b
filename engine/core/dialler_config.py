"""Settings of the dialler: results that leave, and what its lists and reports may take."""

from engine.core.speech_config import SpeechSettings


class DiallerSettings(SpeechSettings, frozen=True, kw_only=True):
    """Part of ``Settings``, after those of speech; durations in seconds unless named otherwise."""

    webhook_timeout_s: float = 10.0
    """How long a receiver of webhooks may take to answer, connecting included."""
    webhook_parallel: int = 16
    """Deliveries that an api process makes at once, all webhooks together; half as many to one of them."""
    webhook_pause_s: float = 5.0
    """Pause after a delivery that failed; it doubles with each failure in a row."""
    webhook_pause_max_s: float = 600.0
    """The longest pause between tries."""
    webhook_hours: float = 72.0
    """A delivery whose receiver is away is given up (dead, visible, can be sent again) so long after it was written."""
    webhook_refusals: int = 10
    """The same for one that its receiver refused so often (answers 400 to 499 but 408, 425 and 429)."""
    webhook_answer_bytes: int = 16_384
    """What is read of a receiver's answer."""
    webhook_networks: str = ""
    """Private networks that webhooks may go to (10.20.0.0/16, ...), comma between several; empty: public ones alone."""
    webhook_poll_s: float = 30.0
    """Deliveries are looked for at least so often, beside the database's own word that there are some."""
    webhook_keep_days: int = 30
    """Delivered and dead ones are kept so long."""
    webhook_secret_overlap_hours: float = 24.0
    """A secret that was replaced signs beside the new one for so long."""
