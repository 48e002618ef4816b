"""Letters: written into the database with what they tell of, sent by a worker."""
