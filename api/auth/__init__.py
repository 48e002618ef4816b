"""Sign-in: passwords, access tokens, rotating refresh tokens."""
