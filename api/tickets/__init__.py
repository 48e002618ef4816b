"""Requests of clients: how they are opened, worked on, found and closed."""
