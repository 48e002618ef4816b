"""What comes from another desk: proven, counted once, weighed against what is here."""
