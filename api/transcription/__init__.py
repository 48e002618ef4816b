"""Orders to turn recordings and messages into text, and how far they are."""
