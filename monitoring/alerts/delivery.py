"""Messages on their way: delivery, latency, and the queue of what leaves the process."""

from monitoring.model import Alert, Case, at_least, histogram

_OK = 'nova_message_deliveries_total{job="nova",instance="a:3000",outcome="delivered"}'
_LOST = 'nova_message_deliveries_total{job="nova",instance="a:3000",outcome="failed"}'
_WHY = ("Why?", "sum by (reason) (rate(nova_message_delivery_failures_total[5m]))")
_ENDS = ("How do sockets end?", "sum by (reason) (rate(ws_disconnections_total[5m]))")
_QUEUE = 'nova_queue_messages{{job="nova",instance="a:3000",queue="webhook",state="{}"}}'.format
_STATES = ("What waits?", "max by (queue, state) (nova_queue_messages)")
_RESULTS = ("Does anything arrive?", "sum by (queue, result) (rate(nova_queue_processed_total[5m]))")
_LOOK = "`nova deliveries list --all` names targets and their last errors."
_REPLAY = "When the target is well again: `nova deliveries replay`. A receiver knows a repeat by its webhook-id."

DELIVERY = (
    Alert(
        name="NovaDeliveryFailureCritical",
        component="delivery",
        severity="critical",
        expr="job:nova_message_deliveries:failure_ratio_rate5m > {threshold} and job:nova_message_deliveries:rate5m > 0.2",
        threshold=0.10,
        hold="2m",
        keep="2m",
        shows="humanizePercentage",
        dashboard="messaging",
        summary="More than 10 % of deliveries fail",
        description="{value} of deliveries to open sockets fail.",
        meaning="Events are queued for readers whose connection ends before they are written.",
        impact="These readers see the messages only after they have reconnected; nothing is lost.",
        diagnosis=(_WHY, _ENDS),
        mitigation=(
            "timeout: readers do not read; check the network between Nova and them.",
            "connection_lost: the proxy in front drops connections.",
            "storage: the log cannot be read; see NovaDatabaseLocked.",
        ),
        case=Case(
            {_OK: (60, 45), _LOST: (0, 15)},
            edge={_OK: (60, 54.2), _LOST: (0, 5.8)},
            labels={"job": "nova"},
            value="25%",
        ),
    ),
    Alert(
        name="NovaDeliveryFailureHigh",
        component="delivery",
        severity="warning",
        expr="job:nova_message_deliveries:failure_ratio_rate5m > {threshold} and job:nova_message_deliveries:rate5m > 0.2",
        threshold=0.02,
        hold="10m",
        keep="15m",
        shows="humanizePercentage",
        dashboard="messaging",
        summary="More than 2 % of deliveries fail",
        description="{value} of deliveries to open sockets fail.",
        meaning="As NovaDeliveryFailureCritical, with a lower threshold.",
        impact="Some users see messages only after a reconnect.",
        diagnosis=(_WHY, _ENDS),
        mitigation=("Follow NovaDeliveryFailureCritical; there is more time.",),
        case=Case(
            {_OK: (60, 57), _LOST: (0, 3)}, edge={_OK: (60, 58.9), _LOST: (0, 1.1)}, labels={"job": "nova"}, value="5%"
        ),
    ),
    Alert(
        name="NovaDeliveryLatencyHigh",
        component="delivery",
        severity="warning",
        expr='job_path:nova_message_delivery_latency_seconds:p95_rate5m{path="live"} > {threshold} and on (job, path) '
        + at_least("nova_message_delivery_latency_seconds", "job, path", "5m"),
        threshold=1,
        hold="10m",
        shows="humanizeDuration",
        dashboard="messaging",
        summary="Messages arrive late",
        description="One live delivery in twenty takes longer than {value}.",
        meaning="From the commit to the writing on the reader's socket: usually some milliseconds.",
        impact="Conversations feel slow.",
        diagnosis=(
            ("Is the event loop late?", "job_instance:nova_event_loop_lag_seconds:p99_rate5m"),
            (
                "Is fan-out slow?",
                "histogram_quantile(0.95, sum by (le) (rate(ws_broadcast_duration_seconds_bucket[5m])))",
            ),
        ),
        mitigation=("See NovaEventLoopBlocked.", "Very large groups with many open tabs: add a process."),
        case=Case(
            histogram("nova_message_delivery_latency_seconds", 'job="nova",instance="a:3000",path="live"', 0.01, 2),
            edge=histogram(
                "nova_message_delivery_latency_seconds", 'job="nova",instance="a:3000",path="live"', 0.01, 1
            ),
            labels={"job": "nova", "path": "live"},
            value="1.95s",
        ),
    ),
    Alert(
        name="NovaAckLatencyHigh",
        component="delivery",
        severity="warning",
        expr="job:nova_message_ack_latency_seconds:p95_rate5m > {threshold} and on (job) "
        + at_least("nova_message_ack_latency_seconds", "job", "5m"),
        threshold=1,
        hold="10m",
        shows="humanizeDuration",
        dashboard="messaging",
        summary="Messages are stored slowly",
        description="One acknowledgement in twenty takes longer than {value}.",
        meaning="From the arrival of a message to the ack, with the commit in between.",
        impact="Rows stay at Sending.",
        diagnosis=(
            (
                "Is the disk slow?",
                'histogram_quantile(0.95, sum by (le) (rate(nova_db_query_duration_seconds_bucket{operation="commit"}[5m])))',
            ),
            ("Do many writes wait?", "nova_db_writes_waiting"),
        ),
        mitigation=("See NovaDatabaseSlow.",),
        case=Case(
            histogram("nova_message_ack_latency_seconds", 'job="nova",instance="a:3000"', 0.01, 2),
            edge=histogram("nova_message_ack_latency_seconds", 'job="nova",instance="a:3000"', 0.01, 1),
            labels={"job": "nova"},
            value="1.95s",
        ),
    ),
    Alert(
        name="NovaFailedQueueLarge",
        component="queue",
        severity="critical",
        expr='sum by (job, queue) (job_queue_state:nova_queue_messages:max{state="failed"}) > {threshold}',
        threshold=500,
        dashboard="messaging",
        summary="Many deliveries failed permanently",
        description="{value} deliveries of the queue {queue} wait for an operator.",
        meaning="They were tried as often as NOVA_WEBHOOK_ATTEMPTS allows.",
        impact="Webhook targets did not get these messages; users did.",
        diagnosis=(_STATES, _RESULTS),
        mitigation=(_LOOK, "Tell the owner of the target, or remove the webhook.", _REPLAY),
        case=Case(
            {_QUEUE("failed"): (0, 501)},
            edge={_QUEUE("failed"): (0, 500)},
            labels={"job": "nova", "queue": "webhook"},
            value="501",
        ),
    ),
    Alert(
        name="NovaQueueBacklog",
        component="queue",
        severity="warning",
        expr='sum by (job, queue) (job_queue_state:nova_queue_messages:max{state=~"pending|retry"}) > {threshold}',
        threshold=1000,
        dashboard="messaging",
        summary="The delivery queue grows",
        description="{value} deliveries of the queue {queue} wait.",
        meaning="More is queued than targets take, or a target is down and everything waits for its next try.",
        impact="Webhook targets get messages late.",
        diagnosis=(
            _STATES,
            _RESULTS,
            (
                "How long do attempts take?",
                "histogram_quantile(0.95, sum by (queue, le) (rate(nova_queue_attempt_duration_seconds_bucket[5m])))",
            ),
        ),
        mitigation=(
            _LOOK,
            "A slow target: its owner must make it faster; deliveries to one target are made one by one.",
        ),
        case=Case(
            {_QUEUE("pending"): (0, 600), _QUEUE("retry"): (0, 401)},
            edge={_QUEUE("pending"): (0, 600), _QUEUE("retry"): (0, 400)},
            labels={"job": "nova", "queue": "webhook"},
            value="1.001k",
        ),
    ),
    Alert(
        name="NovaQueueStuck",
        component="queue",
        severity="critical",
        expr='sum by (job, queue) (job_queue_state:nova_queue_messages:max{state="pending"}) > {threshold} and on (job, queue) '
        'sum by (job, queue) (rate(nova_queue_processed_total{job="nova"}[5m])) == 0',
        threshold=0,
        hold="10m",
        dashboard="messaging",
        summary="The delivery queue is stuck",
        description="{value} deliveries of the queue {queue} wait and none is tried.",
        meaning="The worker does not take what is due.",
        impact="Webhook targets get nothing.",
        diagnosis=(
            ("Does the worker run?", 'time() - nova_task_last_success_timestamp_seconds{task="deliver_webhooks"}'),
            _STATES,
        ),
        mitigation=(
            "Look for deliver_webhooks in the log.",
            "Restart Nova: what was held is due again after two minutes.",
        ),
        case=Case(
            {
                _QUEUE("pending"): (0, 5),
                'nova_queue_processed_total{job="nova",instance="a:3000",queue="webhook",result="ok"}': (5, 0),
            },
            edge={
                _QUEUE("pending"): (0, 5),
                'nova_queue_processed_total{job="nova",instance="a:3000",queue="webhook",result="ok"}': (5, 1),
            },
            labels={"job": "nova", "queue": "webhook"},
            value="5",
        ),
    ),
    Alert(
        name="NovaQueueGrowing",
        component="queue",
        severity="info",
        expr='sum by (job, queue) (predict_linear(job_queue_state:nova_queue_messages:max{state=~"pending|retry"}[30m], 3600)) '
        '> {threshold} and sum by (job, queue) (deriv(job_queue_state:nova_queue_messages:max{state=~"pending|retry"}[30m])) > 0',
        threshold=1000,
        hold="15m",
        dashboard="messaging",
        summary="The delivery queue will be long within an hour",
        description="At this pace {value} deliveries of the queue {queue} will wait in an hour.",
        meaning="The number of waiting deliveries has been growing for half an hour.",
        impact="None yet.",
        diagnosis=(_STATES, _RESULTS),
        mitigation=(_LOOK,),
        case=None,
    ),
    *(
        Alert(
            name=f"NovaDeliveryErrorBudgetBurn{name}",
            component="delivery",
            severity=severity,
            expr=f"job:nova_message_deliveries:failure_ratio_rate{long} > {{threshold}} and "
            f"job:nova_message_deliveries:failure_ratio_rate{short} > {{threshold}} and "
            f'sum by (job) (increase(nova_message_deliveries_total{{job="nova",outcome="failed"}}[{long}])) > 10',
            threshold=factor * 0.005,
            hold=hold,
            shows="humanizePercentage",
            dashboard="overview",
            summary=f"The delivery objective is being used up {factor:g} times too fast",
            description=f"{{value}} of deliveries failed within {long}; the objective allows 0.5 % over 30 days.",
            meaning=f"At this pace the month's allowance is gone in {30 / factor:.3g} days. Both {long} and the last "
            f"{short} are above {factor:g} times the allowed ratio, with more than ten failures: of few deliveries at night, "
            "one is a large part.",
            impact="Readers see messages late more often than the objective allows. A database that is younger than the long "
            "window is sensitive: a single incident weighs more.",
            diagnosis=(_WHY, ("How much is left?", "1 - job:nova_message_deliveries:failure_ratio_rate3d / 0.005")),
            mitigation=("Follow NovaDeliveryFailureCritical.", "Put off risky changes until the ratio is back."),
            case=case,
        )
        for name, severity, long, short, factor, hold, case in (
            (
                "Fastest",
                "critical",
                "1h",
                "5m",
                14.4,
                "2m",
                Case(
                    {_OK: (60, 52.8), _LOST: (0, 7.2)},
                    edge={_OK: (60, 56), _LOST: (0, 4)},
                    labels={"job": "nova"},
                    value="12%",
                ),
            ),
            (
                "Fast",
                "critical",
                "6h",
                "30m",
                6,
                "15m",
                Case(
                    {_OK: (60, 57), _LOST: (0, 3)},
                    edge={_OK: (60, 58.5), _LOST: (0, 1.5)},
                    labels={"job": "nova"},
                    value="4%",
                    quiet_minutes=60,
                    bad_minutes=240,
                    calm_minutes=120,
                ),
            ),
            (
                "Slow",
                "warning",
                "1d",
                "2h",
                3,
                "1h",
                Case(
                    {_OK: (60, 58.8), _LOST: (0, 1.2)},
                    edge={_OK: (60, 59.2), _LOST: (0, 0.8)},
                    labels={"job": "nova"},
                    value="1.714%",
                    quiet_minutes=60,
                    bad_minutes=360,
                    calm_minutes=240,
                ),
            ),
            (
                "Slowest",
                "warning",
                "3d",
                "6h",
                1,
                "3h",
                Case(
                    {_OK: (60, 59.4), _LOST: (0, 0.6)},
                    edge={_OK: (60, 59.75), _LOST: (0, 0.25)},
                    labels={"job": "nova"},
                    value="0.8571%",
                    quiet_minutes=60,
                    bad_minutes=360,
                    calm_minutes=600,
                ),
            ),
        )
    ),
)
