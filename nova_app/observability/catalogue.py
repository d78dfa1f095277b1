"""Every family of metrics that Nova serves, as data: names, labels with all their values, buckets.

``ws_`` names belong to the messaging socket, ``nova_`` to the product, ``http_`` and
``process_`` are the usual ones. Seconds and bytes; counters end in ``_total``. A label
has a closed list of values, so the number of series never depends on what people do;
what is not in the list is counted under ``other``. Every threshold of an alert on a
duration is one of its buckets. ``docs/reference/metrics.md`` is written from here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

from nova_app.domain.errors import ErrorKind
from nova_app.domain.user_agent import BrowserLabel
from nova_app.observability.family import FAST, LATENCY, OTHER, Family, counter, gauge, histogram, hot
from nova_app.observability.message_families import CONVERSATIONS, MESSAGES

FRAMES = (
    "message",
    "change",
    "post",
    "ack",
    "typing",
    "presence",
    "read_receipt",
    "sync",
    "system",
    "heartbeat",
    "error",
    OTHER,
)
WS_ERRORS = (
    "timeout",
    "decode",
    "connection_lost",
    "auth",
    "origin",
    "rate_limited",
    "capacity",
    "payload_too_large",
    "protocol",
    "backpressure",
    "storage",
    "handler",
    OTHER,
)
DISCONNECTIONS = (
    "client_close",
    "going_away",
    "abnormal",
    "ping_timeout",
    "server_shutdown",
    "server_error",
    "protocol_error",
    "policy",
    "slow_consumer",
    OTHER,
)
RECONNECTIONS = ("network", "offline", "ping_timeout", "server_restart", "server_error", "auth_refresh", OTHER)
KINDS = tuple(str(kind) for kind in ErrorKind)
BROWSERS = get_args(BrowserLabel)
WINDOWS = ("5m", "1h", "1d", "7d", "30d")
TASKS = (
    *("sweep_uploads", "sweep_sessions", "sweep_probes", "optimize", "measure_storage"),
    *("census", "deliver_webhooks", "record_status", "check_access", "check_ready", "check_descriptors", "write_trail"),
)
STORAGE_KINDS = ("database", "files", "thumbnails", "incomplete", "copies", "other")
QUEUES = ("webhook",)
SCOPES = (
    *("connect", "login", "send", "reaction", "search", "upload", "report", "people", "preview"),
    *("read", "write", "post", "conversation", "addition", "stranger"),
)


SOCKET = hot(
    counter(
        "ws_connections_total",
        "Handshakes of the messaging socket, by how they ended.",
        result=("accepted", "rejected_auth", "rejected_origin", "rejected_capacity", "rejected_error"),
    ),
    gauge("ws_connections_active", "Messaging sockets that are open in this process."),
    counter("ws_disconnections_total", "Messaging sockets that ended, by reason.", reason=DISCONNECTIONS),
    histogram(
        "ws_connection_duration_seconds",
        "How long messaging sockets were open.",
        (1, 5, 15, 60, 300, 900, 3600, 14400, 43200),
    ),
    histogram("ws_handshake_duration_seconds", "From the upgrade request until the account is accepted.", LATENCY),
    counter(
        "ws_reconnections_total",
        "Reconnects, by the reason that the client names for its last disconnect.",
        reason=RECONNECTIONS,
    ),
    histogram(
        "ws_reconnect_gap_seconds",
        "Time between a client's disconnect and its reconnect.",
        (0.5, 1, 2, 5, 10, 30, 60, 300),
    ),
    counter("ws_messages_sent_total", "Frames to clients, by type.", type=FRAMES),
    counter("ws_messages_received_total", "Frames from clients, by type.", type=FRAMES),
    histogram(
        "ws_message_size_bytes",
        "Size of text frames on the wire; a frame may carry several events.",
        (64, 256, 1024, 4096, 16384, 65536, 262144, 1048576),
        direction=("in", "out"),
    ),
    counter(
        "ws_operations_total",
        "Operations of the socket: a handshake, a frame received, a frame sent. The denominator of the error rate.",
        operation=("connect", "receive", "send"),
        result=("ok", "error"),
    ),
    counter(
        "ws_errors_total",
        "Operations that failed, by cause; their sum equals the operations with an error.",
        type=WS_ERRORS,
    ),
    gauge("ws_send_queue_messages", "Frames waiting to be written, over all sockets."),
    gauge("ws_send_queue_largest_messages", "Frames waiting for the slowest client."),
    histogram("ws_broadcast_duration_seconds", "Time to queue a commit's events for all receiving sockets.", FAST),
    histogram(
        "ws_broadcast_recipients",
        "Sockets that an event was queued for.",
        (1, 2, 5, 10, 25, 50, 100, 250, 500, 1000),
    ),
)

QUEUE = (
    gauge(
        "nova_queue_messages",
        "Deliveries in the queue by state; the same in every replica, so take the max.",
        queue=QUEUES,
        state=("pending", "retry", "failed"),
    ),
    gauge(
        "nova_queue_oldest_message_timestamp_seconds",
        "When the oldest waiting delivery was queued; 0 for none.",
        queue=QUEUES,
    ),
    counter(
        "nova_queue_processed_total",
        "Delivery attempts, by result.",
        queue=QUEUES,
        result=("ok", "retried", "failed"),
    ),
    histogram(
        "nova_queue_wait_seconds",
        "From the commit of an event to its delivery.",
        (0.01, 0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600),
        queue=QUEUES,
    ),
    histogram("nova_queue_attempt_duration_seconds", "How long one attempt took.", LATENCY, queue=QUEUES),
)

PRODUCT = (
    counter(
        "nova_search_requests_total",
        "Searches, by the index that answered and the result.",
        index_type=("fts_words", OTHER),
        result=("ok", "rate_limited", "error"),
    ),
    histogram(
        "nova_search_duration_seconds",
        "Time from the query to the results.",
        (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10),
        index_type=("fts_words", OTHER),
    ),
    counter("nova_search_zero_results_total", "Searches that found nothing.", index_type=("fts_words", OTHER)),
    counter("nova_uploads_total", "Uploads, by result.", result=("ok", "refused", "error")),
    counter("nova_upload_bytes_total", "Bytes of finished uploads."),
    counter(
        "nova_logins_total",
        "Attempts to sign in, by result.",
        result=("success", "bad_credentials", "rate_limited", "error"),
    ),
    counter(
        "nova_registrations_total",
        "Attempts to register, by result.",
        result=("success", "invalid", "rate_limited", "error"),
    ),
    counter("nova_rate_limited_total", "Requests refused by a rate limit, by scope.", scope=SCOPES),
)

API = (
    counter("http_requests_total", "Requests, by route and class of status.", method=(), route=(), status=()),
    histogram(
        "http_request_duration_seconds",
        "Time to the end of the response.",
        (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0),
        method=(),
        route=(),
    ),
    gauge("http_requests_in_progress", "Requests that are being answered."),
)

STORAGE = (
    histogram(
        "nova_db_query_duration_seconds",
        "Time in the database: a read, or a commit of all waiting writes.",
        (*FAST, 5.0),
        operation=("read", "commit"),
    ),
    counter(
        "nova_db_errors_total",
        "Reads and commits that failed, by cause.",
        type=("locked", "full", "integrity", "connection", OTHER),
    ),
    histogram("nova_db_commit_size", "Write requests in one commit.", (1, 2, 5, 10, 25, 50, 100, 250, 512)),
    gauge("nova_db_writes_waiting", "Write requests waiting for the writer."),
    gauge("nova_db_pool_connections", "Connections that read, by state.", state=("in_use", "idle")),
    gauge("nova_db_pool_max_connections", "Connections that may read at once."),
    gauge("nova_db_size_bytes", "Size of the database with its log."),
    gauge("nova_storage_bytes", "Size of the data directory on the disk, by kind.", kind=STORAGE_KINDS),
    gauge("nova_backup_last_success_timestamp_seconds", "When `nova backup` last succeeded; 0 for never."),
)

PROCESS = (
    histogram("nova_event_loop_lag_seconds", "How late the event loop woke up; measured twice a second.", FAST),
    counter("nova_task_failures_total", "Runs of background work that failed.", task=TASKS),
    gauge("nova_task_last_success_timestamp_seconds", "When background work last succeeded.", task=TASKS),
    gauge(
        "nova_build_info",
        "Always 1; the labels name the version, revision and Python.",
        version=(),
        revision=(),
        python=(),
    ),
    histogram("nova_reflex_event_duration_seconds", "Time in a page's event handler.", LATENCY, result=("ok", "error")),
    gauge("nova_reflex_connections_active", "Open sockets of Reflex's pages."),
)

CENSUS = (
    gauge(
        "nova_active_users",
        "Users active within the window; the same in every replica, so take the max.",
        window=WINDOWS,
    ),
    gauge(
        "nova_users", "Accounts, by state; the same in every replica, so take the max.", state=("enabled", "disabled")
    ),
    gauge(
        "nova_conversations", "Conversations, by type; the same in every replica, so take the max.", type=CONVERSATIONS
    ),
    gauge("nova_stored_messages", "Messages in the log; the same in every replica, so take the max."),
    gauge(
        "nova_funnel_users",
        "Accounts that reached this step; the same in every replica, so take the max.",
        step=("registered", "in_conversation", "wrote", "returned_after_week"),
    ),
)

CSP_DIRECTIVES = (
    *("script-src", "style-src", "font-src", "img-src", "media-src", "connect-src", "manifest-src", "worker-src"),
    *("form-action", "base-uri", "frame-ancestors", "default-src", "require-trusted-types-for", "trusted-types", OTHER),
)
ROUTES = ("history", "search", "uploads", "posts", "conversations", "auth", OTHER)
BROWSER = (
    counter(
        "nova_frontend_errors_total",
        "Errors shown to users, by kind and browser.",
        kind=KINDS,
        browser=BROWSERS,
    ),
    histogram(
        "nova_frontend_api_duration_seconds",
        "API calls of pages, as measured by the browser.",
        (0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10),
        route=ROUTES,
        status=("2xx", "4xx", "5xx", "network", OTHER),
    ),
    histogram(
        "nova_frontend_web_vital_seconds",
        "Web vitals: first byte, first and largest paint, reaction to input.",
        (0.1, 0.2, 0.5, 0.8, 1, 1.8, 2.5, 4, 10),
        vital=("ttfb", "fcp", "lcp", "inp"),
    ),
    histogram(
        "nova_frontend_layout_shift_score", "Cumulative layout shift of a page.", (0.01, 0.05, 0.1, 0.25, 0.5, 1)
    ),
    histogram("nova_frontend_message_roundtrip_seconds", "From pressing Send until the row shows sent.", LATENCY),
    histogram("nova_frontend_ping_roundtrip_seconds", "Round trip of a ping; the median of each page.", LATENCY),
    counter("nova_frontend_reconnects_total", "Reconnects of pages."),
    histogram(
        "nova_frontend_outbox_age_seconds",
        "Age of the oldest waiting message at each report that had one.",
        (1, 5, 15, 60, 300, 3600, 86400, 604800),
    ),
    counter(
        "nova_frontend_reports_total",
        "Reports of pages, by result.",
        result=("accepted", "invalid", "rate_limited"),
    ),
    counter(
        "nova_frontend_policy_violations_total",
        "What the Content Security Policy kept pages from, by directive.",
        directive=CSP_DIRECTIVES,
    ),
)

FAMILIES: Sequence[Family] = (
    *SOCKET,
    *MESSAGES,
    *QUEUE,
    *PRODUCT,
    *API,
    *STORAGE,
    *PROCESS,
    *CENSUS,
    *BROWSER,
)

PROBE = (
    counter("nova_probe_success_total", "Round trips of the prober that succeeded."),
    counter(
        "nova_probe_failures_total",
        "Round trips that failed, by the stage they failed at.",
        stage=("login", "connect", "send", "receive"),
    ),
    histogram("nova_probe_roundtrip_seconds", "From sending to receiving, from outside the process.", LATENCY),
    gauge("nova_probe_last_success_timestamp_seconds", "When a round trip last succeeded; 0 for never."),
)
"""What ``nova probe`` serves, in a process of its own."""
