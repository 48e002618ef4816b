"""Every setting of the product, with its default: environment first, then var/run/settings.json, then the default.

A field ``sip_port`` is set by ``PAYLATER_SIP_PORT`` in the environment or ``"sip_port"`` in the file that `tools/up`
writes (mode 0600; it holds the generated secrets).
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from engine.core.desk_config import DeskSettings
from engine.core.errors import ConfigError

ROOT = Path(__file__).resolve().parents[2]
# Port of each service, as an offset from PAYLATER_PORT_BASE.
PORTS = {"sip_port": 60, "database_port": 54, "agi_port": 73, "http_port": 80, "control_port": 81, "ari_port": 88}
RTP_OFFSET = 1000


class Settings(DeskSettings, frozen=True, kw_only=True):
    """Named settings; durations in seconds, sizes in bytes, ports as numbers. Speech, dialler, desk: beside."""

    # Places and addresses
    var: Path = ROOT / "var"
    port_base: int = 20000
    bind_host: str = "127.0.0.1"
    """Address that everything listens on; set it to the machine's own to serve phones on a network."""
    public_host: str = "127.0.0.1"
    """Address that phones are told to send media to."""
    sip_port: int = 0
    database_port: int = 0
    agi_port: int = 0
    http_port: int = 0
    control_port: int = 0
    ari_port: int = 0
    rtp_first: int = 0
    rtp_count: int = 2000
    """RTP and RTCP ports; a call leg takes two."""
    rtp_timeout: int = 60
    """Silence of a peer's media, in seconds, after which its leg is taken for dead."""
    rtp_timeout_hold: int = 900
    """The same for a leg on hold."""
    browser_rtp_timeout: int = 15
    """The same for phones in browsers, which vanish without a word when a tab is killed."""
    browser_rtp_timeout_hold: int = 120
    node_id: str = "node1"
    database_dsn: str = ""
    asterisk_prefix: str = ""
    """Folder of a private Asterisk copy; empty: the system's own."""
    asterisk_mirror: str = ""
    """Debian mirror for the private copy where the machine's apt settings name none."""
    log_level: str = "info"

    # Secrets, made by tools/up
    ari_password: str = ""
    control_token: str = ""
    token_secret: str = ""
    database_password: str = ""
    """Of the private cluster; a database of your own is named by database_dsn."""

    # Database
    database_fsync: bool = True
    """Whether the private cluster waits for the disk; only test stacks turn it off."""
    database_pool_min: int = 2
    database_pool_max: int = 10
    database_pool_partners: int = 4
    """Connections of an api process for users of partners."""
    database_pool_clients: int = 6
    """Connections of an api process for clients of the portal."""
    database_command_timeout: float = 15.0

    # ARI
    ari_app: str = "paylater"
    ari_user: str = "paylater"
    ari_timeout: float = 5.0
    ari_slow_timeout: float = 30.0
    ari_reconnect_min: float = 0.1
    ari_reconnect_max: float = 3.0
    ari_event_buffer: int = 100_000
    """Events kept while the picture is rebuilt after a reconnect."""

    # Calls
    max_calls: int = 1500
    """Live calls that a node serves at once; more are turned away."""
    max_new_calls_per_second: float = 150.0
    admission_lag_limit: float = 0.2
    """Delay of the event loop, in seconds, past which new calls are turned away."""
    overload_action: str = "congestion"
    """What a call that is turned away gets: congestion (SIP 503) or busy (SIP 486)."""
    orphan_audit_interval: float = 30.0
    conference_members: int = 20
    """People in one conversation, supervisors not counted."""
    conference_keeps_colleagues: bool = True
    """Whether a conversation of several goes on when only our own extensions are left in it."""
    park_first: int = 701
    """The first parking slot's number."""
    park_slots: int = 20
    park_timeout: float = 120.0
    """Seconds after which a parked call rings at the phone that parked it."""
    park_returns: int = 5
    """How often it does before the call is given up."""
    recall_seconds: float = 25.0
    """How long a phone rings to get a call back, to take a parked one, or to supervise."""
    drain_timeout: float = 10.0

    # Dialplan and its branch for when the engine is away
    default_language: str = "ru"
    fallback_retry_seconds: float = 4.0
    """How long a new call rings and waits for the engine before the fallback takes it."""
    fallback_retry_interval: float = 0.5
    fallback_agi_seconds: float = 2.0
    """A FastAGI look-up that takes longer is given up."""
    agi_threads: int = 32
    """FastAGI look-ups at once; one more is closed at once."""
    fallback_ring_seconds: int = 25

    # Phones in the browser
    ice_host_candidates: str = ""
    """Addresses that Asterisk offers browsers instead of its own: ``10.0.0.5=203.0.113.7``, comma between several;
    empty: public_host instead of each of the machine's own when it is none of them."""
    asterisk_ws_url: str = ""
    """Asterisk's WebSocket for SIP as the api reaches it; empty: ``ws://127.0.0.1:<ari_port>/ws``."""
    stun_urls: str = ""
    """STUN servers that browsers ask for their own address: ``stun:stun.example.net:3478``, comma between several."""
    turn_urls: str = ""
    """TURN servers, which relay media of browsers behind strict firewalls: ``turn:turn.example.net:3478``."""
    turn_secret: str = ""
    """Secret shared with the TURN servers (coturn: static-auth-secret); short-lived passwords are made from it."""
    turn_seconds: int = 43_200
    """Life of such a password."""
    browser_phones_max: int = 2000
    """Browsers that one api process connects to Asterisk at once."""
    browser_phones_per_user: int = 6
    """Connections of one user: tabs, and old ones that nobody has noticed to be dead."""
    browser_phone_message_max: int = 65_536
    """Longest SIP message, in bytes."""
    browser_phone_rate: float = 30.0
    """SIP messages a second from one browser, on average; bursts of four seconds' worth pass."""

    # Presence and working time
    timezone: str = "Europe/Moscow"
    """The installation's own time zone: days of counts, and of reports that ask for no other."""
    presence_missed_limit: int = 3
    """Calls missed in a row after which an operator is away; 0: any number."""
    presence_phone_grace_s: float = 8.0
    """How long a phone's registration may be gone before its operator is away."""
    presence_idle_s: int = 1800
    """Without a sign of life for so long an operator whose page has given one is away; 0: never."""
    presence_away_limit_s: int = 14_400
    """Who is away, or over the time of a break, for longer has forgotten to sign off, and is signed off; 0: never."""
    presence_wrap_up_max_s: int = 600
    """Longest wrap-up, extensions included."""

    # Journal and history
    journal_batch: int = 1000
    journal_interval: float = 0.2
    journal_max_records: int = 200_000
    """Records that may wait for the database; past it new calls are turned away."""
    journal_segment_bytes: int = 16_000_000
    changes_keep_hours: int = 24
    cdr_max_bytes: int = 50_000_000
    """Size of Asterisk's call detail file past which it is moved aside, once it was read; one old file is kept."""

    # Media
    recording_min_free_bytes: int = 200_000_000
    """Free disk below which no recording is started."""
    prompt_max_bytes: int = 50_000_000
    prompt_max_seconds: int = 600
    voicemail_max_seconds: int = 180
    voicemail_silence_seconds: int = 5

    # Menus
    menu_max_silent_steps: int = 200
    """Steps that a flow may take without waiting for the caller; a loop is stopped there."""
    http_step_max_seconds: float = 15.0
    http_step_max_bytes: int = 262_144

    # API
    access_token_seconds: int = 900
    refresh_token_seconds: int = 1_209_600
    login_attempts: int = 10
    """Failed sign-ins of a login or an address per window before it must wait."""
    login_window_seconds: int = 300
    login_lock_max_seconds: int = 900
    """The longest wait that failed sign-ins lead to; it doubles from a second up to this."""
    limit_public_per_minute: int = 1200
    """Requests a minute that one address may make to routes that need no sign-in."""
    limit_sign_in_per_minute: int = 120
    """The same for sign-in, its second factor, lost passwords and invitations."""
    limit_say_per_minute: int = 30
    """Texts a minute that one user may let be spoken to listen to."""
    limit_form_per_minute: int = 10
    """The same for forms that strangers fill in (a call-back ordered on a web page)."""
    trusted_proxies: str = ""
    """Networks of proxies before the api (10.0.0.0/8, ...): only from them X-Forwarded-For is believed."""
    public_url: str = ""
    """Address that people open (https://crm.example.org), for links in letters and sign-in by a provider; empty:
    the api's own."""
    invitation_hours: int = 72
    reset_minutes: int = 60
    """How long the link in a letter works."""
    sign_on_seconds: int = 60
    """How long a token of single sign-on works that another system's server got for its user."""
    audit_keep_days: int = 730
    audit_export_rows: int = 50_000
    """Rows of an export of the log of changes."""
    totp_issuer: str = "PayLater CRM"
    """What an authenticator app shows beside the code."""

    # Letters and directories
    smtp_host: str = ""
    """Server that letters leave by; empty: letters wait, and the panel says so."""
    smtp_port: int = 587
    smtp_security: str = "starttls"
    """starttls, tls, or none (a server on this machine)."""
    smtp_user: str = ""
    smtp_password: str = ""
    smtp_from: str = "PayLater CRM <paylater@localhost>"
    smtp_timeout: float = 20.0
    mail_poll_seconds: float = 5.0
    """How often letters that are due are looked for; a new one is sent at once."""
    mail_attempts: int = 8
    """Tries of a letter, one to sixty minutes apart, before it is given up."""
    directory_timeout: float = 8.0
    """How long a directory (OIDC, LDAP) may take to answer."""
    request_max_bytes: int = 2_000_000
    widget_origins: str = ""
    """Addresses of pages that may embed the operator's widget: ``https://crm.example.com``, comma between several."""
    widget_idle_minutes: int = 20
    """Minutes without a key or a touch after which a ready operator is away; 0: never."""
    widget_release: bool = False
    """Serve the minified build of the widget (`npm --prefix widget run release`) instead of its modules as written."""
    live_client_bytes: int = 4_000_000
    """What may wait for one WebSocket client; a slower one is cut off and resumes by cursor."""
    engine_timeout: float = 10.0

    # History, reports, contacts
    operators_see_team: bool = True
    """Whether operators see the calls of their groups in the history, or their own alone."""
    export_max_rows: int = 200_000
    """Rows of one exported file."""
    report_max_intervals: int = 3000
    """Intervals that one report may be cut into."""
    report_statement_seconds: float = 60.0
    """A report's statement that takes longer is given up."""
    service_level: str = "without_short"
    """How the service level is counted: without_short, after_target, offered, answered or abandons_good; told in
    api/reports/formulas.py."""
    short_abandon_s: float = 5.0
    """A caller who leaves a queue within so many seconds is a short abandon, and counts against nobody."""
    repeat_days: int = 3
    """A call is settled at first contact when its number does not call again within so many days."""
    missed_days: int = 14
    """Missed calls older than this are not in the list any more."""
    missed_taken_minutes: int = 15
    """A missed call that somebody calls back is his for so long; then others may."""
    contacts_import_max_rows: int = 10_000
    contacts_import_max_bytes: int = 5_000_000
    favourites_max: int = 200

    # Speech
    models: Path = ROOT / "var" / "models"
    """Folder of models of speech (tools/models); each model in a folder of its own."""

    # Demo
    demo_call_interval: float = 20.0
    """Seconds between the demo's simulated callers, on average."""

    @property
    def run(self) -> Path:
        """Folder of sockets, process ids and up.json."""
        return self.var / "run"

    @property
    def recordings(self) -> Path:
        """Folder where Asterisk writes recordings (its spool) and the API reads them."""
        return self.var / "asterisk" / "spool" / "recording"

    @property
    def peaks(self) -> Path:
        """Folder of waveforms of recordings, which players draw."""
        return self.var / "peaks"

    @property
    def prompts(self) -> Path:
        """Folder of uploaded prompts, played as ``sound:<folder>/<file without ending>``."""
        return self.var / "prompts"

    @property
    def files(self) -> Path:
        """Folder of files of requests; no web server shows it."""
        return self.var / "files"

    @property
    def imports(self) -> Path:
        """Folder of files of leads on their way into lists; processes of the api share it."""
        return self.var / "imports"

    @property
    def speech_cache(self) -> Path:
        """Folder of texts that were spoken, played as ``sound:<path without ending>``."""
        return self.var / "speech"

    @property
    def spool(self) -> Path:
        """Folder of the engine's journal."""
        return self.var / "engine"

    @property
    def http_url(self) -> str:
        return f"http://{self.bind_host}:{self.http_port}"

    @property
    def control_url(self) -> str:
        return f"http://{self.bind_host}:{self.control_port}"

    @property
    def ari_url(self) -> str:
        return f"http://{self.bind_host}:{self.ari_port}/ari"


def load(env: Mapping[str, str] | None = None) -> Settings:
    """Settings of this process.

    Raises:
        ConfigError: a value can't be read; the message names the setting.
    """
    env = os.environ if env is None else env
    var = Path(env.get("PAYLATER_VAR") or ROOT / "var").resolve()
    values: dict[str, Any] = {}
    stored = var / "run" / "settings.json"
    if stored.is_file():
        values = msgspec.json.decode(stored.read_bytes())
    names = {field.name for field in msgspec.structs.fields(Settings)}
    for name in names:
        if (text := env.get(f"PAYLATER_{name.upper()}")) is not None:
            values[name] = text
    values["var"] = str(var)
    base = int(values.get("port_base") or Settings().port_base)
    for name, offset in PORTS.items():
        values[name] = int(values.get(name) or 0) or base + offset
    values["rtp_first"] = int(values.get("rtp_first") or 0) or base + RTP_OFFSET
    unknown = set(values) - names
    if unknown:
        raise ConfigError(
            f"{stored}: unknown settings {', '.join(sorted(unknown))}; delete them", names=sorted(unknown)
        )
    try:
        return msgspec.convert(values, Settings, strict=False, dec_hook=_decode)
    except (msgspec.ValidationError, ValueError) as exc:
        raise ConfigError(f"A setting can't be used: {exc}. Mend PAYLATER_* in the environment or {stored}") from exc


def dump(settings: Settings) -> dict[str, Any]:
    """The settings as JSON-able values, for settings.json."""
    return {name: str(v) if isinstance(v, Path) else v for name, v in msgspec.structs.asdict(settings).items()}


def _decode(kind: type, value: Any) -> Any:
    if kind is Path:
        return Path(value)
    raise ValueError(f"{kind} is not known")
