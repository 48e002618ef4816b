"""Models of speech: which there are, what is here, getting those that come in packages (``tools/models``)."""
