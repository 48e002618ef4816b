"""The wallboard: queues, operators and calls of now, and the day so far."""
