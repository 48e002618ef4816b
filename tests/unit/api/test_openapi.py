"""The document fits the routes."""

from api.auth import http as auth_http
from api.telephony import http as telephony_http
from api.web import openapi
from api.web.route import Route


def _routes() -> list[Route]:
    return [*auth_http.routes(None), *telephony_http.routes(None)]  # type: ignore[arg-type]


def test_each_route_documents_what_follows_from_its_declaration() -> None:
    document = openapi.document(_routes(), "1")
    for route in _routes():
        operation = document["paths"][route.full_path][route.method.lower()]
        assert set(operation["responses"]) == {str(status) for status in route.statuses}
        assert ("requestBody" in operation) == (route.body is not None)
        assert ("security" in operation) == (route.right is not None)


def test_operation_ids_are_single_and_references_lead_somewhere() -> None:
    document = openapi.document(_routes(), "1")
    ids = [item["operationId"] for path in document["paths"].values() for item in path.values()]
    assert len(ids) == len(set(ids))
    schemas = document["components"]["schemas"]

    def walk(value: object) -> None:
        if isinstance(value, dict):
            if "$ref" in value:
                assert value["$ref"].rsplit("/", 1)[-1] in schemas
            for item in value.values():
                walk(item)
        elif isinstance(value, list):
            for item in value:
                walk(item)

    walk(document)
