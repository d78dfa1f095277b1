"""API, search, uploads, conversations and accounts."""

from monitoring.model import Alert, Case, at_least, histogram

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


def _without_probes(series: str) -> str:
    """Return the messages of half an hour without the prober's own, which would hide that no others are stored."""
    probes = "(sum (increase(nova_probe_success_total[30m])) or vector(0))"
    return f"(sum by (job) (increase({series}[30m])) - on () group_left () {probes})"


_STORED = _without_probes('nova_messages_accepted_total{job="nova"}')
_SENT = _without_probes('ws_messages_received_total{job="nova",type="message"}')
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
            "The log has each failure with the request id that users see.",
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
        meaning="Uploads are excluded: their time depends on the sender's network.",
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
        expr="job_index_type:nova_search_duration_seconds:p95_rate5m > {threshold} and on (job, index_type) "
        + at_least("nova_search_duration_seconds", "job, index_type", "5m"),
        threshold=2,
        shows="humanizeDuration",
        dashboard="search",
        summary="Searching is slow",
        description="One search in twenty by the index {index_type} takes longer than {value}.",
        meaning="A search over a million messages usually takes some milliseconds.",
        impact="Results come late while users type.",
        diagnosis=(
            (
                "Is every read slow?",
                'histogram_quantile(0.95, sum by (le) (rate(nova_db_query_duration_seconds_bucket{operation="read"}[5m])))',
            ),
        ),
        mitigation=(
            "See NovaDatabaseSlow.",
            "If only search is slow, a user searches for very frequent words often: NOVA_SEARCHES_PER_MINUTE.",
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
        impact="Users see a notice with Retry instead of results.",
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
        meaning="Attempts with invalid input do not count.",
        impact="Users cannot start new conversations.",
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
        meaning="Nova could not write or check files; invalid files do not count.",
        impact="Files show Retry in the pages; texts and other files are not affected.",
        diagnosis=(("Is the disk full?", 'node_filesystem_avail_bytes{fstype!~"tmpfs|overlay"}'),),
        mitigation=("Make room in NOVA_DATA_DIR.", "Check that the process may write to uploads/ below it."),
        case=Case({_uploads("error"): (0, 1)}, edge={_uploads("error"): (0, 0.3)}, labels={"job": "nova"}, value="15"),
    ),
    Alert(
        name="NovaNoMessages",
        component="delivery",
        severity="warning",
        # The prober's counters and Nova's are read at other moments: a difference of one is none.
        expr=f"{_STORED} < 1.5 and on (job) {_SENT} > {{threshold}}",
        threshold=5,
        hold="15m",
        dashboard="messaging",
        summary="Nothing that is sent is stored",
        description="No message was stored within half an hour, though pages sent some.",
        meaning="More than five messages arrived within half an hour and none was stored, the prober's left out of both. "
        "A quiet night does not trigger this.",
        impact="Messages are probably not stored; they wait in the browsers.",
        diagnosis=(("Do messages arrive?", 'sum(rate(ws_messages_received_total{type="message"}[5m]))'), _DB),
        mitigation=("Send a message yourself.", "See NovaProbeFailing: the prober does just that."),
        case=Case(
            {
                f'nova_messages_accepted_total{{{_I},conversation_type="group"}}': (5, 0),
                f'ws_messages_received_total{{{_I},type="message"}}': (5, 0.3),
            },
            edge={
                f'nova_messages_accepted_total{{{_I},conversation_type="group"}}': (5, 0),
                f'ws_messages_received_total{{{_I},type="message"}}': (5, 0.15),
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
        impact="An attacker guesses passwords, or a program has an old one. Attempts are limited per account and address.",
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
        summary="Rate limits refuse many requests",
        description="{value} requests a minute are refused at {scope}.",
        meaning="A program sends too fast, or a limit is too tight for normal use.",
        impact="Their messages are delayed a little; nothing fails.",
        diagnosis=(("At what?", "sum by (scope) (rate(nova_rate_limited_total[10m])) * 60"),),
        mitigation=("Talk to the program's owner, or raise the limit: docs/reference/settings.md names each.",),
        case=Case(
            {f'nova_rate_limited_total{{{_I},scope="send"}}': (0, 60)},
            edge={f'nova_rate_limited_total{{{_I},scope="send"}}': (0, 29)},
            labels={"job": "nova", "scope": "send"},
            value="60",
        ),
    ),
)
