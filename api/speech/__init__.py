"""Engines and voices of speech: what is here, and a text spoken to be listened to."""
