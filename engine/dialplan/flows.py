"""The names that the dialplan and the engine share."""

FLOW_NAMES: tuple[str, ...] = ("inbound", "internal", "callee", "origin", "snoop", "ear")
"""First arguments of ``Stasis(app, <flow>, ...)`` that the engine has a flow for."""

ENTRY_CONTEXTS: tuple[str, ...] = ("from-trunk", "from-internal", "tap")
"""Contexts that calls start in: PJSIP trunks and extensions are bound to them, the engine sends its taps to ``tap``."""
