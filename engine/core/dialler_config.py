"""Settings of the dialler: results that leave, and what its lists and reports may take."""

from engine.core.speech_config import SpeechSettings


class DiallerSettings(SpeechSettings, frozen=True, kw_only=True):
    """Part of ``Settings``, after those of speech; durations in seconds unless named otherwise."""

    dial_buffer_s: float = 2.0
    """Leads are claimed ahead for so long at a campaign's calls per second."""
    dial_buffer_max: int = 200
    """Leads of a campaign that a node has claimed ahead at once, at most."""
    dial_look_s: float = 1.0
    """How often leads are looked for where none were due."""
    dial_number_day: int = 20
    """Dials of one number a day over all campaigns, at most; a campaign's own caps hold beside."""
    dial_hold_s: float = 1800.0
    """A call that one operator has promised is anybody's when he did not take it for so long."""
    dial_takeover_s: float = 60.0
    """Claims of a node that gave no sign of life for so long are taken over by another."""
    dial_seed_s: float = 3.0
    """How often added and changed leads are looked for."""
    dial_seed_chunk: int = 10_000
    """Leads that are let into a campaign in one transaction."""

    detection_streams: int = 400
    """Legs of campaigns that a node listens to at once, to find out who answers; more are left to AMD()."""
    detection_asterisk: bool = True
    """Whether Asterisk's AMD() is asked where our own detector can't listen; else such calls count as people."""
    detection_beep_s: float = 30.0
    """How long a machine's beep is waited for before a message is left anyway."""

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
    webhook_refusals: int = 40
    """The same for one that its receiver refused so often (400, 409, 413, 414, 415, 422): six hours by these pauses."""
    webhook_answer_bytes: int = 16_384
    """What is read of a receiver's answer."""
    webhook_networks: str = ""
    """Private networks that webhooks may go to (10.20.0.0/16, ...), comma between several; empty: public ones alone."""
    webhook_poll_s: float = 30.0
    """Deliveries are looked for at least so often, beside the database's own word that there are some."""
    webhook_keep_days: int = 30
    """Delivered and dead ones are kept so long."""
    pacing_keep_days: int = 60
    """How campaigns went from moment to moment (what their charts draw) is kept so long."""
    webhook_secret_overlap_hours: float = 24.0
    """A secret that was replaced signs beside the new one for so long."""

    lead_import_max_bytes: int = 500_000_000
    """Size of an uploaded file of leads."""
    lead_import_unpacked_max_bytes: int = 4_000_000_000
    """What an uploaded workbook (XLSX) may unpack to."""
    lead_import_memory_bytes: int = 2_000_000_000
    """Address space of the process that reads an uploaded file; a file that needs more is refused."""
    lead_import_preview_s: float = 60.0
    """How long looking at an uploaded file may take."""
    lead_import_chunk: int = 10_000
    """Rows that are merged in one transaction; after a crash the import goes on from the last one."""
    lead_import_errors_max: int = 10_000
    """Broken lines of one import that are kept; all are counted."""
    lead_import_stale_s: float = 30.0
    """An import whose process gave no sign of life for so long is taken over by another."""
    lead_import_poll_s: float = 5.0
    """How often imports and lists that are due are looked for; an import that was started by hand begins at once."""
    lead_import_keep_days: int = 7
    """Uploaded files that nobody imported, and the list of broken lines, are kept so long."""
    lead_select_max: int = 100_000
    """Leads that one request may choose into a list or delete."""
    lead_source_timeout_s: float = 30.0
    """How long a source may take to answer one request."""
    lead_source_max_bytes: int = 50_000_000
    """Largest answer of a source to one request; larger sets come in pages."""
    lead_source_max_rows: int = 5_000_000
    """Rows that a refresh takes from a source."""
    lead_source_statement_s: float = 600.0
    """How long a source's query may run."""
    do_not_call_import_max_bytes: int = 50_000_000
    portrait_deadline_s: float = 3.0
    """The longest that a portrait is waited for, whatever its source says: dialling goes on without it."""
    portrait_max_bytes: int = 262_144
    portrait_parallel: int = 20
    """Portraits that one process asks for at once; further clients are dialled with the portrait of before."""
    portrait_failures: int = 5
    """After so many failures in a row a source is left alone for ``portrait_pause_s``."""
    portrait_pause_s: float = 30.0
    portrait_cache: int = 20_000
    """Portraits that a process keeps in memory."""
    portrait_shown_chars: int = 4000
    """Characters of a caller's portrait that a live call bears to the screens of operators; the rest is cut off."""
