"""Authenticator apps as a second factor of sign-in."""
