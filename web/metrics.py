"""Numbers for Prometheus, in a registry of this app's own. No ids, no names: counts and times only."""

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector

BUCKETS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
METHODS: Final = frozenset({"GET", "HEAD", "POST", "PATCH", "PUT", "DELETE", "OPTIONS"})
CONTENT_TYPE: Final = CONTENT_TYPE_LATEST


class Metrics:
    """What this process has done and holds."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "frontdesk_http_requests", "HTTP requests.", ["route", "method", "status"], registry=self.registry
        )
        self._seconds = Histogram(
            "frontdesk_http_seconds", "Time to answer.", ["route"], registry=self.registry, buckets=BUCKETS
        )
        self.sockets = Gauge("frontdesk_sockets", "Open WebSockets.", ["kind"], registry=self.registry)
        self.sign_ins = Counter("frontdesk_sign_ins", "Sign-ins tried.", ["outcome"], registry=self.registry)
        self._mendings = Counter(
            "frontdesk_mendings", "Differences of Redis mended.", ["kind"], registry=self.registry
        )
        self.jobs = Counter("frontdesk_jobs", "Jobs done.", ["kind", "outcome"], registry=self.registry)

    def answered(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count one answered request. `route` is a handler's name, never a path."""
        self._requests.labels(route, method if method in METHODS else "other", str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def mended(self, kind: str) -> None:
        """Count a difference between Redis and the database that this process mended."""
        self._mendings.labels(kind).inc()

    def watch(self, name: str, what: str, read: Callable[[], float]) -> None:
        """Show a number that is read when it is asked for."""
        Gauge(name, what, registry=self.registry).set_function(read)

    def watch_kinds(self, name: str, what: str, read: Callable[[], Mapping[str, int]]) -> None:
        """Show counts by kind, which are read when they are asked for."""
        self.registry.register(_Kinds(name, what, read))

    def page(self) -> bytes:
        return generate_latest(self.registry)


class _Kinds(Collector):
    """Counts that somebody else keeps."""

    def __init__(self, name: str, what: str, read: Callable[[], Mapping[str, int]]) -> None:
        self._name, self._what, self._read = name, what, read

    def collect(self) -> Iterable[CounterMetricFamily]:
        family = CounterMetricFamily(self._name, self._what, labels=["kind"])
        for kind, count in self._read().items():
            family.add_metric([kind], count)
        yield family
