"""Settings of the service desk: requests, files, letters, links, surveys."""

from engine.core.dialler_config import DiallerSettings


class DeskSettings(DiallerSettings, frozen=True, kw_only=True):
    """Part of ``Settings``, after those of the dialler; durations in seconds unless named otherwise, sizes in bytes."""

    ticket_confirm_days: float = 5.0
    """A solved request that its author neither confirms nor reopens is closed after so many days."""
    ticket_reopen_days: float = 30.0
    """So long a closed request may be reopened; later a word on it opens a new one that names it."""
    ticket_terms_s: float = 60.0
    """How often new words are noted for the search that forgives mistakes, and words that went forgotten."""
    ticket_viewing_s: float = 30.0
    """Who has a request open is seen there by others for so long after it said so last."""
    ticket_watchers_most: int = 50
    """Watchers of one request."""
    ticket_checks_most: int = 100
    """Steps of the checklist of one request."""
    ticket_ageing_rest_s: float = 300.0
    """At the longest so long the watch over deadlines rests: clocks on walls may be set."""
    analysis_pdf_seconds: float = 30.0
    """Making a PDF that takes longer is given up."""
    analysis_mails_most: int = 10
    """Mailed analyses of one account."""

    # Files of requests
    ticket_file_bytes: int = 25_000_000
    """Size of one file."""
    ticket_files_at_once: int = 10
    """Files that go with one message."""
    ticket_files_max: int = 200
    """Files of one request."""
    ticket_files_bytes: int = 500_000_000
    """All files of one request together."""
    ticket_files_loose: int = 30
    """Files that one user may have uploaded and not sent yet."""
    ticket_files_day_bytes: int = 1_000_000_000
    """What one user may upload within a day."""
    ticket_file_loose_hours: float = 24.0
    """Uploads that nothing was sent with are deleted after so long."""
    ticket_file_types: str = (
        "png jpg jpeg gif webp bmp tif tiff heic pdf doc docx xls xlsx ppt pptx odt ods odp rtf txt log csv md json"
        " zip rar 7z gz mp3 wav ogg m4a mp4 mov webm"
    )
    """Endings of files that are taken; the content must be of the ending (api/ticket_files/kinds.py)."""
    ticket_file_scanner: str = ""
    """Scanner of files: ``clamd:127.0.0.1:3310``, or ``command:/usr/bin/clamscan --no-summary``, which gets the path as
    its last word and ends with 0 (clean) or 1 (infected); empty: none."""
    ticket_file_scan_s: float = 60.0
    """A scan that takes longer counts as no verdict."""
    ticket_file_unscanned: str = "hold"
    """Files that the scanner gave no verdict on: hold (taken, and given out when it has let them through), allow, or
    refuse (not taken)."""

    # Letters of requests
    mail_files_bytes: int = 15_000_000
    """Files that go with one letter, together; those beyond stay to be seen in the portal."""
    mailbox_timeout_s: float = 30.0
    """How long an IMAP server may take to answer."""
    mailbox_idle_s: float = 280.0
    """Length of one IDLE; servers and routers cut connections that are quiet for longer (RFC 2177: 29 minutes)."""
    mailbox_poll_s: float = 30.0
    """How often a server without IDLE is asked for new letters."""
    mailbox_claim_s: float = 10.0
    """How often a process of the api asks whether a mailbox has lost the process that reads it."""
    mailbox_retry_max_s: float = 300.0
    """The longest wait before a mailbox that failed is tried again; it doubles from a second up to this."""
    letter_max_bytes: int = 35_000_000
    """A letter that is larger is not read, and noted as unreadable."""
    letter_parts_max: int = 300
    letter_text_max: int = 50_000
    """Characters of a letter's text that are taken."""
    letters_sender_hour: int = 20
    """Letters of one sender within an hour that are taken; more are a loop, or a flood."""
    letters_forged_hour: int = 10
    """Wrong request tokens from one sender within an hour, after which its letters are refused for that hour."""
    letters_keep_days: int = 180
    """So long it is remembered which letters came in."""

    # Another service desk
    desk_link_timeout_s: float = 20.0
    """How long another service desk may take to answer, connecting included; a file of megabytes goes within it."""
    desk_link_hours: float = 72.0
    """What goes to a desk that is away is given up (dead, visible, can be sent again) so long after it was written."""
    desk_link_refusals: int = 40
    """The same for an event that the other desk refused so often (400, 404, 409, 410, 413, 414, 415, 422)."""
    desk_link_window_s: float = 300.0
    """Events of another desk are refused when their signature is older, or further ahead: a copy is of no use later."""
    desk_link_answer_bytes: int = 262_144
    """What is read of another desk's answer."""
    desk_link_held_most: int = 1000
    """Events of one link that wait for a request that the other desk has not told of yet."""
    desk_link_keep_days: int = 30
    """What went to another desk is kept so long; ids of what came from it six times as long."""

    client_children_most: int = 500
    """People of one company."""
    client_outlets_most: int = 5000
    """Outlets of one company."""
    client_exports_at_once: int = 2
    """Exports of one account's data at a time, over all processes of the api."""
    client_exports_of_process: int = 8
    """Exports of any accounts' data that one process makes at a time: each has buffers, and reads files in a thread."""
    client_export_lease_s: float = 60.0
    """An export whose process died holds its place for so long."""
    registrations_open_most: int = 500
    """While more registrations wait to be looked at, the form takes none."""
    registrations_keep_days: float = 90.0
    """Rejected registrations are forgotten after so many days."""
    portal_invites_per_minute: int = 6
    """Letters to their people that one company may order a minute."""
