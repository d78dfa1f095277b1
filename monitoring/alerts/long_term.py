"""Figures on their way to where they are kept for longer; an overlay."""

from monitoring.model import Alert, Case

_P = 'job="prometheus",instance="a:9090"'
_QUEUE = f'{_P},remote_name="x",url="http://long-term/"'

LONG_TERM = (
    Alert(
        name="PrometheusRemoteWriteBehind",
        component="monitoring",
        severity="warning",
        expr='max_over_time(prometheus_remote_storage_highest_timestamp_in_seconds{job="prometheus"}[5m]) - on (job, instance) '
        "group_right max_over_time(prometheus_remote_storage_queue_highest_sent_timestamp_seconds"
        '{job="prometheus"}[5m]) > {threshold}',
        threshold=300,
        hold="15m",
        shows="humanizeDuration",
        dashboard="monitoring",
        summary="Long-term storage lags",
        description="{instance} sends to {url} with a lag of {value}.",
        meaning="The store does not answer, or takes less than is sent.",
        impact="None at first: Prometheus keeps two hours for it. After that there is a gap in the long figures.",
        diagnosis=(
            ("Are samples refused?", "rate(prometheus_remote_storage_samples_failed_total[5m])"),
            ("Are they tried again?", "rate(prometheus_remote_storage_samples_retried_total[5m])"),
        ),
        mitigation=("Is the store up, and is there room on its disk?", "Prometheus' log names its answer."),
        case=Case(
            {
                f"prometheus_remote_storage_highest_timestamp_in_seconds{{{_P}}}": "0+60x240",
                f"prometheus_remote_storage_queue_highest_sent_timestamp_seconds{{{_QUEUE}}}": "0+60x30 1800x60 5400+60x150",
            },
            labels={"job": "prometheus", "instance": "a:9090", "remote_name": "x", "url": "http://long-term/"},
            value="59m 0s",
        ),
    ),
)
