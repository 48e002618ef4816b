"""Letters that tell authors, watchers and staff what happens to requests."""
