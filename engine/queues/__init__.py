"""Queues: callers wait in a line, operators are chosen, everything is counted."""
