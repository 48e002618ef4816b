"""Voicemail messages: listed, heard, downloaded, deleted."""
