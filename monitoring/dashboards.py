"""Grafana's dashboards as data: one question each, the figures that answer it, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

DATASOURCE = {"type": "prometheus", "uid": "nova-prometheus"}
WIDTH, HEIGHT = 24, 8


@dataclass(frozen=True, slots=True)
class Panel:
    """One picture.

    Attributes:
        unit: Grafana's name for it: reqps, s, percentunit, bytes, short, …
        queries: PromQL with the words of its legend.
        is_stat: One number instead of a course over time.
    """

    title: str
    about: str
    unit: str
    queries: Sequence[tuple[str, str]]
    is_stat: bool = False


@dataclass(frozen=True, slots=True)
class Dashboard:
    """A page of panels that answers one question."""

    title: str
    question: str
    panels: Sequence[Panel]


def _rate(metric: str, by: str, matchers: str = 'job=~"$job"') -> str:
    return f"sum by ({by}) (rate({metric}{{{matchers}}}[$__rate_interval]))"


def _quantile(quantile: str, metric: str, by: str = "") -> str:
    groups = f"{by}, le" if by else "le"
    return f'histogram_quantile({quantile}, sum by ({groups}) (rate({metric}_bucket{{job=~"$job"}}[$__rate_interval])))'


def _spread(metric: str) -> tuple[tuple[str, str], ...]:
    return tuple((_quantile(q, metric), f"p{q[2:]}") for q in ("0.50", "0.95", "0.99"))


DASHBOARDS: dict[str, Dashboard] = {
    "overview": Dashboard(
        "Nova: overview",
        "Is the objective met?",
        (
            Panel("Delivered without a loss of the connection", "Share of deliveries in 3 days; the objective is 99.5 %.", "percentunit", (("1 - job:nova_message_deliveries:failure_ratio_rate3d", "3 days"),), is_stat=True),
            Panel("Budget left", "Of the 0.5 % that may fail; below 0 it is used up.", "percentunit", (("1 - job:nova_message_deliveries:failure_ratio_rate3d / 0.005", "left"),), is_stat=True),
            Panel("Open sockets", "Tabs that receive messages live.", "short", (("job:ws_connections_active:sum", "open"),), is_stat=True),
            Panel("Alerts firing", "Without the one that always fires.", "short", (('count(ALERTS{alertstate="firing",alertname!="Watchdog"}) or vector(0)', "firing"),), is_stat=True),
            Panel("Changes of messages and groups", "Edits, deletions, reactions, members and titles, by result.", "cps", ((_rate("nova_message_changes_total", "action, result"), "{{action}} {{result}}"), (_rate("nova_conversation_changes_total", "action, result"), "{{action}} {{result}}"))),
            Panel("Posts", "Posts, their edits, deletions, reactions and comments, by result.", "cps", ((_rate("nova_post_changes_total", "action, result"), "{{action}} {{result}}"),)),
            Panel("Link previews", "Pages that were to be fetched, by result.", "cps", ((_rate("nova_link_previews_total", "result"), "{{result}}"),)),
            Panel("Messages stored", "Stored, by type of conversation.", "cps", ((_rate("nova_messages_accepted_total", "conversation_type"), "{{conversation_type}}"),)),
            Panel("Errors of the socket", "Share of operations that fail.", "percentunit", (("job:ws_operations:error_ratio_rate5m", "5 min"), ("job:ws_operations:error_ratio_rate1h", "1 h"))),
            Panel("From commit to reader", "Live deliveries.", "s", (('job_path:nova_message_delivery_latency_seconds:p50_rate5m{path="live"}', "p50"), ('job_path:nova_message_delivery_latency_seconds:p99_rate5m{path="live"}', "p99"))),
            Panel("API errors", "Share of 5xx.", "percentunit", (("job:http_requests:error_ratio_rate5m", "5xx"),)),
            Panel("Version", "What runs.", "short", (("sum by (version, revision) (nova_build_info)", "{{version}} {{revision}}"),)),
        ),
    ),
    "websocket": Dashboard(
        "Nova: messaging socket",
        "Are users connected, and why not?",
        (
            Panel("Open sockets", "By process.", "short", (('ws_connections_active{job=~"$job"}', "{{instance}}"),)),
            Panel("Handshakes", "By result.", "cps", ((_rate("ws_connections_total", "result"), "{{result}}"),)),
            Panel("Ends", "By reason.", "cps", ((_rate("ws_disconnections_total", "reason"), "{{reason}}"),)),
            Panel("Reconnections", "By the reason that clients report.", "cps", ((_rate("ws_reconnections_total", "reason"), "{{reason}}"),)),
            Panel("Time to reconnect", "", "s", _spread("ws_reconnect_gap_seconds")),
            Panel("Errors", "By type.", "cps", (("job_type:ws_errors:rate5m", "{{type}}"),)),
            Panel("Operations", "By operation and result.", "cps", ((_rate("ws_operations_total", "operation, result"), "{{operation}} {{result}}"),)),
            Panel("Frames sent", "By type.", "cps", (("job_type:ws_messages_sent:rate5m", "{{type}}"),)),
            Panel("Frames received", "By type.", "cps", (("job_type:ws_messages_received:rate5m", "{{type}}"),)),
            Panel("Frame size", "Median by direction.", "bytes", ((_quantile("0.50", "ws_message_size_bytes", "direction"), "{{direction}}"),)),
            Panel("Waiting to be written", "All readers, and the slowest.", "short", (('sum(ws_send_queue_messages{job=~"$job"})', "all"), ('max(ws_send_queue_largest_messages{job=~"$job"})', "slowest"))),
            Panel("Handshake time", "", "s", _spread("ws_handshake_duration_seconds")),
            Panel("Life of a socket", "Median.", "s", ((_quantile("0.50", "ws_connection_duration_seconds"), "p50"),)),
        ),
    ),
    "messaging": Dashboard(
        "Nova: messages and queue",
        "Does what is written arrive, and how fast?",
        (
            Panel("Deliveries", "By outcome.", "cps", ((_rate("nova_message_deliveries_total", "outcome"), "{{outcome}}"),)),
            Panel("Failed deliveries", "By reason.", "cps", ((_rate("nova_message_delivery_failures_total", "reason"), "{{reason}}"),)),
            Panel("Delivery time", "p95, live and from the log.", "s", (("job_path:nova_message_delivery_latency_seconds:p95_rate5m", "{{path}}"),)),
            Panel("Ack time", "", "s", _spread("nova_message_ack_latency_seconds")),
            Panel("Fan-out", "Time, and sockets per commit.", "s", ((_quantile("0.95", "ws_broadcast_duration_seconds"), "p95"),)),
            Panel("Recipients of a commit", "p95.", "short", ((_quantile("0.95", "ws_broadcast_recipients"), "p95"),)),
            Panel("Repeats and gaps", "Messages sent again, gaps that clients repaired.", "cps", ((_rate("nova_message_duplicates_total", "job"), "repeats"), (_rate("nova_message_gaps_total", "job"), "gaps"))),
            Panel("Commits", "Time, p95 by operation.", "s", ((_quantile("0.95", "nova_db_query_duration_seconds", "operation"), "{{operation}}"),)),
            Panel("Size of a commit", "Write requests that share one sync of the disk.", "short", ((_quantile("0.95", "nova_db_commit_size"), "p95"),)),
            Panel("Writes waiting", "", "short", (('nova_db_writes_waiting{job=~"$job"}', "{{instance}}"),)),
            Panel("Database errors", "By type.", "cps", ((_rate("nova_db_errors_total", "type"), "{{type}}"),)),
            Panel("Database size", "With its log.", "bytes", (('nova_db_size_bytes{job=~"$job"}', "{{instance}}"),)),
            Panel("Disk", "The data directory by kind; measured every ten minutes.", "bytes", (('nova_storage_bytes{job=~"$job"}', "{{kind}}"),)),
            Panel("Delivery queue", "By state.", "short", (("job_queue_state:nova_queue_messages:max", "{{queue}} {{state}}"),)),
            Panel("Attempts", "By result.", "cps", ((_rate("nova_queue_processed_total", "queue, result"), "{{queue}} {{result}}"),)),
            Panel("Oldest that waits", "", "s", (('time() - (max by (queue) (nova_queue_oldest_message_timestamp_seconds{job=~"$job"}) > 0) or vector(0)', "{{queue}}"),)),
            Panel("From event to delivery", "p95.", "s", ((_quantile("0.95", "nova_queue_wait_seconds", "queue"), "{{queue}}"),)),
            Panel("Time of an attempt", "p95.", "s", ((_quantile("0.95", "nova_queue_attempt_duration_seconds", "queue"), "{{queue}}"),)),
        ),
    ),
    "search": Dashboard(
        "Nova: search",
        "Do searches find results, and how fast?",
        (
            Panel("Searches", "By index and result.", "cps", ((_rate("nova_search_requests_total", "index_type, result"), "{{index_type}} {{result}}"),)),
            Panel("Time, median", "By index.", "s", (("job_index_type:nova_search_duration_seconds:p50_rate5m", "{{index_type}}"),)),
            Panel("Time, p95 and p99", "By index.", "s", (("job_index_type:nova_search_duration_seconds:p95_rate5m", "{{index_type}} p95"), ("job_index_type:nova_search_duration_seconds:p99_rate5m", "{{index_type}} p99"))),
            Panel("Nothing found", "By index.", "cps", ((_rate("nova_search_zero_results_total", "index_type"), "{{index_type}}"),)),
        ),
    ),
    "api": Dashboard(
        "Nova: API",
        "Does the API answer, and how fast?",
        (
            Panel("Requests", "By status.", "reqps", ((_rate("http_requests_total", "status"), "{{status}}"),)),
            Panel("Requests by route", "The busiest.", "reqps", (("topk(10, " + _rate("http_requests_total", "route") + ")", "{{route}}"),)),
            Panel("Time, median by route", "", "s", (("job_route:http_request_duration_seconds:p50_rate5m", "{{route}}"),)),
            Panel("Time, p95 by route", "", "s", (("job_route:http_request_duration_seconds:p95_rate5m", "{{route}}"),)),
            Panel("Being answered", "", "short", (('http_requests_in_progress{job=~"$job"}', "{{instance}}"),)),
            Panel("Read connections", "Of the database.", "short", (('sum by (state) (nova_db_pool_connections{job=~"$job"})', "{{state}}"), ('sum(nova_db_pool_max_connections{job=~"$job"})', "at most"))),
            Panel("Sign-ins", "By result.", "cps", ((_rate("nova_logins_total", "result"), "{{result}}"),)),
            Panel("Registrations", "By result.", "cps", ((_rate("nova_registrations_total", "result"), "{{result}}"),)),
            Panel("Too fast", "By what they did.", "cps", ((_rate("nova_rate_limited_total", "scope"), "{{scope}}"),)),
            Panel("Files", "By result.", "cps", ((_rate("nova_uploads_total", "result"), "{{result}}"),)),
            Panel("File bytes", "", "Bps", ((_rate("nova_upload_bytes_total", "job"), "taken"),)),
            Panel("Conversations started", "Success of what could succeed.", "percentunit", (("job:nova_conversation_creations:success_ratio_rate15m", "success"),)),
            Panel("Attempts to start one", "By type and result.", "cps", ((_rate("nova_conversation_creations_total", "type, result"), "{{type}} {{result}}"),)),
            Panel("Time to start one", "", "s", _spread("nova_conversation_creation_duration_seconds")),
        ),
    ),
    "browser": Dashboard(
        "Nova: browsers",
        "What do users see?",
        (
            Panel("Errors shown", "By kind.", "cps", ((_rate("nova_frontend_errors_total", "kind"), "{{kind}}"),)),
            Panel("Errors by browser", "", "cps", ((_rate("nova_frontend_errors_total", "browser"), "{{browser}}"),)),
            Panel("Web vitals", "p75; good: ttfb 0.8 s, fcp 1.8 s, lcp 2.5 s, inp 0.2 s.", "s", ((_quantile("0.75", "nova_frontend_web_vital_seconds", "vital"), "{{vital}}"),)),
            Panel("Layout shift", "p75; good below 0.1.", "short", ((_quantile("0.75", "nova_frontend_layout_shift_score"), "p75"),)),
            Panel("API as browsers see it", "p95 by route.", "s", ((_quantile("0.95", "nova_frontend_api_duration_seconds", "route"), "{{route}}"),)),
            Panel("From Send to sent", "", "s", _spread("nova_frontend_message_roundtrip_seconds")),
            Panel("Ping", "Median of a page.", "s", _spread("nova_frontend_ping_roundtrip_seconds")),
            Panel("Reconnections that pages saw", "", "cps", ((_rate("nova_frontend_reconnects_total", "job"), "reconnections"),)),
            Panel("Age of waiting messages", "p95 of reports that had one.", "s", ((_quantile("0.95", "nova_frontend_outbox_age_seconds"), "p95"),)),
            Panel("Reports", "By result.", "cps", ((_rate("nova_frontend_reports_total", "result"), "{{result}}"),)),
            Panel(
                "Blocked by the policy of pages",
                "What browsers refused to load or run, by directive: an attack, an extension, or a fault of a build.",
                "cps",
                ((_rate("nova_frontend_policy_violations_total", "directive"), "{{directive}}"),),
            ),
        ),
    ),
    "business": Dashboard(
        "Nova: use",
        "Who uses Nova, and which steps do they reach?",
        (
            Panel("Active users", "Within the window.", "short", (('max by (window) (nova_active_users{job=~"$job"})', "{{window}}"),)),
            Panel("Accounts", "By state.", "short", (('max by (state) (nova_users{job=~"$job"})', "{{state}}"),)),
            Panel("Conversations", "By type.", "short", (('max by (type) (nova_conversations{job=~"$job"})', "{{type}}"),)),
            Panel("Messages in the log", "", "short", (('max(nova_stored_messages{job=~"$job"})', "messages"),), is_stat=True),
            Panel("Funnel", "Accounts that reached each step.", "short", (('max by (step) (nova_funnel_users{job=~"$job"})', "{{step}}"),)),
            Panel("Return after a week", "Of all accounts.", "percentunit", (('max(nova_funnel_users{step="returned_after_week",job=~"$job"}) / max(nova_funnel_users{step="registered",job=~"$job"})', "returned"),), is_stat=True),
        ),
    ),
    "host": Dashboard(
        "Nova: processes and machines",
        "Is there enough of everything?",
        (
            Panel("Processor of Nova", "Cores in use.", "short", ((_rate("process_cpu_seconds_total", "instance"), "{{instance}}"),)),
            Panel("Memory of Nova", "", "bytes", (('process_resident_memory_bytes{job=~"$job"}', "{{instance}}"),)),
            Panel("File descriptors", "Share of what is allowed.", "percentunit", (('process_open_fds{job=~"$job"} / process_max_fds{job=~"$job"}', "{{instance}}"),)),
            Panel("Event loop lag", "p99.", "s", (("job_instance:nova_event_loop_lag_seconds:p99_rate5m", "{{instance}}"),)),
            Panel("Reflex handlers", "p95 by result.", "s", ((_quantile("0.95", "nova_reflex_event_duration_seconds", "result"), "{{result}}"),)),
            Panel("Sockets of Reflex", "", "short", (('nova_reflex_connections_active{job=~"$job"}', "{{instance}}"),)),
            Panel("Background work", "Since it last succeeded.", "s", (('time() - (nova_task_last_success_timestamp_seconds{job=~"$job"} > 0)', "{{task}}"),)),
            Panel("Failures of background work", "", "cps", ((_rate("nova_task_failures_total", "task"), "{{task}}"),)),
            Panel("Machine: processor", "Share in use.", "percentunit", (('1 - avg by (instance) (rate(node_cpu_seconds_total{mode="idle"}[$__rate_interval]))', "{{instance}}"),)),
            Panel("Machine: memory", "Share that is free.", "percentunit", (("node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes", "{{instance}}"),)),
            Panel("Machine: disks", "Share that is free.", "percentunit", (('node_filesystem_avail_bytes{fstype!~"tmpfs|overlay|squashfs"} / node_filesystem_size_bytes', "{{instance}} {{mountpoint}}"),)),
        ),
    ),
    "monitoring": Dashboard(
        "Nova: the monitoring itself",
        "Does the monitoring work?",
        (
            Panel("Targets", "1 is up.", "short", (("up", "{{job}} {{instance}}"),)),
            Panel("Time of a scrape", "", "s", (("scrape_duration_seconds", "{{job}} {{instance}}"),)),
            Panel("Series per target", "", "short", (("scrape_samples_post_metric_relabeling", "{{job}} {{instance}}"),)),
            Panel("Series in Prometheus", "", "short", (("prometheus_tsdb_head_series", "series"),)),
            Panel("Size of Prometheus", "On disk, without its log.", "bytes", (("prometheus_tsdb_storage_blocks_bytes", "blocks"),)),
            Panel("Time of rules", "By group.", "s", (("prometheus_rule_group_last_duration_seconds", "{{rule_group}}"),)),
            Panel("Notifications", "By way.", "cps", (("sum by (integration) (rate(alertmanager_notifications_total[$__rate_interval]))", "{{integration}}"),)),
            Panel("Failed notifications", "By way.", "cps", (("sum by (integration) (rate(alertmanager_notifications_failed_total[$__rate_interval]))", "{{integration}}"),)),
            Panel("Prober", "Round trips, and where they fail.", "cps", (("sum(rate(nova_probe_success_total[$__rate_interval]))", "success"), ("sum by (stage) (rate(nova_probe_failures_total[$__rate_interval]))", "{{stage}}"))),
            Panel("Prober: time", "p95.", "s", (("histogram_quantile(0.95, sum by (le) (rate(nova_probe_roundtrip_seconds_bucket[$__rate_interval])))", "p95"),)),
        ),
    ),
}  # fmt: skip


def render_dashboard(uid: str, dashboard: Dashboard) -> dict[str, Any]:
    """The dashboard as Grafana reads it from a file."""
    return {
        "uid": f"nova-{uid}",
        "title": dashboard.title,
        "description": dashboard.question,
        "tags": ["nova"],
        "editable": False,
        "schemaVersion": 39,
        "version": 1,
        "refresh": "30s",
        "time": {"from": "now-6h", "to": "now"},
        "timezone": "browser",
        "graphTooltip": 1,
        "annotations": {"list": [_deploys()]},
        "templating": {"list": [_job_variable()]},
        "links": [{"title": "Nova", "type": "dashboards", "tags": ["nova"], "asDropdown": True, "keepTime": True}],
        "panels": [_panel(number, panel) for number, panel in enumerate(dashboard.panels)],
    }


def _panel(number: int, panel: Panel) -> dict[str, Any]:
    width = 6 if panel.is_stat else 12
    column = (number * width) % WIDTH
    options: dict[str, Any] = (
        {"reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False}, "textMode": "auto"}
        if panel.is_stat
        else {"legend": {"displayMode": "list", "placement": "bottom"}, "tooltip": {"mode": "multi", "sort": "desc"}}
    )
    return {
        "id": number + 1,
        "type": "stat" if panel.is_stat else "timeseries",
        "title": panel.title,
        "description": panel.about or panel.title,
        "datasource": DATASOURCE,
        "gridPos": {"x": column, "y": number // (WIDTH // width) * HEIGHT, "w": width, "h": HEIGHT},
        "fieldConfig": {"defaults": {"unit": panel.unit, "min": 0} if not panel.is_stat else {"unit": panel.unit}, "overrides": []},
        "options": options,
        "targets": [
            {"refId": chr(ord("A") + place), "expr": expr, "legendFormat": legend, "datasource": DATASOURCE}
            for place, (expr, legend) in enumerate(panel.queries)
        ],
    }  # fmt: skip


def _deploys() -> dict[str, Any]:
    return {
        "name": "Deploys",
        "datasource": DATASOURCE,
        "enable": True,
        "iconColor": "blue",
        "expr": 'changes(process_start_time_seconds{job=~"$job"}[$__rate_interval]) > 0',
        "titleFormat": "Nova started",
    }


def _job_variable() -> dict[str, Any]:
    return {
        "name": "job",
        "label": "Job",
        "type": "query",
        "datasource": DATASOURCE,
        "query": {"query": "label_values(nova_build_info, job)", "refId": "job"},
        "current": {"text": "nova", "value": "nova"},
        "refresh": 1,
    }
