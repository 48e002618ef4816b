"""Phones of signed-in users: what a browser needs to be one, its way to Asterisk, its forwarding."""
