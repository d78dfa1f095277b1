"""Metrics that pages report. The report was validated before."""

from __future__ import annotations

from collections.abc import Iterable

from nova_app.observability.metrics import Metrics


class BrowserMetrics:
    """Figures of pages; a page sends what happened since its last report."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics

    def reported(self, result: str) -> None:
        """Count a report: accepted, invalid or rate_limited."""
        self._metrics.counter("nova_frontend_reports_total", result).inc()

    def blocked(self, directive: str) -> None:
        """Count something that the policy of pages kept a browser from, by the directive that forbids it."""
        self._metrics.counter("nova_frontend_policy_violations_total", directive).inc()

    def errors(self, kind: str, browser: str, number: int) -> None:
        """Count errors of a kind that were shown."""
        self._metrics.counter("nova_frontend_errors_total", kind, browser).inc(number)

    def reconnects(self, number: int) -> None:
        """Count reconnects of the page's socket."""
        self._metrics.counter("nova_frontend_reconnects_total").inc(number)

    def calls(self, route: str, status: str, seconds: Iterable[float]) -> None:
        """Observe calls to the API as the page saw them."""
        series = self._metrics.histogram("nova_frontend_api_duration_seconds", route, status)
        for value in seconds:
            series.observe(value)

    def vital(self, name: str, seconds: float) -> None:
        """Observe a web vital: ttfb, fcp, lcp or inp."""
        self._metrics.histogram("nova_frontend_web_vital_seconds", name).observe(seconds)

    def layout_shift(self, score: float) -> None:
        """Observe the page's cumulative layout shift."""
        self._metrics.histogram("nova_frontend_layout_shift_score").observe(score)

    def roundtrips(self, seconds: Iterable[float]) -> None:
        """Observe the times from Send to the row that says sent."""
        for value in seconds:
            self._metrics.histogram("nova_frontend_message_roundtrip_seconds").observe(value)

    def ping(self, seconds: float) -> None:
        """Observe a page's median ping."""
        self._metrics.histogram("nova_frontend_ping_roundtrip_seconds").observe(seconds)

    def outbox_age(self, seconds: float) -> None:
        """Observe the age of the oldest message that waits in the page."""
        self._metrics.histogram("nova_frontend_outbox_age_seconds").observe(seconds)
