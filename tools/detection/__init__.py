"""The detector of who answered: its labelled corpus, made here and never kept in the repository, and its training."""
