"""What a signed-in user's own phone is."""

import msgspec


class IceServer(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A STUN or TURN server, as the browser's RTCPeerConnection takes it."""

    urls: list[str]
    username: str | None = None
    credential: str | None = None


class OwnPhone(msgspec.Struct, kw_only=True):
    """The phone of the user's own extension.

    ``kind`` ``webrtc``: a browser signs in as ``uri`` with ``password`` over the WebSocket at ``ws_path`` (same host).
    ``sip``: the extension is a phone of its own; ``password``, ``ws_path`` and ``ice_servers`` are left empty.
    """

    extension: str
    name: str
    kind: str
    uri: str
    username: str
    codecs: list[str]
    password: str | None = None
    ws_path: str | None = None
    ice_servers: list[IceServer] = []
