"""Queues as configured, and as they are now."""
