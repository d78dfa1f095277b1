"""API, search, uploads, conversations, accounts and the database."""

from monitoring.model import Alert, Case, histogram

_I = 'job="nova",instance="a:3000"'
_ROUTE = f'{_I},method="GET",route="/api/v1/search"'


def _requests(status: str) -> str:
    return f'http_requests_total{{{_ROUTE},status="{status}"}}'


def _searches(result: str) -> str:
    return f'nova_search_requests_total{{{_I},index_type="fts_words",result="{result}"}}'


def _creations(result: str) -> str:
    return f'nova_conversation_creations_total{{{_I},type="group",result="{result}"}}'


def _uploads(result: str) -> str:
    return f'nova_uploads_total{{{_I},result="{result}"}}'


def _logins(result: str) -> str:
    return f'nova_logins_total{{{_I},result="{result}"}}'


_DB = ("Is the database the cause?", "sum by (type) (rate(nova_db_errors_total[5m]))")

SERVICES = (
    Alert(
        name="NovaApiErrorRateHigh",
        component="api",
        severity="critical",
        expr="job:http_requests:error_ratio_rate5m > {threshold} and job:http_requests:rate5m > 0.2",
        threshold=0.05,
        shows="humanizePercentage",
        dashboard="api",
        summary="The API fails",
        description="{value} of requests end with a 5xx.",
        meaning="Nova itself failed to answer, or could not store.",
        impact="Pages show notices with Retry; reading and searching fail.",
        diagnosis=(("Which routes?", 'sum by (route) (rate(http_requests_total{status="5xx"}[5m]))'), _DB),
        mitigation=(
            "The log has each failure with the request id that people see.",
            "503: storage or a restart; 500: a fault worth a report.",
        ),
        case=Case(
            {_requests("2xx"): (60, 54), _requests("5xx"): (0, 6)},
            edge={_requests("2xx"): (60, 57.2), _requests("5xx"): (0, 2.8)},
            labels={"job": "nova"},
            value="10%",
        ),
    ),
    Alert(
        name="NovaApiLatencyHigh",
        component="api",
        severity="warning",
        expr='job_route:http_request_duration_seconds:p95_rate5m{route!~".*uploads.*"} > {threshold} and on (job, route) '
        'sum by (job, route) (rate(http_request_duration_seconds_count{job="nova"}[5m])) > 0.05',
        threshold=1,
        hold="10m",
        shows="humanizeDuration",
        dashboard="api",
        summary="A route is slow",
        description="One request in twenty to {route} takes longer than {value}.",
        meaning="Uploads are left out: their time is that of the sender's line.",
        impact="Pages load slowly.",
        diagnosis=(
            (
                "How slow are reads?",
                'histogram_quantile(0.95, sum by (le) (rate(nova_db_query_duration_seconds_bucket{operation="read"}[5m])))',
            ),
        ),
        mitigation=(
            "Sign-in and registration hash passwords: many at once wait for each other.",
            "See NovaEventLoopBlocked and NovaDatabaseSlow.",
        ),
        case=Case(
            {
                **histogram("http_request_duration_seconds", _ROUTE, 0.01, 2),
                f"http_request_duration_seconds_count{{{_ROUTE}}}": (60, 60),
            },
            edge={
                **histogram("http_request_duration_seconds", _ROUTE, 0.01, 1),
                f"http_request_duration_seconds_count{{{_ROUTE}}}": (60, 60),
            },
            labels={"job": "nova", "route": "/api/v1/search"},
            value="1.95s",
        ),
    ),
    Alert(
        name="NovaSearchSlow",
        component="search",
        severity="warning",
        expr="job_index_type:nova_search_duration_seconds:p95_rate5m > {threshold}",
        threshold=2,
        shows="humanizeDuration",
        dashboard="search",
        summary="Searching is slow",
        description="One search in twenty by the index {index_type} takes longer than {value}.",
        meaning="A search over a million messages usually takes some milliseconds.",
        impact="Results come late while people type.",
        diagnosis=(
            (
                "Is every read slow?",
                'histogram_quantile(0.95, sum by (le) (rate(nova_db_query_duration_seconds_bucket{operation="read"}[5m])))',
            ),
        ),
        mitigation=(
            "See NovaDatabaseSlow.",
            "If only search is slow, somebody looks for very frequent words often: NOVA_SEARCHES_PER_MINUTE.",
        ),
        case=Case(
            histogram("nova_search_duration_seconds", f'{_I},index_type="fts_words"', 0.01, 5),
            edge=histogram("nova_search_duration_seconds", f'{_I},index_type="fts_words"', 0.01, 2),
            labels={"job": "nova", "index_type": "fts_words"},
            value="4.85s",
        ),
    ),
    Alert(
        name="NovaSearchErrors",
        component="search",
        severity="warning",
        expr='sum by (job) (rate(nova_search_requests_total{job="nova",result="error"}[10m])) / '
        '(sum by (job) (rate(nova_search_requests_total{job="nova"}[10m])) > 0) > {threshold} and '
        'sum by (job) (increase(nova_search_requests_total{job="nova"}[10m])) > 10',
        threshold=0.05,
        hold="10m",
        shows="humanizePercentage",
        dashboard="search",
        summary="Searches fail",
        description="{value} of searches fail.",
        meaning="The index could not be read.",
        impact="People see a notice with Retry instead of results.",
        diagnosis=(_DB,),
        mitigation=("See NovaDatabaseLocked.",),
        case=Case(
            {_searches("ok"): (10, 9), _searches("error"): (0, 1)},
            edge={_searches("ok"): (10, 9.6), _searches("error"): (0, 0.4)},
            labels={"job": "nova"},
            value="10%",
        ),
    ),
    Alert(
        name="NovaConversationCreationFailing",
        component="api",
        severity="warning",
        expr="job:nova_conversation_creations:success_ratio_rate15m < {threshold} and "
        'sum by (job) (increase(nova_conversation_creations_total{job="nova"}[15m])) > 3',
        threshold=0.95,
        hold="10m",
        shows="humanizePercentage",
        dashboard="api",
        summary="Conversations cannot be started",
        description="Only {value} of attempts to start a conversation succeed.",
        meaning="Attempts that people got wrong themselves do not count.",
        impact="People cannot begin new conversations.",
        diagnosis=(_DB,),
        mitigation=("See NovaDatabaseLocked.",),
        case=Case(
            {_creations("success"): (2, 1), _creations("error"): (0, 1)},
            edge={_creations("success"): (2, 1.96), _creations("error"): (0, 0.04)},
            labels={"job": "nova"},
            value="50%",
        ),
    ),
    Alert(
        name="NovaUploadErrors",
        component="api",
        severity="warning",
        expr='sum by (job) (increase(nova_uploads_total{job="nova",result="error"}[15m])) > {threshold}',
        threshold=5,
        dashboard="api",
        summary="Files cannot be stored",
        description="{value} files failed within 15 minutes.",
        meaning="Nova could not write or check files; what people got wrong does not count.",
        impact="Files stay at Retry in the pages; texts and other files are not touched.",
        diagnosis=(("Is the disk full?", 'node_filesystem_avail_bytes{fstype!~"tmpfs|overlay"}'),),
        mitigation=("Make room in NOVA_DATA_DIR.", "Check that the process may write to uploads/ below it."),
        case=Case({_uploads("error"): (0, 1)}, edge={_uploads("error"): (0, 0.3)}, labels={"job": "nova"}, value="15"),
    ),
    Alert(
        name="NovaNoMessages",
        component="delivery",
        severity="warning",
        expr='sum by (job) (increase(nova_messages_accepted_total{job="nova"}[30m])) == 0 and job:ws_connections_active:sum > {threshold}',
        threshold=20,
        hold="15m",
        dashboard="messaging",
        summary="Nobody writes",
        description="No message was stored within half an hour, with many people there.",
        meaning="More than 20 sockets are open and nothing is stored.",
        impact="At night that may be true; in the day messages probably do not get through.",
        diagnosis=(("Do messages arrive?", 'sum(rate(ws_messages_received_total{type="message"}[5m]))'), _DB),
        mitigation=("Send a message yourself.", "See NovaProbeFailing: the prober does just that."),
        case=Case(
            {
                f'nova_messages_accepted_total{{{_I},conversation_type="group"}}': (5, 0),
                f"ws_connections_active{{{_I}}}": (30, 30),
            },
            edge={
                f'nova_messages_accepted_total{{{_I},conversation_type="group"}}': (5, 0),
                f"ws_connections_active{{{_I}}}": (20, 20),
            },
            labels={"job": "nova"},
        ),
    ),
    Alert(
        name="NovaLoginFailuresSpike",
        component="api",
        severity="warning",
        expr='sum by (job) (rate(nova_logins_total{job="nova",result=~"bad_credentials|rate_limited"}[10m])) / '
        '(sum by (job) (rate(nova_logins_total{job="nova"}[10m])) > 0) > {threshold} and '
        'sum by (job) (increase(nova_logins_total{job="nova"}[10m])) > 20',
        threshold=0.5,
        hold="10m",
        shows="humanizePercentage",
        dashboard="api",
        summary="Many sign-ins fail",
        description="{value} of sign-ins fail.",
        meaning="More than half of at least 20 sign-ins in ten minutes were wrong or too many.",
        impact="Somebody guesses passwords, or a program has an old one. Attempts are limited per account and address.",
        diagnosis=(("Which results?", "sum by (result) (increase(nova_logins_total[10m]))"),),
        mitigation=("The proxy's log names the address; block it there.",),
        case=Case(
            {_logins("success"): (5, 2), _logins("bad_credentials"): (0, 6)},
            edge={_logins("success"): (5, 5), _logins("bad_credentials"): (0, 4.9)},
            labels={"job": "nova"},
            value="75%",
        ),
    ),
    Alert(
        name="NovaRateLimitingHigh",
        component="api",
        severity="info",
        expr='sum by (job, scope) (rate(nova_rate_limited_total{job="nova"}[10m])) * 60 > {threshold}',
        threshold=30,
        hold="10m",
        dashboard="api",
        summary="Somebody is slowed down much",
        description="{value} times a minute somebody is too fast at {scope}.",
        meaning="A program, or a limit that is too tight for how people work here.",
        impact="Their messages wait a little; nothing fails.",
        diagnosis=(("At what?", "sum by (scope) (rate(nova_rate_limited_total[10m])) * 60"),),
        mitigation=("Talk to the program's owner, or raise the limit: docs/reference/settings.md names each.",),
        case=Case(
            {f'nova_rate_limited_total{{{_I},scope="send"}}': (0, 60)},
            edge={f'nova_rate_limited_total{{{_I},scope="send"}}': (0, 29)},
            labels={"job": "nova", "scope": "send"},
            value="60",
        ),
    ),
    Alert(
        name="NovaDatabaseLocked",
        component="database",
        severity="warning",
        expr='sum by (job, instance) (increase(nova_db_errors_total{job="nova",type="locked"}[10m])) > {threshold}',
        threshold=2,
        hold="1m",
        dashboard="messaging",
        summary="The database is locked by somebody else",
        description="{instance} could not get at the database {value} times within ten minutes.",
        meaning="Another program holds SQLite's write lock for more than five seconds at a time.",
        impact="Messages are refused and wait in the browsers; reading goes on.",
        diagnosis=(("Since when?", 'increase(nova_db_errors_total{type="locked"}[10m])'),),
        mitigation=(
            "Find the program: `fuser data/nova.db` or `lsof data/nova.db`. Often a backup or an open shell.",
            "Make backups by `sqlite3 nova.db '.backup …'` or `VACUUM INTO`, never by holding a transaction open.",
        ),
        case=Case(
            {f'nova_db_errors_total{{{_I},type="locked"}}': (0, 0.5)},
            edge={f'nova_db_errors_total{{{_I},type="locked"}}': (0, 0.19)},
            labels={"job": "nova", "instance": "a:3000"},
            value="5",
        ),
    ),
    Alert(
        name="NovaDatabaseFull",
        component="database",
        severity="critical",
        expr='sum by (job, instance) (increase(nova_db_errors_total{job="nova",type="full"}[10m])) > {threshold}',
        threshold=0,
        hold="0m",
        dashboard="messaging",
        summary="The database's disk is full",
        description="{instance} could not store {value} times: no room.",
        meaning="SQLite reported a full disk.",
        impact="Nothing can be written. What people write waits in their browsers.",
        diagnosis=(
            ("How much room is there?", 'node_filesystem_avail_bytes{fstype!~"tmpfs|overlay"}'),
            ("How large is the database?", "nova_db_size_bytes"),
        ),
        mitigation=(
            "Make room on the disk of NOVA_DATA_DIR; Nova goes on by itself.",
            "Files of posts are in uploads/; the quota is NOVA_UPLOAD_QUOTA_MB.",
        ),
        case=Case(
            {f'nova_db_errors_total{{{_I},type="full"}}': (0, 0.5)},
            labels={"job": "nova", "instance": "a:3000"},
            value="5",
        ),
    ),
    Alert(
        name="NovaDatabaseSlow",
        component="database",
        severity="warning",
        expr='histogram_quantile(0.95, sum by (job, instance, operation, le) (rate(nova_db_query_duration_seconds_bucket{job="nova"}[5m]))) > {threshold}',
        threshold=0.5,
        hold="10m",
        shows="humanizeDuration",
        dashboard="messaging",
        summary="The database is slow",
        description="On {instance} one {operation} in twenty takes longer than {value}.",
        meaning="A commit syncs the disk; a read usually takes less than a millisecond.",
        impact="Rows stay at Sending, pages load slowly.",
        diagnosis=(
            ("Is the disk busy?", "rate(node_disk_io_time_seconds_total[5m])"),
            ("Do commits grow?", "rate(nova_db_commit_size_sum[5m]) / rate(nova_db_commit_size_count[5m])"),
        ),
        mitigation=(
            "Another program on the same disk? Move one of them.",
            "A network file system is no place for SQLite.",
        ),
        case=Case(
            histogram("nova_db_query_duration_seconds", f'{_I},operation="commit"', 0.005, 1.0),
            edge=histogram("nova_db_query_duration_seconds", f'{_I},operation="commit"', 0.005, 0.5),
            labels={"job": "nova", "instance": "a:3000", "operation": "commit"},
            value="975ms",
        ),
    ),
    Alert(
        name="NovaWritesWaiting",
        component="database",
        severity="warning",
        expr='nova_db_writes_waiting{job="nova"} > {threshold}',
        threshold=5000,
        hold="2m",
        dashboard="messaging",
        summary="Writes pile up",
        description="On {instance} {value} writes wait for their commit.",
        meaning="More comes than the disk takes; at 50,000 new messages are refused at once.",
        impact="Acks come late.",
        diagnosis=(
            (
                "How long do commits take?",
                'histogram_quantile(0.95, sum by (le) (rate(nova_db_query_duration_seconds_bucket{operation="commit"}[5m])))',
            ),
        ),
        mitigation=("See NovaDatabaseSlow.", "Who sends so much? NOVA_SEND_RATE bounds an account."),
        case=Case(
            {f"nova_db_writes_waiting{{{_I}}}": (3, 5001)},
            edge={f"nova_db_writes_waiting{{{_I}}}": (3, 5000)},
            labels={"job": "nova", "instance": "a:3000"},
            value="5.001k",
        ),
    ),
    Alert(
        name="NovaDbPoolExhausted",
        component="database",
        severity="warning",
        expr='nova_db_pool_connections{job="nova",state="in_use"} / ignoring (state) nova_db_pool_max_connections{job="nova"} > {threshold}',
        threshold=0.9,
        shows="humanizePercentage",
        dashboard="api",
        summary="All readers of the database are busy",
        description="{value} of the read connections of {instance} are in use at every look.",
        meaning="Reads take long or come in masses.",
        impact="Reading waits.",
        diagnosis=(
            (
                "How long do reads take?",
                'histogram_quantile(0.95, sum by (le) (rate(nova_db_query_duration_seconds_bucket{operation="read"}[5m])))',
            ),
        ),
        mitigation=("See NovaDatabaseSlow and NovaSearchSlow.",),
        case=Case(
            {
                f'nova_db_pool_connections{{{_I},state="in_use"}}': (0, 4),
                f"nova_db_pool_max_connections{{{_I}}}": (4, 4),
            },
            edge={
                f'nova_db_pool_connections{{{_I},state="in_use"}}': (0, 3),
                f"nova_db_pool_max_connections{{{_I}}}": (4, 4),
            },
            labels={"job": "nova", "instance": "a:3000"},
            value="100%",
        ),
    ),
)
