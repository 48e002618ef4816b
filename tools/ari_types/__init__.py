"""Makes engine/ari/models.py and engine/ari/events.py from the API declarations that Asterisk ships."""
