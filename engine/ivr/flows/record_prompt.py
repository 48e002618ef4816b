"""Record a prompt by phone: speak, then 1 keeps it, 2 plays it, 3 records it anew."""

from uuid import UUID

from engine.calls.model import HungUp
from engine.ivr.flows.outside import OutsideFailed, outside
from engine.ivr.port import FlowTools, Line, Take

ANSWER_S = 8.0
ROUNDS = 5


async def record_prompt(line: Line, tools: FlowTools, prompt_id: UUID) -> bool:
    """Walk the person who answered through the recording; True when a take was kept.

    A take that was neither kept nor dropped before the hang-up is dropped.
    """
    await line.answer()
    for _ in range(ROUNDS):
        await line.play(["sound:vm-rec-temp"], barge_in=True)
        take = await tools.recorder.record(line, prompt_id)
        try:
            wanted = await _review(line, take)
        except HungUp:
            await tools.recorder.drop(take)
            raise
        if wanted == "1":
            try:
                await outside(line, tools.recorder.keep(prompt_id, take))
            except OutsideFailed:
                await line.play(["sound:feature-not-avail-line"], barge_in=False)
                return False
            line.note("prompt_recorded", prompt=str(prompt_id), seconds=take.seconds)
            await line.play(["sound:vm-msgsaved", "sound:vm-goodbye"], barge_in=False)
            return True
        await tools.recorder.drop(take)
        if wanted is None:
            break
    await line.play(["sound:vm-goodbye"], barge_in=False)
    return False


async def _review(line: Line, take: Take) -> str | None:
    """``1`` keep, ``3`` anew, None when the person says nothing."""
    for _ in range(ROUNDS):
        digit = await line.play(["sound:vm-review"], barge_in=True)
        if digit is None:
            digit = await line.digit(ANSWER_S)
        if digit in ("1", "3"):
            return digit
        if digit == "2":
            await line.play([take.media], barge_in=True)
    return None
