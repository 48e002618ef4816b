"""Messages: one that the caller hears, one that the caller leaves."""

from collections.abc import Callable
from uuid import UUID

from engine.ivr.flows.outside import OutsideFailed, outside
from engine.ivr.port import FlowTools, Line
from engine.ivr.prompts import file_media
from engine.routing.model import ToMessage, VoicemailBox

DEFAULT_GREETING = "sound:vm-intro"
BOX_FULL = "sound:vm-mailboxfull"
MESSAGE_KEPT = "sound:vm-msgsaved"
NOT_IN_SERVICE = "sound:ss-noservice"


async def play_message(line: Line, tools: FlowTools, message: ToMessage) -> None:
    """Answer and play the message's prompt, or its sound where the prompt is gone."""
    await line.answer()
    media = file_media(message.prompt_id, tools) if message.prompt_id else None
    if message.prompt_id and media is None:
        line.note("prompt_skipped", step="", reason=f"no prompt {message.prompt_id}")
    if media is None:
        media = f"sound:{message.sound}" if message.sound else NOT_IN_SERVICE
    await line.play([media], barge_in=False)


async def _is_full(line: Line, tools: FlowTools, box: VoicemailBox) -> bool:
    """Are there as many messages as the box may hold? While nobody can tell, a message is rather kept than lost."""
    try:
        return await outside(line, tools.voicemail.count(box.id)) >= box.max_messages
    except OutsideFailed:
        return False


async def leave_message(
    line: Line, tools: FlowTools, box_id: UUID, keep_phase: Callable[[str], None], phase: str | None = None
) -> None:
    """Greeting, beep, recording within the box's limits; comes back while the caller is still there.

    ``keep_phase`` is told ``recording`` just before the recording starts and ``recorded`` when it is over; ``phase`` is
    what it was told last by the engine process that had the call before, so that nothing is heard or recorded twice.
    """
    table = tools.table()
    box = table.boxes.get(box_id)
    await line.answer()
    if box is None:
        line.note("route_missing", what="voicemail box", name=str(box_id))
        await line.play([NOT_IN_SERVICE], barge_in=False)
        return
    if phase == "recorded":
        return
    if phase != "recording":
        if await _is_full(line, tools, box):
            line.note("voicemail_full", box=str(box.id))
            await line.play([BOX_FULL], barge_in=False)
            return
        greeting = file_media(box.greeting_prompt_id, tools) if box.greeting_prompt_id else None
        await line.play([greeting or DEFAULT_GREETING], barge_in=True)
        keep_phase("recording")
    seconds = await line.record_message(box=box, max_seconds=box.max_message_s)
    keep_phase("recorded")
    if seconds is not None:
        await line.play([MESSAGE_KEPT], barge_in=False)
