"""Calls in progress, click-to-call."""
