"""Leads: clients to be reached, one by one and many at once."""
