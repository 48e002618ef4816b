"""The names that the dialplan and the engine share."""

FLOW_NAMES: tuple[str, ...] = ("inbound", "internal", "callee", "origin", "snoop")
"""First arguments of ``Stasis(app, <flow>, ...)`` that the engine has a flow for."""

ENTRY_CONTEXTS: tuple[str, ...] = ("from-trunk", "from-internal")
"""Contexts that calls start in: PJSIP trunks and extensions are bound to them."""

ENGINE_CONTEXTS: tuple[str, ...] = ("tap",)
"""Contexts that the engine sends channels of its own to."""
