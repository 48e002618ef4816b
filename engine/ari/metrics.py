"""What the ARI client counts, for Prometheus."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from time import perf_counter

from prometheus_client import Counter, Gauge, Histogram

from engine.ari.errors import AriConflict, AriDisconnected, AriError, AriNotFound, AriTimeout, AriUnprocessable

REQUESTS = Counter("paylater_ari_requests_total", "Requests to Asterisk", ["operation", "outcome"])
LATENCY = Histogram(
    "paylater_ari_request_seconds",
    "Time from request to answer; way is socket or http",
    ["way"],
    buckets=(0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30),
)
IN_FLIGHT = Gauge("paylater_ari_requests_in_flight", "Requests on the events socket that wait for an answer")
LATE = Counter("paylater_ari_late_answers_total", "Answers that came after the deadline")
EVENTS = Counter("paylater_ari_events_total", "Events received", ["type"])
UNKNOWN = Counter("paylater_ari_events_unknown_total", "Events of a type that is not declared")
MALFORMED = Counter("paylater_ari_messages_malformed_total", "Messages that could not be read")
DROPPED = Counter(
    "paylater_ari_events_dropped_total", "Events held back for a rebuild that failed; the next picture stands for them"
)
SINK_ERRORS = Counter("paylater_ari_sink_errors_total", "Events whose handling raised")
CONNECTED = Gauge("paylater_ari_connected", "1 while the events socket is up")
CONNECTS = Counter("paylater_ari_connects_total", "Event sockets opened")
DISCONNECTS = Counter("paylater_ari_disconnects_total", "Event sockets lost or not opened", ["reason"])
RESTARTS = Counter("paylater_ari_asterisk_restarts_total", "Restarts of Asterisk seen")
BUFFERED = Gauge("paylater_ari_buffered_events", "Events that wait for the rebuild after a connect")
OVERFLOWS = Counter("paylater_ari_buffer_overflows_total", "Rebuilds begun again because the buffer was full")

_OUTCOMES: dict[type[AriError], str] = {
    AriNotFound: "not_found",
    AriConflict: "conflict",
    AriUnprocessable: "unprocessable",
    AriTimeout: "timeout",
    AriDisconnected: "disconnected",
}


@contextmanager
def measured(operation: str, way: str) -> Iterator[None]:
    """Count one request by its outcome and time it."""
    started = perf_counter()
    outcome = "cancelled"
    try:
        yield
        outcome = "ok"
    except AriError as exc:
        outcome = _OUTCOMES.get(type(exc), "refused")
        raise
    finally:
        _requests(operation, outcome).inc()
        _latency(way).observe(perf_counter() - started)


def count_event(kind: str) -> None:
    _events(kind).inc()


@cache
def _requests(operation: str, outcome: str) -> Counter:
    return REQUESTS.labels(operation, outcome)


@cache
def _latency(way: str) -> Histogram:
    return LATENCY.labels(way)


@cache
def _events(kind: str) -> Counter:
    return EVENTS.labels(kind)
