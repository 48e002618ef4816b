"""`voicemail`: the caller leaves a message, then goes on."""

from engine.ivr.flows.message import leave_message
from engine.ivr.model import LeaveVoicemail
from engine.ivr.place import Outcome, Place


async def run(step: LeaveVoicemail, place: Place) -> Outcome:
    def keep_phase(phase: str) -> None:
        place.phase = phase
        place.save()

    await leave_message(place.line, place.tools, step.box_id, keep_phase, place.phase)
    return step.next
