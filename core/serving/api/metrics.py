"""What the server has done, for Prometheus."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

OTHER = "other"
"""Stands for paths that there are none of."""
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Metrics:
    """Counts requests, how long they took, and answers by category and by whether they need review."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        about = ("method", "path")
        self._requests = Counter(
            "product_lens_requests", "Requests answered.", (*about, "status"), registry=self._registry
        )
        self._seconds = Histogram(
            "product_lens_request_seconds",
            "Seconds from a request to the end of its answer.",
            about,
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._answers = Counter(
            "product_lens_answers",
            "Products classified, by category and by whether a person should look at them.",
            ("catalogue", "category", "needs_review"),
            registry=self._registry,
        )
        self.under_way = Gauge(
            "product_lens_requests_under_way", "Requests under way.", registry=self._registry
        )
        self.waiting = Gauge(
            "product_lens_products_waiting", "Products that wait to be classified.", registry=self._registry
        )

    def answered(self, catalogue: str, answers: Iterable[Mapping[str, Any]]) -> None:
        """Count the answers for some products of a catalogue's models."""
        for answer in answers:
            review = str(answer["needs_review"]).lower()
            self._answers.labels(catalogue, answer["predicted"], review).inc()

    def request(self, method: str, path: str, status: int, seconds: float) -> None:
        """Count a request."""
        self._requests.labels(method, path, str(status)).inc()
        self._seconds.labels(method, path).observe(seconds)

    def text(self) -> bytes:
        """Return all figures as Prometheus reads them."""
        return generate_latest(self._registry)


class Measured:
    """ASGI middleware: counts every request."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and count it when it is answered."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status, start = 500, time.perf_counter()

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        with self._metrics.under_way.track_inprogress():
            try:
                await self._app(scope, receive, noted)
            finally:
                path = getattr(scope.get("route"), "path", OTHER)
                method = scope["method"] if path != OTHER else OTHER
                self._metrics.request(method, path, status, time.perf_counter() - start)
