"""The OpenAPI 3.1 document, made from the same declarations that validate and answer."""

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

import msgspec

from api.web.problems import CONTENT_TYPE
from api.web.route import Problem, Route

_REF = "#/components/schemas/{name}"
_BODILESS = {101, 204, 304}


def document(routes: Iterable[Route], version: str) -> dict[str, Any]:
    """The document as JSON-able values."""
    routes = sorted(routes, key=lambda route: route.full_path)
    schema_of, components = _schemas(routes)
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        paths.setdefault(route.full_path, {})[route.method.lower()] = _operation(route, schema_of)
    return {
        "openapi": "3.1.0",
        "info": {"title": "PayLater CRM", "version": version, "description": _DESCRIPTION},
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
        },
        "tags": [{"name": name} for name in dict.fromkeys(route.tag for route in routes)],
    }


_DESCRIPTION = (
    "Sign in at /api/v1/auth/login and send the access token as a bearer token. Lists are pages: follow `next` with "
    "`cursor`. Changes take `If-Match` (or `version`) and are refused with 409 when somebody was faster. "
    "Errors are problem documents (RFC 9457) with a stable `code`."
)


def _schemas(routes: list[Route]) -> tuple[Any, dict[str, Any]]:
    types: list[Any] = [Problem]
    for route in routes:
        types += [kind for kind in (route.body, route.form, route.response, *route.params.values()) if kind]
        if route.query:
            types += [field.type for field in msgspec.structs.fields(route.query)]
    schemas, components = msgspec.json.schema_components(types, ref_template=_REF)
    # By identity: not every type can be a key. ``types`` keeps them alive.
    table = {id(kind): schema for kind, schema in zip(types, schemas, strict=True)}

    def schema_of(kind: Any) -> Any:
        if id(kind) in table:
            return table[id(kind)]
        return next(schema for known, schema in zip(types, schemas, strict=True) if known == kind)

    return schema_of, components


def _operation(route: Route, schema_of: Any) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "summary": route.summary,
        "operationId": _operation_id(route),
        "tags": [route.tag],
        "parameters": _parameters(route, schema_of),
        "responses": _responses(route, schema_of),
    }
    if route.right is not None:
        operation["security"] = [{"bearer": []}]
        operation["description"] = f"Right: `{route.right}`." if route.right else "Any signed-in user."
    if route.body:
        operation["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": schema_of(route.body)}},
        }
    if route.form:
        operation["requestBody"] = {
            "required": True,
            "content": {"multipart/form-data": {"schema": _binary(schema_of(route.form))}},
        }
    return operation


def _operation_id(route: Route) -> str:
    words = [part.strip("{}").replace("-", "_").replace(".", "_") for part in route.path.split("/") if part]
    return "_".join([route.method.lower(), *words])


def _parameters(route: Route, schema_of: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "schema": schema_of(route.params.get(name, str))}
        for name in route.param_names
    ]
    if route.query:
        found += [_query_parameter(field, schema_of) for field in msgspec.structs.fields(route.query)]
    if route.versioned:
        schema = {"type": "string", "pattern": '^"[0-9]{1,9}"$'}
        found.append({"name": "If-Match", "in": "header", "required": False, "schema": schema})
    return found


def _query_parameter(field: msgspec.structs.FieldInfo, schema_of: Any) -> dict[str, Any]:
    schema = schema_of(field.type)
    # A query has no null: leaving the parameter out says that.
    some = [kind for kind in schema.get("anyOf", []) if kind != {"type": "null"}]
    if len(some) == 1:
        schema = some[0]
    parameter = {"name": field.encode_name, "in": "query", "required": field.required, "schema": schema}
    if "description" in schema:
        parameter["description"] = schema["description"]
    return parameter


def _responses(route: Route, schema_of: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for status in sorted(route.statuses):
        entry: dict[str, Any] = {"description": "Switching Protocols" if status == 101 else HTTPStatus(status).phrase}
        if status == route.status or (status < 300 and route.media):
            entry.update(_content(route, schema_of))
        elif status not in _BODILESS and not (status in (412, 416) and route.media):
            entry["content"] = {CONTENT_TYPE: {"schema": schema_of(Problem)}}
        found[str(status)] = entry
    return found


def _content(route: Route, schema_of: Any) -> dict[str, Any]:
    content: dict[str, Any] = {kind: {} for kind in route.media}
    if route.response is not None:
        content["application/json"] = {"schema": schema_of(route.response)}
    return {"content": content} if content else {}


def _binary(schema: Any) -> Any:
    return schema
