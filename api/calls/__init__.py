"""Calls: history, recordings, calls in progress, click-to-call."""
