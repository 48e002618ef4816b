"""Processes that hear and compute for the engine: whatever happens to them, calls go on."""
