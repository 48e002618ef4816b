"""Imports of leads: files and sources, read beside the event loop and merged in chunks."""
