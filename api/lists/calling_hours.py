"""Hours in which the law lets people be called, as a configured thing."""

from datetime import time
from typing import Annotated

import msgspec
from msgspec import Meta

from api.telephony.model import Name
from api.telephony.resource import Errors, Resource
from engine.routing.model import Interval, ScheduleException


class CallingHoursData(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Numbers that begin with ``prefix`` (digits with the country's code; empty: all others) may be called in the hours
    of ``weekly``, in the person's own time; ``holidays`` have hours of their own, or none. The longest prefix holds."""

    name: Name
    prefix: Annotated[str, Meta(pattern=r"^[0-9]{0,15}$")]
    weekly: Annotated[list[Interval], Meta(min_length=1, max_length=100)]
    holidays: Annotated[list[ScheduleException], Meta(max_length=500)] = []
    enabled: bool = True


def _rules(hours: CallingHoursData) -> Errors:
    errors: Errors = []
    for number, interval in enumerate(hours.weekly):
        if interval.end != time() and interval.end <= interval.start:
            errors.append({"path": f"body.weekly.{number}.end", "message": "Ends before it begins"})
    for number, day in enumerate(hours.holidays):
        if day.last < day.first:
            errors.append({"path": f"body.holidays.{number}.last", "message": "Ends before it begins"})
        if day.destination is not None:
            message = "Calling hours lead nowhere: leave it out"
            errors.append({"path": f"body.holidays.{number}.destination", "message": message})
    return errors


CALLING_HOURS = Resource(
    path="calling-hours",
    table="calling_hours",
    title="CallingHours",
    write=CallingHoursData,
    search=("name", "prefix"),
    check=_rules,
    read_right="leads.read",
    write_right="leads.write",
)
