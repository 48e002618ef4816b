"""`*97`: hear the messages of one's own box by phone.

After each message: 1 (or 5) again, 2 (or 6) next, 3 (or 7) delete, # ends. The core sounds speak of 5, 6 and 7.
"""

from uuid import UUID

from engine.ivr.flows.outside import outside
from engine.ivr.port import FlowTools, Line, Message

ANSWER_S = 8.0
ROUNDS = 3
AGAIN, NEXT, DELETE, END = ("1", "5"), ("2", "6"), ("3", "7"), ("#", "*")
NO_MESSAGES = ("sound:vm-youhave", "sound:vm-no", "sound:vm-messages")
CHOICES = ("sound:vm-repeat", "sound:vm-next", "sound:vm-delete")


async def hear_messages(line: Line, tools: FlowTools, extension: str) -> None:
    """Play the box of ``extension`` message by message; comes back when the caller is done.

    Raises:
        OutsideFailed: the messages can't be listed or changed now.
    """
    await line.answer()
    row = tools.table().extensions.get(extension)
    box = row.voicemail_box_id if row else None
    messages = await outside(line, tools.voicemail.messages(box)) if box else []
    line.note("voicemail_opened", box=str(box or ""), messages=len(messages))
    if not messages:
        await line.play([*NO_MESSAGES, "sound:vm-goodbye"], barge_in=False)
        return
    await line.play(["sound:vm-youhave", f"number:{len(messages)}", "sound:vm-messages"], barge_in=False)
    for message in messages:
        if not await _hear(line, tools, message):
            break
    else:
        await line.play(["sound:vm-nomore"], barge_in=False)
    await line.play(["sound:vm-goodbye"], barge_in=False)


async def _hear(line: Line, tools: FlowTools, message: Message) -> bool:
    """One message until the caller leaves it; False when they are done with the box."""
    media = [message.media]
    silent = 0
    while silent < ROUNDS:
        digit = await line.play(media, barge_in=True)
        await _mark(line, tools, message.id)
        if digit is None:
            digit = await line.play(CHOICES, barge_in=True)
        if digit is None:
            digit = await line.digit(ANSWER_S)
        if digit in AGAIN:
            media, silent = [message.media], 0
        elif digit in NEXT:
            return True
        elif digit in DELETE:
            await outside(line, tools.voicemail.delete(message.id))
            line.note("voicemail_deleted", message_id=str(message.id))
            await line.play(["sound:vm-deleted"], barge_in=False)
            return True
        elif digit in END:
            return False
        else:
            silent += 1
            media = [] if digit is None else ["sound:pbx-invalid"]
    return False


async def _mark(line: Line, tools: FlowTools, message_id: UUID) -> None:
    await outside(line, tools.voicemail.mark_heard(message_id))
