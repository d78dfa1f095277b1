"""What pages report, as series. The report is checked before; here it is only counted."""

from __future__ import annotations

from collections.abc import Iterable

from nova_app.observability.metrics import Metrics


class BrowserMetrics:
    """Figures of pages; a page sends what happened since its last report."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics

    def reported(self, result: str) -> None:
        """A report came: accepted, invalid or rate_limited."""
        self._metrics.counter("nova_frontend_reports_total", result).inc()

    def errors(self, kind: str, browser: str, number: int) -> None:
        """So many errors of a kind were shown."""
        self._metrics.counter("nova_frontend_errors_total", kind, browser).inc(number)

    def reconnects(self, number: int) -> None:
        """So many times the page came back to its socket."""
        self._metrics.counter("nova_frontend_reconnects_total").inc(number)

    def calls(self, route: str, status: str, seconds: Iterable[float]) -> None:
        """Calls to the API as the page saw them."""
        series = self._metrics.histogram("nova_frontend_api_duration_seconds", route, status)
        for value in seconds:
            series.observe(value)

    def vital(self, name: str, seconds: float) -> None:
        """How the page felt: ttfb, fcp, lcp or inp."""
        self._metrics.histogram("nova_frontend_web_vital_seconds", name).observe(seconds)

    def layout_shift(self, score: float) -> None:
        """How much the page moved under the reader."""
        self._metrics.histogram("nova_frontend_layout_shift_score").observe(score)

    def roundtrips(self, seconds: Iterable[float]) -> None:
        """From Send to the row that says sent."""
        for value in seconds:
            self._metrics.histogram("nova_frontend_message_roundtrip_seconds").observe(value)

    def ping(self, seconds: float) -> None:
        """A page's median ping."""
        self._metrics.histogram("nova_frontend_ping_roundtrip_seconds").observe(seconds)

    def outbox_age(self, seconds: float) -> None:
        """The age of the oldest message that waits in the page."""
        self._metrics.histogram("nova_frontend_outbox_age_seconds").observe(seconds)
