"""The log of changes: who changed what, from what to what."""
