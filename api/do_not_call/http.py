"""Routes of the do-not-call list."""

from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

import msgspec

from api.do_not_call.model import Check, Checked, EntriesQuery, Entry, EntryData, Imported, ImportForm, Reason
from api.do_not_call.service import DoNotCallService
from api.web import uploads
from api.web.problems import invalid
from api.web.route import Page, Request, Route

READ, WRITE = "leads.read", "leads.write"
_ALL, _ONE, _TAG = "/do-not-call", "/do-not-call/{id}", "do-not-call"


def routes(service: DoNotCallService, max_bytes: int) -> list[Route]:
    """``max_bytes``: of an uploaded file."""
    return [*_reading(service), *_writing(service), _import(service, max_bytes)]


def _reading(service: DoNotCallService) -> list[Route]:
    async def page(request: Request) -> Page[Entry]:
        return await service.page(request.query)

    async def get(request: Request) -> Entry:
        return await service.get(request.params["id"])

    async def check(request: Request) -> Page[Checked]:
        return Page(await service.check(request.body))

    return [
        Route(
            "GET",
            _ALL,
            page,
            "Who must not be called, newest first; opt-outs of calls too",
            tag=_TAG,
            right=READ,
            query=EntriesQuery,
            response=Page[Entry],
        ),
        Route("GET", _ONE, get, "An entry", tag=_TAG, right=READ, response=Entry),
        Route(
            "POST",
            _ALL + "/check",
            check,
            "Which of these numbers must not be called, and by which entry",
            tag=_TAG,
            right=READ,
            body=Check,
            response=Page[Checked],
            asks=True,
        ),
    ]


def _writing(service: DoNotCallService) -> list[Route]:
    async def put(request: Request) -> Entry:
        return await service.put(request.user, request.body)

    async def delete(request: Request) -> None:
        await service.delete(request.params["id"])

    return [
        Route(
            "POST",
            _ALL,
            put,
            "Add a number; one that is there takes the new reason and time",
            tag=_TAG,
            right=WRITE,
            body=EntryData,
            response=Entry,
            status=201,
            errors=(409,),
        ),
        Route("DELETE", _ONE, delete, "Let a number be called again", tag=_TAG, right=WRITE, status=204),
    ]


def _import(service: DoNotCallService, max_bytes: int) -> Route:
    async def take_in(request: Request) -> Imported:
        with TemporaryDirectory(prefix="plx-") as folder:
            async with uploads.receive(request.raw, Path(folder, "numbers.csv"), max_bytes) as form:
                reason, partner_id = _fields(form.fields)
                return await service.take_in(request.user, form.file, reason, partner_id)

    return Route(
        "POST",
        _ALL + "/import",
        take_in,
        "Add the numbers of a CSV or text file",
        tag=_TAG,
        right=WRITE,
        form=ImportForm,
        response=Imported,
    )


def _fields(fields: dict[str, str]) -> tuple[str, UUID | None]:
    unknown = fields.keys() - {"reason", "partner_id"}
    if unknown:
        raise invalid("body", f"Unknown field {min(unknown)}")
    try:
        reason = msgspec.convert(fields.get("reason", ""), Reason)
        return reason, UUID(fields["partner_id"]) if fields.get("partner_id") else None
    except msgspec.ValidationError as exc:
        raise invalid("body.reason", exc) from None
    except ValueError:
        raise invalid("body.partner_id", "Not an id") from None
