"""What people hear for whom no operator was there, and what answering machines are told."""

from uuid import UUID

from engine.calls.detecting import Probe
from engine.calls.line import CallLine
from engine.dialer.live.dial import Dial
from engine.ivr.model import FilePrompt, Prompt, SoundPrompt, TextPrompt
from engine.ivr.port import DialerPort, FlowTools
from engine.ivr.prompts import media_of

SORRY = {
    "ru": "Здравствуйте! Вам звонила компания {company}. К сожалению, сейчас все операторы заняты. "
    "Мы перезвоним вам позже. Если вы не хотите получать наши звонки, нажмите {opt_out_digit}.",
    "en": "Hello! This is {company}. All our operators are busy now, we are sorry. We will call you again later. "
    "If you do not want us to call you, press {opt_out_digit}.",
}
"""Said where the campaign has no words of its own; it takes a voice."""
SOUND = SoundPrompt("vm-nobodyavail")
OPTED_OUT = ("sound:auth-thankyou",)
CHOICE_S = 4.0
"""How long after the message the digit may still be pressed."""


async def tell_abandoned(line: CallLine, tools: FlowTools, dialer: DialerPort, dial: Dial) -> None:
    """Say who called, and take the digit by which the person wants no more calls."""
    abandonment = dialer.settings_of(dial).abandonment
    digit = abandonment.opt_out_digit
    own = abandonment.text or SORRY.get(line.call.language, SORRY["ru"])
    more = {"company": dialer.settings_of(dial).company, "opt_out_digit": digit}
    media = await _media(line, tools, abandonment.prompt_id, own, more)
    if not media:
        media = await media_of([SOUND], line, tools, "")
    pressed = await line.play(media, barge_in=bool(digit))
    if digit and pressed is None:
        pressed = await line.digit(CHOICE_S)
    line.note("abandoned_told", digit=pressed or "")
    if digit and pressed == digit:
        dialer.opt_out(dial)
        await line.play(OPTED_OUT, barge_in=False)


async def tell_machine(line: CallLine, tools: FlowTools, dialer: DialerPort, dial: Dial, probe: Probe | None) -> None:
    """Leave the campaign's message after the beep."""
    settings = dialer.settings_of(dial)
    detection = settings.detection
    media = await _media(
        line, tools, detection.machine_prompt_id, detection.machine_text, {"company": settings.company}
    )
    if not media:
        return
    heard = await line.guard(probe.wait_beep(tools.settings.detection_beep_s)) if probe is not None else "timeout"
    line.note("machine_told", after=heard)
    await line.play(media, barge_in=False)


async def _media(
    line: CallLine, tools: FlowTools, prompt_id: UUID | None, text: str, more: dict[str, str]
) -> list[str]:
    prompts: list[Prompt] = [FilePrompt(prompt_id)] if prompt_id is not None else []
    media = await media_of(prompts, line, tools, "", more)
    return media or (await media_of([TextPrompt(text)], line, tools, "", more) if text else [])
