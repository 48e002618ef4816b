"""What was said, found by words: who said it, when, in which call, with the seconds to jump to."""
