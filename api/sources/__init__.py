"""Sources that lists and portraits are read from."""
