"""Prompts of a menu as what Asterisk plays: ARI media URIs."""

import re
from collections.abc import Mapping, Sequence
from uuid import UUID

from engine.calls.model import HungUp
from engine.core import log
from engine.ivr.model import DigitsPrompt, FilePrompt, Prompt, SoundPrompt
from engine.ivr.port import FlowTools, Line
from engine.ivr.rules.render import render

_log = log.get("ivr.prompts")
_NOT_KEYS = re.compile(r"[^0-9*#]")


async def media_of(
    prompts: Sequence[Prompt], line: Line, tools: FlowTools, step: str, more: Mapping[str, str] | None = None
) -> list[str]:
    """Media URIs of ``prompts`` in the call's language; ``more``: variables beside those of the call.

    What can't be played (a prompt that was deleted, text without a voice) is left out and noted for ``step``.
    """
    found = []
    for prompt in prompts:
        media, reason = await _media(prompt, line, tools, {**known_variables(line), **(more or {})})
        if media:
            found.append(media)
        elif reason:
            line.note("prompt_skipped", step=step, reason=reason)
    return found


def file_media(prompt_id: UUID, tools: FlowTools) -> str | None:
    """The media URI of an uploaded prompt; None when there is none of that id."""
    prompt = tools.table().prompts.get(prompt_id)
    return f"sound:{tools.settings.prompts / prompt.file}" if prompt else None


async def _media(prompt: Prompt, line: Line, tools: FlowTools, variables: Mapping[str, str]) -> tuple[str | None, str]:
    """The media URI, or why there is none (empty: nothing to say)."""
    if isinstance(prompt, SoundPrompt):
        return f"sound:{prompt.name}", ""
    if isinstance(prompt, FilePrompt):
        return file_media(prompt.id, tools), f"no prompt {prompt.id}"
    if isinstance(prompt, DigitsPrompt):
        keys = _NOT_KEYS.sub("", render(prompt.digits, variables))
        return (f"digits:{keys}" if keys else None), ""
    text = render(prompt.text, variables).strip()
    if not text:
        return None, ""
    return await _spoken(text, prompt.voice, line, tools), "no voice to speak the text"


async def _spoken(text: str, voice: str, line: Line, tools: FlowTools) -> str | None:
    if tools.synthesizer is None:
        return None
    try:
        return await line.guard(tools.synthesizer(text, line.call.language, voice))
    except HungUp:
        raise
    except Exception as exc:  # a voice that fails must not end the call
        _log.warning("synthesis_failed", call_id=str(line.call.id), error=repr(exc))
        return None


def known_variables(line: Line) -> dict[str, str]:
    """The call's variables with the built-in ones: ``caller``, ``called``, ``language``."""
    call = line.call
    return {**call.variables, "caller": call.caller, "called": call.called, "language": call.language}
