"""Files of requests: taken in with care, kept outside of any web root, given out to be saved and not to be run."""
