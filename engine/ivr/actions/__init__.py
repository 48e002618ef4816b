"""What each kind of step does: one file a kind, one signature, one table.

An action is ``async def run(step, place) -> Outcome``: the id of the next step, a jump into another menu, or a
destination outside of it.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from engine.ivr import model
from engine.ivr.actions import (
    ask,
    branch,
    callback,
    collect,
    confirm,
    goto,
    hangup,
    http,
    language,
    menu,
    play,
    set_variables,
    transfer,
    voicemail,
)
from engine.ivr.place import Outcome, Place

Action = Callable[[Any, Place], Awaitable[Outcome]]

ACTIONS: Mapping[type, Action] = {
    model.Play: play.run,
    model.Menu: menu.run,
    model.Collect: collect.run,
    model.Confirm: confirm.run,
    model.Ask: ask.run,
    model.Branch: branch.run,
    model.Http: http.run,
    model.Set: set_variables.run,
    model.SetLanguage: language.run,
    model.Goto: goto.run,
    model.LeaveVoicemail: voicemail.run,
    model.Transfer: transfer.run,
    model.Callback: callback.run,
    model.Hangup: hangup.run,
}
