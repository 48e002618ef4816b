"""Results to other systems: an outbox in the database, sent as signed requests, in order for each client.

What a receiver does:

- It takes ``POST`` with a JSON body ``{"id", "event", "key", "created_at", "data"}`` and answers 2xx within the time
  limit (``webhook_timeout_s``) once it has kept the event; what it does with it comes later.
- It proves the sender by the header ``PayLater-Signature: t=<unix seconds>,v1=<hex>``: one of the ``v1`` is the
  HMAC-SHA256, with the webhook's secret (all of its text) as the key, of ``<t>.<body as received>``; compared in
  constant time; ``t`` no further than five minutes from its own clock. ``api.webhooks.signature.fits`` does so.
- It keeps ids: ``PayLater-Event-Id`` (``id`` of the body) is the same however often an event is sent, and an event
  comes twice where a connection or a process died before the answer was known.
- Events of one ``key`` (the client's ``external_id``, else our id of it) come in order: the next is sent after the one
  before was taken, or was given up. An event that is sent again by hand comes out of its order.
- An answer of 400, 409, 413, 414, 415 or 422 refuses this one event; anything else but 2xx means that the receiver is
  not itself: all is kept and tried again with growing pauses, one event at a time, until it is back.
"""
