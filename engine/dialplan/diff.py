"""What would change: two renderings side by side. Pure."""

import difflib
from collections.abc import Mapping
from typing import Any

from engine.dialplan.render import OUTPUT, render


def preview(old: Mapping[str, str], new: Mapping[str, str], context: Mapping[str, Any]) -> str:
    """Unified diff of extensions.conf as ``old`` and as ``new`` templates render it; empty: no change.

    Raises:
        TemplateFailed: one of the templates can't be rendered.
    """
    before = render(old, context)[OUTPUT].splitlines(keepends=True)
    after = render(new, context)[OUTPUT].splitlines(keepends=True)
    return "".join(difflib.unified_diff(before, after, f"active/{OUTPUT}", f"new/{OUTPUT}"))
