"""Lists of leads: clients to be reached, with the ways to reach them."""
