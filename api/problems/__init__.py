"""Problems: one cause behind many requests, what everybody affected is told, and the end of it."""
