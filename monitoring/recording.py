"""Recording rules: ratios, quantiles and sums that alerts and dashboards share.

Names are ``level:metric:operations``. Numerator and denominator are summed apart, and an
empty denominator gives nothing instead of NaN.
"""

from __future__ import annotations

JOB = 'job="nova"'
BURN_WINDOWS = ("5m", "30m", "1h", "2h", "6h", "1d", "3d")


def _ratio(metric: str, bad: str, window: str) -> str:
    every = f"sum by (job) (rate({metric}{{{JOB}}}[{window}]))"
    return f"sum by (job) (rate({metric}{{{JOB},{bad}}}[{window}])) / ({every} > 0)"


def _quantile(quantile: str, metric: str, by: str) -> str:
    return f"histogram_quantile({quantile}, sum by ({by}, le) (rate({metric}_bucket{{{JOB}}}[5m])))"


def _rate(metric: str, by: str = "job", window: str = "5m") -> str:
    return f"sum by ({by}) (rate({metric}{{{JOB}}}[{window}]))"


RECORDS: dict[str, str] = {
    "job:up:sum": f"sum by (job) (up{{{JOB}}})",
    **{
        f"job:ws_operations:error_ratio_rate{window}": _ratio("ws_operations_total", 'result="error"', window)
        for window in ("5m", "30m", "1h", "6h")
    },
    **{
        f"job:nova_message_deliveries:failure_ratio_rate{window}": _ratio(
            "nova_message_deliveries_total", 'outcome="failed"', window
        )
        for window in BURN_WINDOWS
    },
    "job:ws_operations:rate5m": _rate("ws_operations_total"),
    "job:nova_message_deliveries:rate5m": _rate("nova_message_deliveries_total"),
    "job:ws_connections_active:sum": f"sum by (job) (ws_connections_active{{{JOB}}})",
    "job:ws_reconnections:rate5m": _rate("ws_reconnections_total"),
    "job_type:ws_errors:rate5m": _rate("ws_errors_total", "job, type"),
    "job_type:ws_messages_sent:rate5m": _rate("ws_messages_sent_total", "job, type"),
    "job_type:ws_messages_received:rate5m": _rate("ws_messages_received_total", "job, type"),
    "job:nova_messages_accepted:rate5m": _rate("nova_messages_accepted_total"),
    **{
        f"job_path:nova_message_delivery_latency_seconds:{name}_rate5m": _quantile(
            quantile, "nova_message_delivery_latency_seconds", "job, path"
        )
        for name, quantile in (("p50", "0.5"), ("p95", "0.95"), ("p99", "0.99"))
    },
    "job:nova_message_ack_latency_seconds:p95_rate5m": _quantile("0.95", "nova_message_ack_latency_seconds", "job"),
    **{
        f"job_index_type:nova_search_duration_seconds:{name}_rate5m": _quantile(
            quantile, "nova_search_duration_seconds", "job, index_type"
        )
        for name, quantile in (("p50", "0.5"), ("p95", "0.95"), ("p99", "0.99"))
    },
    "job:http_requests:rate5m": _rate("http_requests_total"),
    "job:http_requests:error_ratio_rate5m": _ratio("http_requests_total", 'status="5xx"', "5m"),
    **{
        f"job_route:http_request_duration_seconds:{name}_rate5m": _quantile(
            quantile, "http_request_duration_seconds", "job, route"
        )
        for name, quantile in (("p50", "0.5"), ("p95", "0.95"))
    },
    "job_queue_state:nova_queue_messages:max": f"max by (job, queue, state) (nova_queue_messages{{{JOB}}})",
    "job_instance:nova_event_loop_lag_seconds:p99_rate5m": _quantile(
        "0.99", "nova_event_loop_lag_seconds", "job, instance"
    ),
    "job:nova_conversation_creations:success_ratio_rate15m": (
        f'sum by (job) (rate(nova_conversation_creations_total{{{JOB},result="success"}}[15m])) / '
        f'(sum by (job) (rate(nova_conversation_creations_total{{{JOB},result!="invalid"}}[15m])) > 0)'
    ),
}
