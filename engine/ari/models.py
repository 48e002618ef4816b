"""Typed models of the Asterisk REST interface.

Made by ``python -m tools.ari_types`` from Asterisk's rest-api; do not edit.
"""

from datetime import datetime
from typing import Any

import msgspec


class Model(msgspec.Struct, frozen=True, kw_only=True):
    """What Asterisk tells of one of its things at one moment."""


class DialplanCEP(Model, frozen=True, kw_only=True):
    """Dialplan location (context/extension/priority)."""

    context: str = ""
    exten: str = ""
    priority: int = 0
    app_name: str = ""
    app_data: str = ""


class CallerID(Model, frozen=True, kw_only=True):
    """Caller identification."""

    name: str = ""
    number: str = ""


class Channel(Model, frozen=True, kw_only=True):
    """A specific communication connection between Asterisk and an Endpoint."""

    id: str
    protocol_id: str = ""
    name: str = ""
    state: str = ""
    caller: CallerID
    connected: CallerID
    accountcode: str = ""
    dialplan: DialplanCEP
    creationtime: datetime
    language: str = ""
    channelvars: dict[str, Any] = {}
    caller_rdnis: str | None = None
    tenantid: str | None = None


class Bridge(Model, frozen=True, kw_only=True):
    """The merging of media from one or more channels."""

    id: str
    technology: str = ""
    bridge_type: str = ""
    bridge_class: str = ""
    creator: str = ""
    name: str = ""
    channels: list[str] = []
    video_mode: str | None = None
    video_source_id: str | None = None
    creationtime: datetime
    bridgevars: dict[str, Any] = {}


class Playback(Model, frozen=True, kw_only=True):
    """Object representing the playback of media to a channel."""

    id: str
    media_uri: str = ""
    next_media_uri: str | None = None
    target_uri: str = ""
    language: str | None = None
    state: str = ""


class StoredRecording(Model, frozen=True, kw_only=True):
    """A past recording that may be played back."""

    name: str = ""
    format: str = ""


class LiveRecording(Model, frozen=True, kw_only=True):
    """A recording that is in progress."""

    name: str = ""
    format: str = ""
    target_uri: str = ""
    state: str = ""
    duration: int | None = None
    talking_duration: int | None = None
    silence_duration: int | None = None
    cause: str | None = None


class DeviceState(Model, frozen=True, kw_only=True):
    """Represents the state of a device."""

    name: str = ""
    state: str = ""


class Endpoint(Model, frozen=True, kw_only=True):
    """An external device that may offer/accept calls to/from Asterisk."""

    technology: str = ""
    resource: str = ""
    state: str | None = None
    channel_ids: list[str] = []


class TextMessage(Model, frozen=True, kw_only=True, rename={"from_": "from"}):
    """A text message."""

    from_: str = ""
    to: str = ""
    body: str = ""
    variables: dict[str, Any] = {}


class Application(Model, frozen=True, kw_only=True):
    """Details of a Stasis application."""

    name: str = ""
    channel_ids: list[str] = []
    bridge_ids: list[str] = []
    endpoint_ids: list[str] = []
    device_names: list[str] = []
    events_allowed: list[dict[str, Any]] = []
    events_disallowed: list[dict[str, Any]] = []


class SystemInfo(Model, frozen=True, kw_only=True):
    """Info about Asterisk."""

    version: str = ""
    entity_id: str = ""


class StatusInfo(Model, frozen=True, kw_only=True):
    """Info about Asterisk status."""

    startup_time: datetime
    last_reload_time: datetime


class AsteriskInfo(Model, frozen=True, kw_only=True):
    """Asterisk system information."""

    system: SystemInfo | None = None
    status: StatusInfo | None = None


class Variable(Model, frozen=True, kw_only=True):
    """The value of a channel variable."""

    value: str = ""


class ContactInfo(Model, frozen=True, kw_only=True):
    """Detailed information about a contact on an endpoint."""

    uri: str = ""
    contact_status: str = ""
    aor: str = ""
    roundtrip_usec: str | None = None


class Peer(Model, frozen=True, kw_only=True):
    """Detailed information about a remote peer that communicates with Asterisk."""

    peer_status: str = ""
    cause: str | None = None
    address: str | None = None
    port: str | None = None
    time: str | None = None


class AdditionalParam(Model, frozen=True, kw_only=True):
    """Protocol specific additional parameter."""

    parameter_name: str = ""
    parameter_value: str = ""


class RequiredDestination(Model, frozen=True, kw_only=True):
    """Information about the requested destination."""

    protocol_id: str | None = None
    destination: str | None = None
    additional_protocol_params: list[AdditionalParam] = []


class ReferTo(Model, frozen=True, kw_only=True):
    """transfer destination requested by transferee."""

    requested_destination: RequiredDestination
    destination_channel: Channel | None = None
    connected_channel: Channel | None = None
    bridge: Bridge | None = None


class ReferredBy(Model, frozen=True, kw_only=True):
    """transfer destination requested by transferee."""

    source_channel: Channel
    connected_channel: Channel | None = None
    bridge: Bridge | None = None
