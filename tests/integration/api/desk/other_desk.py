"""A service desk of another make: a small REST server with ids, words and habits of its own."""

from collections import defaultdict
from typing import Any

import msgspec
from aiohttp import web

TOKEN = "token-of-the-other-desk"


class OtherDesk:
    """``issues`` by key. ``lose``: answers to so many creations are lost, after the issue was made. ``refuse``: words
    in a comment that it does not want."""

    def __init__(self) -> None:
        self.issues: dict[str, dict[str, Any]] = {}
        self.notes: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self.files: dict[str, list[tuple[str, bytes]]] = defaultdict(list)
        self.keys: list[str] = []
        self.lose = 0
        self.refuse = ""
        self.url = ""
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        app = web.Application(middlewares=[_check])
        app.router.add_get("/rest/me", self._me)
        app.router.add_get("/rest/search", self._search)
        app.router.add_post("/rest/issue", self._create)
        app.router.add_put("/rest/issue/{key}", self._change)
        app.router.add_post("/rest/issue/{key}/note", self._note)
        app.router.add_post("/rest/issue/{key}/attachment", self._attach)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/rest"

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def _me(self, _request: web.Request) -> web.Response:
        return web.json_response({"ok": True})

    async def _search(self, request: web.Request) -> web.Response:
        found = [key for key, issue in self.issues.items() if issue["ref"] == request.query["ref"]]
        return web.json_response({"hits": [{"key": key} for key in found]})

    async def _create(self, request: web.Request) -> web.Response:
        body = await request.json()
        self.keys.append(request.headers["Idempotency-Key"])
        number = len(self.issues) + 1
        key = f"EXT/{number}"  # a key that has to be quoted in a path
        self.issues[key] = body["issue"] | {"status": "Open"}
        if self.lose:
            self.lose -= 1
            assert request.transport is not None
            request.transport.abort()
        return web.json_response({"data": {"key": key, "no": number, "status": "Open"}}, status=201)

    async def _change(self, request: web.Request) -> web.Response:
        self._issue(request).update(await request.json())
        return web.json_response({})

    async def _note(self, request: web.Request) -> web.Response:
        body = await request.json()
        if self.refuse and self.refuse in body["markdown"]:
            return web.json_response({"error": "these words are not allowed"}, status=422)
        self._issue(request)
        self.notes[request.match_info["key"]].append(body)
        return web.json_response({}, status=201)

    async def _attach(self, request: web.Request) -> web.Response:
        self._issue(request)
        form = await request.post()
        upload: Any = form["upload"]
        self.files[request.match_info["key"]].append((str(form["title"]), upload.file.read()))
        return web.json_response({}, status=201)

    def _issue(self, request: web.Request) -> dict[str, Any]:
        try:
            return self.issues[request.match_info["key"]]
        except KeyError:
            raise web.HTTPNotFound(text="no such issue") from None


@web.middleware
async def _check(request: web.Request, handler: Any) -> web.StreamResponse:
    if request.headers.get("X-Api-Key") != f"Key {TOKEN}":
        return web.Response(status=401, body=msgspec.json.encode({"error": "who are you?"}))
    answer: web.StreamResponse = await handler(request)
    return answer


MAPPING: dict[str, Any] = {
    "auth": {"kind": "header", "name": "X-Api-Key", "prefix": "Key "},
    "create": {
        "path": "/issue",
        "body": """{"issue": {"title": {{ ticket.subject }}, "text": {{ ticket.description }}, "ref": {{ ticket.id }},
            "severity": {{ priority }}, "labels": [{% for tag in ticket.tags %}{{ tag | upper }}{% if not loop.last %},
            {% endif %}{% endfor %}], "who": {{ ticket.author_name ~ " <" ~ ticket.author_email ~ ">" }}}}""",
        "remote_id": "/data/key",
        "remote_number": "/data/no",
        "remote_state": "/data/status",
    },
    "comment": {
        "path": "/issue/{{ remote.id }}/note",
        "body": '{"markdown": {{ comment.text }}, "by": {{ comment.name }}}',
    },
    "status": {"method": "PUT", "path": "/issue/{{ remote.id }}", "body": '{"status": {{ state }}}'},
    "file": {
        "path": "/issue/{{ remote.id }}/attachment",
        "encoding": "multipart",
        "body": '{"title": {{ file.name }}}',
        "file_part": "upload",
    },
    "find": {"method": "GET", "path": "/search?ref={{ ticket.id }}", "remote_id": "/hits/0/key"},
    "test": {"method": "GET", "path": "/me"},
    "states": {"new": "Open", "in_work": "In Progress", "waiting": "Pending", "solved": "Resolved", "closed": "Done"},
    "states_in": {"Reopened": "reopened"},
    "priorities": {"low": "P4", "normal": "P3", "high": "P2", "urgent": "P1"},
    "own_author": "integration",
    "inbound": {
        "map": {
            "/event_id": "/id",
            "/kind": "/what",
            "/at": "/when",
            "/ticket/id": "/issue/key",
            "/ticket/number": "/issue/no",
            "/fields/subject": "/issue/title",
            "/fields/priority": "/issue/severity",
            "/fields/author/email": "/issue/reporter/mail",
            "/state": "/issue/status",
            "/comment/text": "/note/markdown",
            "/comment/name": "/note/by",
        },
        "kinds": {"issue.opened": "created", "note.added": "comment", "issue.moved": "status"},
    },
}
"""How this desk is spoken to, as an administrator would write it."""
