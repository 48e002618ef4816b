"""Answers of the health checks."""

from typing import Literal

import msgspec


class Alive(msgspec.Struct):
    """The process runs."""

    status: Literal["ok"] = "ok"


class Ready(msgspec.Struct, kw_only=True):
    """The database answers and has the schema that this code knows."""

    status: Literal["ok"] = "ok"
    schema_version: int
