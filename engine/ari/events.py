"""Typed events of the Asterisk REST interface.

Made by ``python -m tools.ari_types`` from Asterisk's rest-api; do not edit.
"""

from datetime import datetime
from typing import Any

import msgspec

from engine.ari.models import (
    Bridge,
    Channel,
    ContactInfo,
    DeviceState,
    Endpoint,
    LiveRecording,
    Peer,
    Playback,
    ReferredBy,
    ReferTo,
    TextMessage,
)


class Event(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag=True):
    """An event; JSON's ``type`` is the name of the class. ``timestamp`` is Asterisk's clock (aware)."""

    application: str = ""
    timestamp: datetime
    asterisk_id: str = ""


class ApplicationMoveFailed(Event, frozen=True, kw_only=True):
    """Notification that trying to move a channel to another Stasis application failed."""

    channel: Channel
    destination: str = ""
    args: list[str] = []


class ApplicationRegistered(Event, frozen=True, kw_only=True):
    """Notification that a Stasis app has been registered."""


class ApplicationReplaced(Event, frozen=True, kw_only=True):
    """Notification that another WebSocket has taken over for an application."""


class ApplicationUnregistered(Event, frozen=True, kw_only=True):
    """Notification that a Stasis app has been unregistered."""


class BridgeAttendedTransfer(Event, frozen=True, kw_only=True):
    """Notification that an attended transfer has occurred."""

    transferer_first_leg: Channel
    transferer_second_leg: Channel
    replace_channel: Channel | None = None
    transferee: Channel | None = None
    transfer_target: Channel | None = None
    result: str = ""
    is_external: bool = False
    transferer_first_leg_bridge: Bridge | None = None
    transferer_second_leg_bridge: Bridge | None = None
    destination_type: str = ""
    destination_bridge: str | None = None
    destination_application: str | None = None
    destination_link_first_leg: Channel | None = None
    destination_link_second_leg: Channel | None = None
    destination_threeway_channel: Channel | None = None
    destination_threeway_bridge: Bridge | None = None


class BridgeBlindTransfer(Event, frozen=True, kw_only=True):
    """Notification that a blind transfer has occurred."""

    channel: Channel
    replace_channel: Channel | None = None
    transferee: Channel | None = None
    exten: str = ""
    context: str = ""
    result: str = ""
    is_external: bool = False
    bridge: Bridge | None = None


class BridgeCreated(Event, frozen=True, kw_only=True):
    """Notification that a bridge has been created."""

    bridge: Bridge


class BridgeDestroyed(Event, frozen=True, kw_only=True):
    """Notification that a bridge has been destroyed."""

    bridge: Bridge


class BridgeMerged(Event, frozen=True, kw_only=True):
    """Notification that one bridge has merged into another."""

    bridge: Bridge
    bridge_from: Bridge


class BridgeVideoSourceChanged(Event, frozen=True, kw_only=True):
    """Notification that the source of video in a bridge has changed."""

    bridge: Bridge
    old_video_source_id: str | None = None


class CallBroadcast(Event, frozen=True, kw_only=True):
    """Notification that a channel is being broadcast to ARI applications for claiming."""

    channel: Channel
    caller: str | None = None
    called: str | None = None


class CallClaimed(Event, frozen=True, kw_only=True):
    """Notification that a broadcast channel has been successfully claimed by an ARI application."""

    channel: Channel
    winner_app: str = ""


class ChannelCallerId(Event, frozen=True, kw_only=True):
    """Channel changed Caller ID."""

    caller_presentation: int = 0
    caller_presentation_txt: str = ""
    channel: Channel


class ChannelConnectedLine(Event, frozen=True, kw_only=True):
    """Channel changed Connected Line."""

    channel: Channel


class ChannelCreated(Event, frozen=True, kw_only=True):
    """Notification that a channel has been created."""

    channel: Channel


class ChannelDestroyed(Event, frozen=True, kw_only=True):
    """Notification that a channel has been destroyed."""

    cause: int = 0
    cause_txt: str = ""
    tech_cause: int | None = None
    channel: Channel


class ChannelDialplan(Event, frozen=True, kw_only=True):
    """Channel changed location in the dialplan."""

    channel: Channel
    dialplan_app: str = ""
    dialplan_app_data: str = ""


class ChannelDtmfReceived(Event, frozen=True, kw_only=True):
    """DTMF received on a channel."""

    digit: str = ""
    duration_ms: int = 0
    channel: Channel


class ChannelEnteredBridge(Event, frozen=True, kw_only=True):
    """Notification that a channel has entered a bridge."""

    bridge: Bridge
    channel: Channel | None = None


class ChannelHangupRequest(Event, frozen=True, kw_only=True):
    """A hangup was requested on the channel."""

    cause: int | None = None
    tech_cause: int | None = None
    soft: bool | None = None
    channel: Channel


class ChannelHold(Event, frozen=True, kw_only=True):
    """A channel initiated a media hold."""

    channel: Channel
    musicclass: str | None = None


class ChannelLeftBridge(Event, frozen=True, kw_only=True):
    """Notification that a channel has left a bridge."""

    bridge: Bridge
    channel: Channel


class ChannelStateChange(Event, frozen=True, kw_only=True):
    """Notification of a channel's state change."""

    channel: Channel


class ChannelTalkingFinished(Event, frozen=True, kw_only=True):
    """Talking is no longer detected on the channel."""

    channel: Channel
    duration: int = 0


class ChannelTalkingStarted(Event, frozen=True, kw_only=True):
    """Talking was detected on the channel."""

    channel: Channel


class ChannelToneDetected(Event, frozen=True, kw_only=True):
    """Tone was detected on the channel."""

    channel: Channel


class ChannelTransfer(Event, frozen=True, kw_only=True):
    """transfer on a channel."""

    state: str | None = None
    refer_to: ReferTo
    referred_by: ReferredBy


class ChannelUnhold(Event, frozen=True, kw_only=True):
    """A channel initiated a media unhold."""

    channel: Channel


class ChannelUserevent(Event, frozen=True, kw_only=True):
    """User-generated event with additional user-defined fields in the object."""

    eventname: str = ""
    channel: Channel | None = None
    bridge: Bridge | None = None
    endpoint: Endpoint | None = None
    userevent: dict[str, Any] = {}


class ChannelVarset(Event, frozen=True, kw_only=True):
    """Channel variable changed."""

    variable: str = ""
    value: str = ""
    channel: Channel | None = None


class ContactStatusChange(Event, frozen=True, kw_only=True):
    """The state of a contact on an endpoint has changed."""

    endpoint: Endpoint
    contact_info: ContactInfo


class DeviceStateChanged(Event, frozen=True, kw_only=True):
    """Notification that a device state has changed."""

    device_state: DeviceState


class Dial(Event, frozen=True, kw_only=True):
    """Dialing state has changed."""

    caller: Channel | None = None
    peer: Channel
    forward: str | None = None
    forwarded: Channel | None = None
    dialstring: str | None = None
    dialstatus: str = ""


class EndpointStateChange(Event, frozen=True, kw_only=True):
    """Endpoint state changed."""

    endpoint: Endpoint


class PeerStatusChange(Event, frozen=True, kw_only=True):
    """The state of a peer associated with an endpoint has changed."""

    endpoint: Endpoint
    peer: Peer


class PlaybackContinuing(Event, frozen=True, kw_only=True):
    """Event showing the continuation of a media playback operation from one media URI to the next in the list."""

    playback: Playback


class PlaybackFinished(Event, frozen=True, kw_only=True):
    """Event showing the completion of a media playback operation."""

    playback: Playback


class PlaybackStarted(Event, frozen=True, kw_only=True):
    """Event showing the start of a media playback operation."""

    playback: Playback


class RESTResponse(Event, frozen=True, kw_only=True):
    """REST over Websocket Response."""

    transaction_id: str = ""
    request_id: str = ""
    status_code: int = 0
    reason_phrase: str = ""
    uri: str = ""
    content_type: str | None = None
    message_body: str | None = None


class RecordingFailed(Event, frozen=True, kw_only=True):
    """Event showing failure of a recording operation."""

    recording: LiveRecording


class RecordingFinished(Event, frozen=True, kw_only=True):
    """Event showing the completion of a recording operation."""

    recording: LiveRecording


class RecordingStarted(Event, frozen=True, kw_only=True):
    """Event showing the start of a recording operation."""

    recording: LiveRecording


class StasisEnd(Event, frozen=True, kw_only=True):
    """Notification that a channel has left a Stasis application."""

    channel: Channel


class StasisStart(Event, frozen=True, kw_only=True):
    """Notification that a channel has entered a Stasis application."""

    args: list[str] = []
    channel: Channel
    replace_channel: Channel | None = None


class TextMessageReceived(Event, frozen=True, kw_only=True):
    """A text message was received from an endpoint."""

    message: TextMessage
    endpoint: Endpoint | None = None


EVENTS: tuple[type[Event], ...] = tuple(Event.__subclasses__())
