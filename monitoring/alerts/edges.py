"""Alerts about browsers, the prober, the machine, and the monitoring itself."""

from monitoring.model import Alert, Case, Levels, histogram

_I = 'job="nova",instance="a:3000"'
_P = 'job="nova-prober",instance="a:9105"'
_N = 'job="node",instance="a:9100"'
_DISK = f'{_N},device="/dev/a",fstype="ext4",mountpoint="/"'


def _reports(result: str) -> str:
    return f'nova_frontend_reports_total{{{_I},result="{result}"}}'


def _disk(good: float, bad: float) -> dict[str, Levels]:
    return {
        f"node_filesystem_avail_bytes{{{_DISK}}}": (good, bad),
        f"node_filesystem_size_bytes{{{_DISK}}}": (1000, 1000),
    }


_AVAILABLE = (
    'node_filesystem_avail_bytes{fstype!~"tmpfs|devtmpfs|ramfs|overlay|squashfs|iso9660|udf|erofs|cramfs|romfs|autofs|'
    'fuse|fuse[.].*"}'
)
"""Room on disks; not on what holds no disk of its own or is full by nature."""


def _of_devices(expr: str) -> str:
    """Return one figure for each device that can be written, however often it is mounted."""
    writable = f"({expr}) unless on (job, instance, device, mountpoint) node_filesystem_readonly == 1"
    return f"min by (job, instance, device) ({writable})"


EDGES = (
    Alert(
        name="NovaProbeFailing",
        component="probe",
        severity="critical",
        expr='sum by (job) (increase(nova_probe_failures_total{job="nova-prober"}[5m])) > {threshold} and '
        'sum by (job) (increase(nova_probe_success_total{job="nova-prober"}[3m])) == 0 '
        # An outage has its own page, and the probe needs a moment afterwards: one fault is one page.
        "unless on () min_over_time(job:up:sum[5m]) == 0",
        threshold=2,
        hold="1m",
        summary="A message cannot be sent through Nova",
        description="The prober failed {value} times within five minutes and never succeeded.",
        meaning="Messages between two accounts, sent from outside the process, do not arrive, though Nova answered "
        "Prometheus during the last five minutes (else NovaAllInstancesDown fires).",
        impact="Users get what the prober gets: no messages.",
        diagnosis=(("At which stage?", "sum by (stage) (increase(nova_probe_failures_total[5m]))"),),
        mitigation=(
            "login: accounts or the API; connect: the socket or the proxy; send: the database; receive: the fan-out.",
            "The prober's log names the cause.",
        ),
        case=Case(
            {f"nova_probe_success_total{{{_P}}}": (2, 0), f'nova_probe_failures_total{{{_P},stage="send"}}': (0, 1)},
            edge={
                f"nova_probe_success_total{{{_P}}}": (2, 0),
                f'nova_probe_failures_total{{{_P},stage="send"}}': (0, 0.39),
            },
            labels={"job": "nova-prober"},
            value="5",
        ),
    ),
    Alert(
        name="NovaProbeStale",
        component="probe",
        severity="warning",
        expr='up{job="nova-prober"} == 1 unless on (job, instance) '
        'time() - nova_probe_last_success_timestamp_seconds{job="nova-prober"} < {threshold} '
        'unless on (job) sum by (job) (increase(nova_probe_failures_total{job="nova-prober"}[5m])) > 2',
        threshold=300,
        summary="The prober hangs",
        description="{instance} answers, but has made no round trip for ten minutes.",
        meaning="Neither successes nor failures: the prober waits for something, or never began.",
        impact="Delivery is not measured. NovaProbeFailing cannot fire.",
        diagnosis=(
            ("When was the last round trip?", "time() - nova_probe_last_success_timestamp_seconds"),
            ("Does it fail?", "sum by (stage) (increase(nova_probe_failures_total[5m]))"),
        ),
        mitigation=("Restart the prober and keep its log.", "Send a message yourself."),
        case=Case(
            {
                f"up{{{_P}}}": (1, 1),
                f"nova_probe_last_success_timestamp_seconds{{{_P}}}": "0+60x30 1260+60x58 5400+60x150",
                f'nova_probe_failures_total{{{_P},stage="send"}}': (0, 0),
            },
            edge={
                f"up{{{_P}}}": (1, 1),
                f"nova_probe_last_success_timestamp_seconds{{{_P}}}": "0+60x30 1570+60x58 5400+60x150",
            },
            labels={"job": "nova-prober", "instance": "a:9105"},
        ),
    ),
    Alert(
        name="NovaProbeSlow",
        component="probe",
        severity="warning",
        expr='histogram_quantile(0.95, sum by (job, le) (rate(nova_probe_roundtrip_seconds_bucket{job="nova-prober"}[10m]))) > {threshold}',
        threshold=2,
        hold="10m",
        shows="humanizeDuration",
        summary="The prober's messages arrive late",
        description="The prober's round trips take {value}.",
        meaning="From sending to receiving, from outside; usually some milliseconds.",
        impact="Conversations feel slow.",
        diagnosis=(("Is storing slow?", "job:nova_message_ack_latency_seconds:p95_rate5m"),),
        mitigation=("See NovaAckLatencyHigh and NovaDeliveryLatencyHigh.",),
        case=Case(
            histogram("nova_probe_roundtrip_seconds", _P, 0.01, 5, per_minute=2),
            edge=histogram("nova_probe_roundtrip_seconds", _P, 0.01, 2, per_minute=2),
            labels={"job": "nova-prober"},
            value="4.85s",
        ),
    ),
    Alert(
        name="NovaFrontendErrorRate",
        component="frontend",
        severity="warning",
        expr='sum by (job) (rate(nova_frontend_errors_total{job="nova"}[10m])) * 60 > {threshold} * clamp_min(job:ws_connections_active:sum, 10)',
        threshold=0.5,
        hold="10m",
        dashboard="browser",
        summary="Users see many errors",
        description="Pages report {value} errors a minute.",
        meaning="More errors a minute than half the open sockets, and at least five.",
        impact="Users see error notices all the time.",
        diagnosis=(
            ("Which kinds?", "sum by (kind) (rate(nova_frontend_errors_total[10m])) * 60"),
            ("In which browsers?", "sum by (browser) (rate(nova_frontend_errors_total[10m])) * 60"),
        ),
        mitigation=(
            "UNKNOWN: pages themselves fail; after an update, go back to the previous version.",
            "NETWORK_ERROR, TIMEOUT: the network between users and Nova.",
            "SERVER_ERROR: see NovaApiErrorRateHigh.",
        ),
        case=Case(
            {
                f'nova_frontend_errors_total{{{_I},browser="chrome",kind="UNKNOWN"}}': (0, 6),
                f"ws_connections_active{{{_I}}}": (2, 2),
            },
            edge={
                f'nova_frontend_errors_total{{{_I},browser="chrome",kind="UNKNOWN"}}': (0, 4.9),
                f"ws_connections_active{{{_I}}}": (2, 2),
            },
            labels={"job": "nova"},
            value="6",
        ),
    ),
    Alert(
        name="NovaFrontendSlow",
        component="frontend",
        severity="info",
        expr='histogram_quantile(0.75, sum by (job, le) (rate(nova_frontend_web_vital_seconds_bucket{job="nova",vital="lcp"}[1h]))) > {threshold} and on (job) '
        'sum by (job) (increase(nova_frontend_web_vital_seconds_bucket{job="nova",vital="lcp",le="+Inf"}[1h])) > 20',
        threshold=2.5,
        hold="30m",
        shows="humanizeDuration",
        dashboard="browser",
        summary="Pages load slowly",
        description="A quarter of page loads take longer than {value} until their main content is shown.",
        meaning="Largest contentful paint, above the 2.5 s that count as good.",
        impact="Users wait at each visit.",
        diagnosis=(
            (
                "Is it the server?",
                'histogram_quantile(0.75, sum by (le) (rate(nova_frontend_web_vital_seconds_bucket{vital="ttfb"}[1h])))',
            ),
        ),
        mitigation=(
            "If the first byte is late, see NovaApiLatencyHigh.",
            "If not, the network is slow: let the proxy compress and cache /assets.",
        ),
        case=Case(
            histogram("nova_frontend_web_vital_seconds", f'{_I},vital="lcp"', 1, 4),
            edge=histogram("nova_frontend_web_vital_seconds", f'{_I},vital="lcp"', 1, 2.5),
            labels={"job": "nova"},
            value="3.625s",
            bad_minutes=150,
        ),
    ),
    Alert(
        name="NovaFrontendReportsDropped",
        component="frontend",
        severity="info",
        expr='sum by (job) (rate(nova_frontend_reports_total{job="nova",result!="accepted"}[30m])) / '
        '(sum by (job) (rate(nova_frontend_reports_total{job="nova"}[30m])) > 0) > {threshold} and '
        'sum by (job) (increase(nova_frontend_reports_total{job="nova"}[30m])) > 20',
        threshold=0.2,
        hold="30m",
        shows="humanizePercentage",
        dashboard="browser",
        summary="Pages' reports are refused",
        description="{value} of the reports of pages are refused.",
        meaning="Pages and server have different versions, or a client sends invalid reports.",
        impact="The browser's figures are incomplete.",
        diagnosis=(("Why?", "sum by (result) (rate(nova_frontend_reports_total[30m]))"),),
        mitigation=("invalid after an update: old tabs; they are asked to reload.",),
        case=Case(
            {_reports("accepted"): (10, 6), _reports("invalid"): (0, 4)},
            edge={_reports("accepted"): (10, 8.1), _reports("invalid"): (0, 1.9)},
            labels={"job": "nova"},
            value="40%",
            bad_minutes=120,
        ),
    ),
    Alert(
        name="HostDiskFillingUp",
        component="host",
        severity="warning",
        expr=f"{_of_devices(f'{_AVAILABLE} / node_filesystem_size_bytes')} < {{threshold}} and "
        f"{_of_devices(f'predict_linear({_AVAILABLE}[6h], 86400)')} < 0",
        threshold=0.2,
        hold="30m",
        shows="humanizePercentage",
        dashboard="host",
        summary="A disk will be full within a day",
        description="{device} on {instance} has {value} left and shrinks.",
        meaning="At the pace of the last six hours the disk is full tomorrow.",
        impact="None yet; see NovaDatabaseFull for what comes.",
        diagnosis=(("Since when?", "node_filesystem_avail_bytes"),),
        mitigation=(
            "Look for what grows: `du -x --max-depth=2 / | sort -n`.",
            "Prometheus' own size is bounded by its retention size.",
        ),
        case=None,
    ),
    Alert(
        name="HostDiskAlmostFull",
        component="host",
        severity="critical",
        expr=f"{_of_devices(f'{_AVAILABLE} / node_filesystem_size_bytes')} < {{threshold}}",
        threshold=0.05,
        shows="humanizePercentage",
        dashboard="host",
        summary="A disk is almost full",
        description="{device} on {instance} has {value} left.",
        meaning="Less than 5 % of the disk is free. What is full by nature (images, read-only and network mounts of users) is not "
        "counted, and a device that is mounted twice counts once.",
        impact="Nova stops storing when nothing is left.",
        diagnosis=(("How much is left?", "node_filesystem_avail_bytes"),),
        mitigation=("Make room now; see NovaDatabaseFull.",),
        case=Case(
            _disk(500, 40),
            edge=_disk(500, 51),
            labels={"job": "node", "instance": "a:9100", "device": "/dev/a"},
            value="4%",
        ),
    ),
    Alert(
        name="HostMemoryLow",
        component="host",
        severity="warning",
        expr="node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes < {threshold}",
        threshold=0.1,
        hold="10m",
        shows="humanizePercentage",
        dashboard="host",
        summary="A machine runs out of memory",
        description="{instance} has {value} of its memory left.",
        meaning="Less than 10 % is available.",
        impact="The system will end a process, perhaps Nova.",
        diagnosis=(("Is it Nova?", 'process_resident_memory_bytes{job="nova"}'),),
        mitigation=("Find what uses it; add memory.",),
        case=Case(
            {f"node_memory_MemAvailable_bytes{{{_N}}}": (500, 50), f"node_memory_MemTotal_bytes{{{_N}}}": (1000, 1000)},
            edge={
                f"node_memory_MemAvailable_bytes{{{_N}}}": (500, 101),
                f"node_memory_MemTotal_bytes{{{_N}}}": (1000, 1000),
            },
            labels={"job": "node", "instance": "a:9100"},
            value="5%",
        ),
    ),
)
