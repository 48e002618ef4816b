"""Companies that ask to be let in: the open form, and what support decides."""
