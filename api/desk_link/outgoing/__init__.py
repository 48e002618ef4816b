"""What goes to another desk: facts become deliveries, deliveries become requests of its API."""
