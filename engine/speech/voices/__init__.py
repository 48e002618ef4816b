"""Voices: text to speech behind one port, in programs and processes of their own."""
