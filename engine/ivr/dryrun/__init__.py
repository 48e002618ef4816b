"""Parts of the dry run: a line without a phone, and words for what happens on it."""
