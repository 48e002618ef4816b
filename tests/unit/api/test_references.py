"""What a thing refers to."""

import typing
from uuid import UUID, uuid4

import msgspec

from api.telephony import references
from api.telephony.catalog import ALL
from api.telephony.model import NumberData
from engine.routing.model import ToExternal


def _structs(kind: typing.Any, found: set[type]) -> set[type]:
    for part in typing.get_args(kind):
        _structs(part, found)
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct) and kind not in found:
        found.add(kind)
        for field in msgspec.structs.fields(kind):
            _structs(field.type, found)
    return found


def test_every_field_that_names_another_thing_is_in_the_table() -> None:
    structs: set[type] = set()
    for resource in ALL:
        _structs(resource.write, structs)
    for struct in structs:
        for field in msgspec.structs.fields(struct):
            if field.type == UUID or UUID in typing.get_args(field.type):
                assert field.name in references._REFERENCES.get(struct, {}), f"{struct.__name__}.{field.name}"


def test_references_are_found_with_their_places() -> None:
    trunk = uuid4()
    number = NumberData(number="12345", name="x", destination=ToExternal(number="74950001122", trunk_id=trunk))
    assert references.references(number) == [
        references.Reference("body.destination.trunk_id", "trunks", "id", str(trunk)),
    ]
