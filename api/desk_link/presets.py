"""Desks whose mapping is known. Pure."""

import msgspec

from api.desk_link.mapping import HmacAuth, Inbound, LinkSettings, Operation

_EVENTS = "/api/v1/desk-links/{{ link.remote_link }}/events"
_HEAD = """{
  "event_id": {{ event.id }}, "at": {{ event.at }},
  "ticket": {"id": {{ ticket.id }}, "number": {{ ticket.number }}, "remote_id": {{ remote.id }}},
"""
_FIELDS = '"subject": {{ ticket.subject }}, "priority": {{ priority }}, "category": {{ category }}'
_COMMENT = """{"id": {{ comment.id }}, "text": {{ comment.text }}, "public": {{ comment.public }},
    "author": {{ comment.author }}, "name": {{ comment.name }}}"""
_AUTHOR = """{"name": {{ ticket.author_name }}, "email": {{ ticket.author_email }}, "phone": {{ ticket.author_phone }},
    "account": {{ ticket.account }}, "outlet": {{ ticket.outlet }}}"""
_FILE = """{"id": {{ file.id }}, "name": {{ file.name }}, "public": {{ file.public }}, "sha256": {{ file.sha256 }},
    "comment_id": {{ file.comment_id }}}"""


def _event(kind: str, rest: str) -> Operation:
    multipart = kind == "file"
    return Operation(
        path=_EVENTS,
        body=f'{_HEAD}  "kind": "{kind}", {rest}\n}}',
        encoding="multipart" if multipart else "json",
        part="event" if multipart else "",
        remote_id="/ticket/id",
        remote_number="/ticket/number",
        remote_state="/ticket/state",
    )


PAYLATER = LinkSettings(
    preset="paylater",
    auth=HmacAuth(),
    create=_event(
        "created",
        f"""
  "fields": {{{_FIELDS}, "description": {{{{ ticket.description }}}}, "language": {{{{ ticket.language }}}},
    "author": {_AUTHOR}}},
  "state": {{{{ state }}}}""",
    ),
    comment=_event("comment", f'"comment": {_COMMENT}'),
    status=_event("status", '"state": {{ state }}'),
    fields=_event(
        "fields",
        '"fields": { {% for name in changes %}{{ name }}: {{ changes[name] }}'
        "{% if not loop.last %}, {% endif %}{% endfor %} }",
    ),
    file=_event("file", f'"file": {_FILE}'),
    test=Operation(path=_EVENTS, body='{"event_id": {{ event.id }}, "at": {{ event.at }}, "kind": "ping"}'),
)

REST = LinkSettings(
    create=Operation(
        path="/tickets",
        body="""{"title": {{ ticket.subject }}, "text": {{ ticket.description }}, "priority": {{ priority }},
 "category": {{ category }}, "external_id": {{ ticket.id }},
 "contact": {"name": {{ ticket.author_name }}, "email": {{ ticket.author_email }}}}""",
        remote_id="/id",
        remote_number="/number",
        remote_state="/state",
    ),
    comment=Operation(
        path="/tickets/{{ remote.id }}/comments",
        body='{"text": {{ comment.text }}, "author": {{ comment.name }}, "public": {{ comment.public }}}',
    ),
    status=Operation(method="PATCH", path="/tickets/{{ remote.id }}", body='{"state": {{ state }}}'),
    fields=Operation(
        method="PATCH",
        path="/tickets/{{ remote.id }}",
        body='{"title": {{ ticket.subject }}, "priority": {{ priority }}, "category": {{ category }}}',
    ),
    file=Operation(
        path="/tickets/{{ remote.id }}/files",
        body='{"name": {{ file.name }}}',
        encoding="multipart",
    ),
    find=Operation(
        method="GET", path="/tickets?external_id={{ ticket.id }}", remote_id="/0/id", remote_number="/0/number"
    ),
    test=Operation(method="GET", path="/"),
)


class LinkPreset(msgspec.Struct, kw_only=True):
    """A mapping to begin with. ``keep``: it is followed as it is, also when it changes with the product."""

    name: str
    title: str
    title_en: str
    keep: bool
    settings: LinkSettings


ALL = (
    LinkPreset(
        name="paylater",
        title="Другая служба поддержки на этом же продукте",
        title_en="Another desk of this product",
        keep=True,
        settings=PAYLATER,
    ),
    LinkPreset(name="rest", title="Обычный REST API", title_en="A usual REST API", keep=False, settings=REST),
)


def effective(settings: LinkSettings) -> LinkSettings:
    """The settings with what their preset says."""
    if not settings.preset:
        return settings
    made = {name: getattr(PAYLATER, name) for name in ("auth", *_OPERATIONS)}
    return msgspec.structs.replace(settings, inbound=Inbound(), **made)


_OPERATIONS = ("create", "comment", "status", "fields", "file", "find", "test")
