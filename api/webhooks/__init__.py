"""Results to other systems: an outbox in the database, sent as signed requests, in order for each client.

What receivers need to know (docs/webhooks.md tells it at length): every event has an id that stays the same however
often it is sent; events of one key (a client) come in order; a receiver answers 2xx within the time limit once it has
kept the event.
"""
