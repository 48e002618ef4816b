"""Another service desk that works on the same requests: what changes here goes there, what changes there comes here.

**Which requests go**: new ones and escalated ones whose category and line the link names (``category_ids``, none: all;
``min_line``), and those that somebody sends by hand. A request that came from a desk goes to no other by itself.

**Out** (``outgoing/``): each fact becomes a row of ``desk_link_outbox`` in its own transaction; workers of all api
processes send them, those of one request one after another, retried with pauses for ``desk_link_hours``, then dead and
sent again by hand. What stands behind a creation that is dead waits for it. Sent with each: ``PayLater-Event-Id`` and
``Idempotency-Key``, the same however often it is sent; an event comes twice where a connection or a process died before
the answer was known. A desk that knows no idempotency keys can have an operation ``find``, asked before a creation is
tried again; a creation that the other desk took, in an answer that its mapping can't read, is not repeated.

**In** (``incoming/``): ``POST /api/v1/desk-links/{id}/events`` with ``PayLater-Signature: t=<unix seconds>,v1=<hex>``:
HMAC-SHA256 with the link's inbound secret over ``<t>.<body as sent>``; no older, nor further ahead, than
``desk_link_window_s``. The body is JSON (``incoming.events.Event``), or a form whose first part ``event`` is that JSON
(then it alone is signed, and names the sum ``file.sha256`` of the part ``file`` that follows). ``event_id`` counts
once: sent again it is answered as the first time. Kinds: ``created comment status fields file`` (and ``ping``). An
event that speaks of a request which ``created`` has not told of yet waits for it; a file is refused until then (409).
What came from a desk is never sent back to it.

**Conflicts**: each shared field (subject, priority, category, state) has one last writer: by the time of change, of
two at the same moment the desk where the request was opened. Times come from the desks' clocks; a change is told later
than every change of the field that its desk knew of, so clocks that differ do not part the desks. Closed by either side
is closed, whatever else was written meanwhile, until somebody reopens it later. A state that comes late (it is older
than ours) is written down as an internal note and not applied. Comments and files have no conflicts: all are kept.

**Merged requests**: a desk that knows a request which was merged goes on with the one that stayed: what is said and
attached there, and its states, go to each request that a desk knows (that a request is closed by merging it is no state
to tell), and what is said and attached in those lands on the one that stayed. A desk that knows several requests which
are one here moves it with one of them, the one that stayed or the first that came there: that another is closed there
as a copy ends nothing here. Subject, priority and category stay apart. What came from a desk is told to none of its
requests, but that it is closed.
"""
