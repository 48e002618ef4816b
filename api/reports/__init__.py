"""Reports: service level, waiting, handling, occupancy and the rest, counted from facts alone."""
