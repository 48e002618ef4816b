"""Recordings and messages that become text: a queue in the database, each done once, whatever is killed meanwhile."""
