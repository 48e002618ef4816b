"""Fault scenarios against the whole running product: real calls, real parts, real faults (``tools/soak``).

Each scenario is ``async def name(stack, ...) -> Findings`` on a running ``Stack``; the acceptance tests run them small,
``tools/soak`` runs them long.
"""
