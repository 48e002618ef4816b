"""What happened to a call, in plain English. Pure."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from engine.routing.outbound import Refusal
from engine.routing.steps import RouteStep
from engine.routing.table import RoutingTable

_ROUTE_STEPS = {kind.kind: kind for kind in RouteStep.__subclasses__()}
_CAUSES = {16: "normal", 17: "busy", 19: "no answer", 20: "unavailable", 21: "rejected", 38: "out of order"}
_Sentence = Callable[[Mapping[str, Any], RoutingTable], str]


def words(kind: str, data: Mapping[str, Any], table: RoutingTable) -> str:
    """An event of the call's history as a sentence."""
    if kind in _ROUTE_STEPS:
        return _ROUTE_STEPS[kind](**data).text()
    if kind in _WORDS:
        return _WORDS[kind](data, table)
    facts = ", ".join(f"{name} {value}" for name, value in data.items() if value not in ("", None))
    return f"{kind.replace('_', ' ').capitalize()}{': ' if facts else ''}{facts}"


def media_words(media: Sequence[str], table: RoutingTable, prompts_folder: str) -> str:
    """What is played: prompts by their names, core sounds by theirs."""
    names = {f"sound:{prompts_folder}/{prompt.file}": prompt.name for prompt in table.prompts.values()}
    return ", ".join(_one_media(item, names) for item in media)


def cause_words(cause: int) -> str:
    """A Q.850 cause in a word."""
    return _CAUSES.get(cause, f"cause {cause}")


def _one_media(media: str, names: Mapping[str, str]) -> str:
    if media in names:
        return f'prompt "{names[media]}"'
    scheme, _, rest = media.partition(":")
    if scheme == "digits":
        return f"the digits {' '.join(rest)}"
    return {"sound": f"sound {rest}", "number": f"the number {rest}", "text": f'"{rest}"'}.get(scheme, media)


def _menu(data: Mapping[str, Any], table: RoutingTable) -> str:
    return f'Menu "{_name(table.menu_names, data["menu"])}", step {data["step"]}'


def _routed(data: Mapping[str, Any], table: RoutingTable) -> str:
    to, name = data["to"], ""
    if to == "menu":
        name = f'"{_name(table.menu_names, data["id"])}"'
    elif to == "group":
        name = f'"{_name({key: row.name for key, row in table.groups.items()}, data["id"])}"'
    elif to in ("queue", "callback"):
        name = f'"{_name({key: row.name for key, row in table.queues.items()}, data.get("queue_id") or data["id"])}"'
    elif to == "voicemail":
        name = f'box "{_name({key: row.name for key, row in table.boxes.items()}, data["box_id"])}"'
    elif to == "hangup":
        name = data["how"]
    else:
        name = str(data.get("number") or data.get("sound") or data.get("prompt_id") or data.get("ringing") or "")
    return f"Goes to {to.replace('_', ' ')} {name}".rstrip()


def _name(names: Mapping[UUID, str], text: str) -> str:
    return names.get(UUID(text), text)


def _queue(data: Mapping[str, Any], table: RoutingTable) -> str:
    return f'"{_name({key: row.name for key, row in table.queues.items()}, data["queue"])}"'


def _sure(data: Mapping[str, Any]) -> str:
    return f" ({data['confidence']:.0%} sure)" if "confidence" in data else ""


_WORDS: Mapping[str, _Sentence] = {
    "queue_entered": lambda data, table: (
        f"Joins queue {_queue(data, table)} ({data['strategy'].replace('_', ' ')}, priority {data['priority']})"
    ),
    "queue_exit": lambda data, table: f"Leaves queue {_queue(data, table)} by digit {data['digit']}",
    "queue_left": lambda data, table: f"Leaves queue {_queue(data, table)}: {data['reason'].replace('_', ' ')}",
    "refused": lambda data, table: Refusal(data["reason"], data["rule"], data["number"]).text,
    "caller_id": lambda data, table: f"Shows {data['number']} ({data['by']})",
    "answered": lambda data, table: "Answers",
    "routed": _routed,
    "menu": _menu,
    "choice": lambda data, table: f"Choice {data['digit']} taken{_sure(data)}",
    "unsure": lambda data, table: f"Not sure of {data['digit']}{_sure(data)}: asks whether it was meant",
    "no_match": lambda data, table: "What was said fits nothing here",
    "repeat": lambda data, table: "Says it again",
    "confirmed": lambda data, table: f"The answer is {'yes' if data['yes'] else 'no'}{_sure(data)}",
    "answer": lambda data, table: f"{data['variable']} = {data.get('said', data.get('digit'))}",
    "speech_unavailable": lambda data, table: "Nobody can hear the caller; goes on by digits",
    "no_input": lambda data, table: "No input",
    "invalid": lambda data, table: f"Input {data['digit']} is not valid",
    "collected": lambda data, table: f"{data['variable']} = {data['value']}{_sure(data)}",
    "http": lambda data, table: f"Web request answered ({data['status']})",
    "http_failed": lambda data, table: f"Web request failed: {data['reason']}",
    "language": lambda data, table: f"Language is {data['language']} from here on",
    "prompt_skipped": lambda data, table: f"A prompt is left out: {data['reason']}",
    "loop_stopped": lambda data, table: "Stopped: the flow goes round without waiting for the caller",
    "callback_requested": lambda data, table: f"Callback to {data['number']} is requested",
}
