"""The messaging socket: its errors, reconnections and backlog."""

from monitoring.alerts.deploys import JUST_STARTED, outside_starts
from monitoring.model import Alert, Case

_OK = 'ws_operations_total{job="nova",instance="a:3000",operation="receive",result="ok"}'
_BAD = 'ws_operations_total{job="nova",instance="a:3000",operation="receive",result="error"}'
_BREAKDOWN = ("Which errors?", "sum by (type) (rate(ws_errors_total[5m]))")
_WHERE = ("In which operation?", 'sum by (operation) (rate(ws_operations_total{result="error"}[5m]))')

_CROWD = (
    f" unless on (job) ({JUST_STARTED} and on (job) "
    'sum by (job) (increase(ws_connections_total{job="nova",result="rejected_capacity"}[5m])) > 0)'
)
"""Clients that are asked to wait while all reconnect after a start are not errors."""
_LOST = 'sum by (job) (increase(ws_disconnections_total{job="nova",reason!~"client_close|going_away|policy|server_shutdown"}[10m]))'
"""Sockets that ended unintentionally."""
_LONG_SINCE = {'process_start_time_seconds{job="nova",instance="a:3000"}': (-9000, -9000)}

WEBSOCKET = (
    Alert(
        name="NovaWsErrorRateCritical",
        component="websocket",
        severity="critical",
        expr="job:ws_operations:error_ratio_rate5m > {threshold} and job:ws_operations:rate5m > 0.2" + _CROWD,
        threshold=0.15,
        hold="2m",
        keep="2m",
        shows="humanizePercentage",
        dashboard="websocket",
        summary="More than 15 % of the messaging socket's operations fail",
        description="{value} of the socket's operations fail.",
        meaning="Handshakes, frames or writes fail, by cause in ws_errors_total.",
        impact="Users see waiting messages and reconnects; their messages are kept and sent later.",
        diagnosis=(_BREAKDOWN, _WHERE),
        mitigation=(
            "storage: the database cannot write; see NovaDatabaseLocked and NovaDatabaseFull.",
            "decode, protocol: a client that is not ours, or a page of another version; the log names the address.",
            "auth: many sessions ended at once; after a change of the public origin, cookies are invalid.",
            "connection_lost, timeout: the network between users and Nova is broken; check the proxy.",
        ),
        case=Case(
            {_OK: (60, 45), _BAD: (0, 15)}, edge={_OK: (60, 51.4), _BAD: (0, 8.6)}, labels={"job": "nova"}, value="25%"
        ),
    ),
    Alert(
        name="NovaWsErrorRateHigh",
        component="websocket",
        severity="warning",
        expr="job:ws_operations:error_ratio_rate5m > {threshold} and job:ws_operations:rate5m > 0.2" + _CROWD,
        threshold=0.05,
        keep="15m",
        shows="humanizePercentage",
        dashboard="websocket",
        summary="More than 5 % of the messaging socket's operations fail",
        description="{value} of the socket's operations fail.",
        meaning="As NovaWsErrorRateCritical, with a lower threshold.",
        impact="Delivery latency is above its target.",
        diagnosis=(_BREAKDOWN, _WHERE),
        mitigation=("Follow NovaWsErrorRateCritical; there is more time.",),
        case=Case(
            {_OK: (60, 54), _BAD: (0, 6)}, edge={_OK: (60, 57.2), _BAD: (0, 2.8)}, labels={"job": "nova"}, value="10%"
        ),
    ),
    Alert(
        name="NovaReconnectionRateHigh",
        component="websocket",
        severity="warning",
        expr=outside_starts("job:ws_reconnections:rate5m * 60 > {threshold}"),
        threshold=10,
        dashboard="websocket",
        summary="Many sockets reconnect",
        description="{value} sockets a minute reconnect after a loss.",
        meaning="More than ten reconnections a minute for five minutes; ten minutes after a start are not counted.",
        impact="Users see Reconnecting; their messages wait for seconds.",
        diagnosis=(
            ("Which reasons do clients report?", "sum by (reason) (rate(ws_reconnections_total[5m])) * 60"),
            (
                "How long were they away?",
                "histogram_quantile(0.95, sum by (le) (rate(ws_reconnect_gap_seconds_bucket[5m])))",
            ),
            ("How do sockets end?", "sum by (reason) (rate(ws_disconnections_total[5m]))"),
        ),
        mitigation=(
            "network, offline: many users at one site lost their network; nothing to do here.",
            "ping_timeout: a proxy drops idle connections: give it an idle timeout above 60 s.",
            "server_restart, server_error: see NovaCrashLooping.",
        ),
        case=Case(
            {
                'ws_reconnections_total{job="nova",instance="a:3000",reason="network"}': (1, 15),
                'process_start_time_seconds{job="nova",instance="a:3000"}': (-9000, -9000),
            },
            edge={
                'ws_reconnections_total{job="nova",instance="a:3000",reason="network"}': (1, 9.9),
                'process_start_time_seconds{job="nova",instance="a:3000"}': (-9000, -9000),
            },
            labels={"job": "nova"},
            value="15",
        ),
    ),
    Alert(
        name="NovaReconnectStorm",
        component="websocket",
        severity="critical",
        expr=outside_starts(
            'sum by (job) (increase(ws_reconnections_total{job="nova",reason!="server_restart"}[5m])) > {threshold} * '
            "clamp_min(job:ws_connections_active:sum, 20)"
        ),
        threshold=0.5,
        hold="2m",
        dashboard="websocket",
        summary="Most clients reconnect",
        description="{value} sockets reconnected within five minutes, more than half of those that are open.",
        meaning="Half of all sockets, and at least ten, were lost and came back, without a planned restart: ten minutes after a "
        "start are not counted.",
        impact="All users saw Reconnecting. New connections are admitted at NOVA_ADMISSIONS_PER_SECOND.",
        diagnosis=(
            ("Are they admitted?", "sum by (result) (rate(ws_connections_total[1m]))"),
            ("Why did they lose the connection?", "sum by (reason) (increase(ws_reconnections_total[5m]))"),
        ),
        mitigation=(
            "Wait for two minutes: clients spread their reconnects automatically.",
            "If it repeats, check the proxy in front and the network.",
        ),
        case=Case(
            {
                'ws_reconnections_total{job="nova",instance="a:3000",reason="network"}': (0, 16),
                'ws_connections_active{job="nova",instance="a:3000"}': (100, 100),
            },
            edge={
                'ws_reconnections_total{job="nova",instance="a:3000",reason="network"}': (0, 9.5),
                'ws_connections_active{job="nova",instance="a:3000"}': (100, 100),
            },
            labels={"job": "nova"},
            value="80",
        ),
    ),
    Alert(
        name="NovaConnectionsDropped",
        component="websocket",
        severity="critical",
        expr="job:ws_connections_active:sum < {threshold} * avg_over_time(job:ws_connections_active:sum[30m] offset 5m) "
        "and avg_over_time(job:ws_connections_active:sum[30m] offset 5m) > 20 "
        f"and {_LOST} > 0.25 * avg_over_time(job:ws_connections_active:sum[30m] offset 5m)",
        threshold=0.5,
        keep="15m",
        dashboard="websocket",
        summary="Half of all sockets are gone",
        description="{value} sockets are open, less than half of what was usual in the last half hour.",
        meaning="Sockets ended within ten minutes, were not closed by their pages, and did not come back. People who go home "
        "close their pages one by one and are not counted.",
        impact="Half of the users get nothing new.",
        diagnosis=(
            ("How did they end?", "sum by (reason) (increase(ws_disconnections_total[10m]))"),
            ("Are new connections refused?", "sum by (result) (increase(ws_connections_total[10m]))"),
        ),
        mitigation=(
            "rejected_origin: the public address changed; set NOVA_PUBLIC_ORIGINS.",
            "rejected_auth: sessions ended together; users see Sign in.",
            "Neither: Nova cannot be reached; open a page from outside, check DNS, certificate and proxy.",
        ),
        case=Case(
            {
                'ws_connections_active{job="nova",instance="a:3000"}': (100, 30),
                'ws_disconnections_total{job="nova",instance="a:3000",reason="abnormal"}': "0x29 70x300",
            },
            edge={
                'ws_connections_active{job="nova",instance="a:3000"}': (100, 51),
                'ws_disconnections_total{job="nova",instance="a:3000",reason="abnormal"}': "0x29 49x300",
            },
            labels={"job": "nova"},
            value="30",
            fires_at=12,
        ),
    ),
    Alert(
        name="NovaHandshakesRejected",
        component="websocket",
        severity="warning",
        expr=outside_starts(
            'sum by (job, result) (rate(ws_connections_total{job="nova",result!="accepted"}[5m])) * 60 > {threshold}'
        ),
        threshold=60,
        dashboard="websocket",
        summary="Many handshakes are refused",
        description="{value} handshakes a minute end as {result}.",
        meaning="More than one handshake a second is refused for one cause; ten minutes after a start are not counted.",
        impact="rejected_capacity: clients wait to be admitted. Others: clients without access try to connect.",
        diagnosis=(("Which results?", "sum by (result) (rate(ws_connections_total[5m])) * 60"),),
        mitigation=(
            "rejected_capacity for long: raise NOVA_ADMISSIONS_PER_SECOND or add a process.",
            "rejected_origin: a page at another address uses this Nova; the log names it.",
            "rejected_auth: old tabs or a scanner; the log names the address.",
        ),
        case=Case(
            {'ws_connections_total{job="nova",instance="a:3000",result="rejected_auth"}': (0, 90)},
            edge={'ws_connections_total{job="nova",instance="a:3000",result="rejected_auth"}': (0, 59)},
            labels={"job": "nova", "result": "rejected_auth"},
            value="90",
        ),
    ),
    Alert(
        name="NovaSendQueueSaturated",
        component="websocket",
        severity="warning",
        expr='ws_send_queue_largest_messages{job="nova"} > {threshold}',
        threshold=500,
        dashboard="websocket",
        summary="A reader is far too slow",
        description="On {instance} one reader has {value} frames waiting.",
        meaning="A client does not read as fast as events arrive; its socket is closed after 10 s without reading.",
        impact="That reader sees events late, then reconnects and reads the log; others are not affected.",
        diagnosis=(("Over all readers?", "ws_send_queue_messages"),),
        mitigation=("If it is many readers, the machine's network is full.", "If it is one program, tell its owner."),
        case=Case(
            {'ws_send_queue_largest_messages{job="nova",instance="a:3000"}': (2, 501)},
            edge={'ws_send_queue_largest_messages{job="nova",instance="a:3000"}': (2, 500)},
            labels={"job": "nova", "instance": "a:3000"},
            value="501",
        ),
    ),
)
