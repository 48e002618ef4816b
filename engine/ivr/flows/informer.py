"""What a caller hears while waiting in a queue: music, the place, the expected wait, messages, what may be pressed."""

from collections.abc import Callable, Sequence

from engine.ivr.port import FlowTools, Line
from engine.ivr.prompts import file_media
from engine.queues.estimate import told_minutes
from engine.queues.service import Queues
from engine.queues.visit import Visit

FIRST_AFTER_S = 1.5
"""A caller who is served at once hears no announcement."""
THANKS = "sound:queue-thankyou"


class Informer:
    """Speaks to one caller until a digit is pressed that means something."""

    def __init__(self, line: Line, tools: FlowTools, queues: Queues, visit: Visit, save: Callable[[], None]) -> None:
        self._line = line
        self._tools = tools
        self._queues = queues
        self._visit = visit
        self._save = save
        self._message = 0
        now = tools.clock.monotonic()
        self._place_at = now + FIRST_AFTER_S
        self._message_at = now + visit.queue.message_every_s

    async def run(self) -> str:
        """Gives the digit: the queue's exit digit or that of a call-back. Raises ``HungUp``."""
        queue = self._visit.queue
        if not self._visit.place.welcomed:
            self._visit.place.welcomed = True
            self._save()
            welcome = file_media(queue.welcome_prompt_id, self._tools) if queue.welcome_prompt_id else None
            digit = await self._say([welcome] if welcome else [])
            if digit is not None:
                return digit
        while True:
            digit = await self._listen(min(self._place_at, self._message_at))
            if digit is None:
                digit = await self._say(self._due())
            if digit is not None:
                return digit

    @property
    def digits(self) -> frozenset[str]:
        """Digits that mean something in this queue now."""
        queue = self._visit.queue
        return frozenset(digit for digit in (queue.exit_digit, queue.callback_digit) if digit)

    async def _say(self, media: Sequence[str]) -> str | None:
        if not media:
            return None
        digit = await self._line.play(media, barge_in=bool(self.digits))
        return digit if digit in self.digits else None

    async def _listen(self, until: float) -> str | None:
        """Music until the clock shows ``until``."""
        music = self._visit.queue.music_prompt_id
        media = file_media(music, self._tools) if music else None
        if media is None:
            await self._line.music(True)
        while (left := until - self._tools.clock.monotonic()) > 0:
            if media is not None:
                digit = await self._line.play([media], barge_in=True)
            else:
                digit = await self._line.digit(left)
            if digit in self.digits:
                return digit
        return None

    def _due(self) -> list[str]:
        """What is to be said now."""
        now, queue = self._tools.clock.monotonic(), self._visit.queue
        media: list[str] = []
        if self._place_at <= now:
            self._place_at = now + queue.announce_every_s
            media += self._place()
        if self._message_at <= now:
            self._message_at = now + queue.message_every_s
            media += self._next_message()
        if media and queue.callback_digit:
            media += self._offer_of_callback(queue.callback_digit)
        return media

    def _place(self) -> list[str]:
        queue, media = self._visit.queue, []
        position = self._queues.position(self._visit)
        minutes = told_minutes(self._queues.estimate(self._visit)) if queue.announce_wait else None
        if queue.announce_position:
            media += place_words(position)
        if minutes is not None:
            media += wait_words(minutes)
        if media:
            self._line.note("queue_announced", queue=str(queue.id), position=position, minutes=minutes)
            media.append(THANKS)
        return media

    def _next_message(self) -> list[str]:
        prompts = self._visit.queue.message_prompt_ids
        if not prompts:
            return []
        self._message += 1
        media = file_media(prompts[(self._message - 1) % len(prompts)], self._tools)
        return [media] if media else []

    def _offer_of_callback(self, digit: str) -> list[str]:
        prompt = self._visit.queue.callback_prompt_id
        media = file_media(prompt, self._tools) if prompt else None
        return [media] if media else ["sound:vm-tocallback", "sound:vm-press", f"digits:{digit}"]


def place_words(position: int) -> list[str]:
    """The caller's place as core sounds say it."""
    if position <= 1:
        return ["sound:queue-youarenext"]
    return ["sound:queue-thereare", f"number:{position}", "sound:queue-callswaiting"]


def wait_words(minutes: int) -> list[str]:
    """The expected wait as core sounds say it; 0: less than a minute."""
    if minutes == 0:
        return ["sound:queue-holdtime", "sound:queue-less-than", "number:1", "sound:queue-minute"]
    return ["sound:queue-holdtime", f"number:{minutes}", f"sound:queue-minute{'' if minutes == 1 else 's'}"]
