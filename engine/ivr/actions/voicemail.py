"""`voicemail`: the caller leaves a message, then goes on."""

from engine.ivr.flows.message import leave_message
from engine.ivr.model import LeaveVoicemail
from engine.ivr.place import Outcome, Place


async def run(step: LeaveVoicemail, place: Place) -> Outcome:
    def recording() -> None:
        place.phase = "recording"
        place.save()

    await leave_message(place.line, place.tools, step.box_id, recording, adopted=place.phase == "recording")
    return step.next
