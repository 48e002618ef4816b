"""An account as a whole: given to another person, taken away as a file, erased for ever."""
