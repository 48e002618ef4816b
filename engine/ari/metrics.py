"""What the ARI client counts, for Prometheus."""

from prometheus_client import Counter, Gauge, Histogram

REQUESTS = Counter("paylater_ari_requests_total", "Requests to Asterisk", ["operation", "outcome"])
LATENCY = Histogram(
    "paylater_ari_request_seconds",
    "Time from request to answer",
    ["path"],
    buckets=(0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30),
)
IN_FLIGHT = Gauge("paylater_ari_requests_in_flight", "Requests on the events socket that wait for an answer")
EVENTS = Counter("paylater_ari_events_total", "Events received", ["type"])
UNKNOWN = Counter("paylater_ari_events_unknown_total", "Events of a type that is not declared")
MALFORMED = Counter("paylater_ari_events_malformed_total", "Messages that could not be read")
SINK_ERRORS = Counter("paylater_ari_sink_errors_total", "Events whose handling raised")
LATE = Counter("paylater_ari_late_answers_total", "Answers that came after the deadline")
CONNECTS = Counter("paylater_ari_connects_total", "Event sockets opened")
DISCONNECTS = Counter("paylater_ari_disconnects_total", "Event sockets lost", ["reason"])
RESTARTS = Counter("paylater_ari_asterisk_restarts_total", "Restarts of Asterisk seen")
CONNECTED = Gauge("paylater_ari_connected", "1 while the events socket is up")
BUFFERED = Gauge("paylater_ari_buffered_events", "Events that wait for the rebuild after a reconnect")
OVERFLOWS = Counter("paylater_ari_buffer_overflows_total", "Rebuilds begun again because the buffer was full")
DROPPED = Counter("paylater_ari_events_dropped_total", "Events dropped; stays 0")
