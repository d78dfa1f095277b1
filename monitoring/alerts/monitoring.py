"""Alerts about the monitoring itself."""

from monitoring.model import Alert, Case

_P = 'job="prometheus",instance="a:9090"'

MONITORING = (
    Alert(
        name="TargetDown",
        component="monitoring",
        severity="warning",
        expr='up{job!="nova"} == 0',
        hold="5m",
        dashboard="monitoring",
        summary="A monitored target does not answer",
        description="{instance} of the job {job} does not answer.",
        meaning="An exporter, the prober or a part of the monitoring is down.",
        impact="What it measures is not known; alerts about it cannot fire.",
        diagnosis=(("Which?", "up == 0"),),
        mitigation=("Start it again, or take it out of the targets file if it is gone for good.",),
        case=Case({'up{job="node",instance="a:9100"}': (1, 0)}, labels={"job": "node", "instance": "a:9100"}),
    ),
    Alert(
        name="PrometheusNotConnectedToAlertmanager",
        component="monitoring",
        severity="warning",
        expr='prometheus_notifications_alertmanagers_discovered{job="prometheus"} < {threshold}',
        threshold=1,
        hold="10m",
        dashboard="monitoring",
        summary="Prometheus has no Alertmanager",
        description="{instance} has no Alertmanager to send alerts to.",
        meaning="Discovery of Alertmanager returned nothing.",
        impact="No alert is delivered. Only the external dead man's switch notices.",
        diagnosis=(("Since when?", "prometheus_notifications_alertmanagers_discovered"),),
        mitigation=("Look at alerting: in prometheus.yml and whether Alertmanager runs.",),
        case=Case(
            {'prometheus_notifications_alertmanagers_discovered{job="prometheus",instance="a:9090"}': (1, 0)},
            labels={"job": "prometheus", "instance": "a:9090"},
        ),
    ),
    Alert(
        name="PrometheusRuleFailures",
        component="monitoring",
        severity="critical",
        expr='increase(prometheus_rule_evaluation_failures_total{job="prometheus"}[5m]) > {threshold}',
        threshold=0,
        dashboard="monitoring",
        summary="Rules cannot be evaluated",
        description="{value} evaluations of {rule_group} failed within five minutes.",
        meaning="A rule is broken, or Prometheus has no time.",
        impact="Alerts of that group may be missing.",
        diagnosis=(("Which group?", "increase(prometheus_rule_evaluation_failures_total[5m])"),),
        mitigation=("Prometheus' log and its rules page name the error.", "`promtool check rules` before a change."),
        case=Case(
            {'prometheus_rule_evaluation_failures_total{job="prometheus",instance="a:9090",rule_group="x"}': (0, 1)},
            labels={"job": "prometheus", "instance": "a:9090", "rule_group": "x"},
            value="5",
        ),
    ),
    Alert(
        name="PrometheusConfigReloadFailed",
        component="monitoring",
        severity="warning",
        expr='prometheus_config_last_reload_successful{job="prometheus"} < {threshold}',
        threshold=1,
        dashboard="monitoring",
        summary="Prometheus runs with old settings",
        description="{instance} could not read its configuration.",
        meaning="The file on disk is invalid; the previous configuration stays active.",
        impact="After a restart Prometheus will not start.",
        diagnosis=(("Since when?", "prometheus_config_last_reload_success_timestamp_seconds"),),
        mitigation=("`promtool check config prometheus.yml` names the line number.",),
        case=Case(
            {'prometheus_config_last_reload_successful{job="prometheus",instance="a:9090"}': (1, 0)},
            labels={"job": "prometheus", "instance": "a:9090"},
        ),
    ),
    Alert(
        name="PrometheusOutgrowsItsCap",
        component="monitoring",
        severity="warning",
        expr='sum by (job, instance) (rate(prometheus_tsdb_head_samples_appended_total{job="prometheus"}[6h])) * 2592000 '
        '* (rate(prometheus_tsdb_compaction_chunk_size_bytes_sum{job="prometheus"}[1d]) '
        '/ (rate(prometheus_tsdb_compaction_chunk_samples_sum{job="prometheus"}[1d]) > 0)) '
        '/ (prometheus_tsdb_retention_limit_bytes{job="prometheus"} > 0) > {threshold}',
        threshold=0.8,
        hold="1h",
        shows="humanizePercentage",
        dashboard="monitoring",
        summary="30 days of figures will not fit",
        description="At this rate 30 days take {value} of the size that Prometheus on {instance} may have.",
        meaning="Samples a second times bytes a sample of what was written to the disk, against the cap of size.",
        impact="Beyond the cap the oldest days are deleted; objectives over 30 days would be over fewer.",
        diagnosis=(
            ("Which job has so many?", "topk(10, sum by (job) (scrape_samples_post_metric_relabeling))"),
            ("Does it grow?", "prometheus_tsdb_head_series"),
        ),
        mitigation=(
            "See NovaSeriesBudgetExceeded where Nova exceeds its budget.",
            "Raise NOVA_PROMETHEUS_MAX_SIZE, or take the overlay for cost: docs/prometheus-monitoring.md.",
        ),
        case=Case(
            {
                f"prometheus_tsdb_head_samples_appended_total{{{_P}}}": (12_000, 120_000),
                f"prometheus_tsdb_compaction_chunk_size_bytes_sum{{{_P}}}": (18_000, 180_000),
                f"prometheus_tsdb_compaction_chunk_samples_sum{{{_P}}}": (12_000, 120_000),
                f"prometheus_tsdb_retention_limit_bytes{{{_P}}}": (5_000_000_000, 5_000_000_000),
            },
            edge={
                f"prometheus_tsdb_head_samples_appended_total{{{_P}}}": (12_000, 61_000),
                f"prometheus_tsdb_compaction_chunk_size_bytes_sum{{{_P}}}": (18_000, 91_500),
                f"prometheus_tsdb_compaction_chunk_samples_sum{{{_P}}}": (12_000, 61_000),
                f"prometheus_tsdb_retention_limit_bytes{{{_P}}}": (5_000_000_000, 5_000_000_000),
            },
            labels={"job": "prometheus", "instance": "a:9090"},
            value="130.9%",
            bad_minutes=300,
            calm_minutes=260,
        ),
    ),
    Alert(
        name="AlertmanagerNotificationsFailing",
        component="monitoring",
        severity="critical",
        expr='sum by (job, instance, integration) (increase(alertmanager_notifications_failed_total{job="alertmanager"}[10m])) > {threshold}',
        threshold=1,
        hold="5m",
        dashboard="monitoring",
        summary="Notifications are not delivered",
        description="{value} notifications to {integration} failed within ten minutes.",
        meaning="Slack or PagerDuty refuses, or the secret's file is missing.",
        impact="Operators are not notified of alerts. This one uses the other channel.",
        diagnosis=(("Which way?", "sum by (integration) (increase(alertmanager_notifications_failed_total[10m]))"),),
        mitigation=(
            "Alertmanager's log names the answer.",
            "Check that the files in secrets/ exist and hold one line.",
        ),
        case=Case(
            {
                'alertmanager_notifications_failed_total{job="alertmanager",instance="a:9093",integration="slack"}': (
                    0,
                    0.2,
                )
            },
            edge={
                'alertmanager_notifications_failed_total{job="alertmanager",instance="a:9093",integration="slack"}': (
                    0,
                    0.09,
                )
            },
            labels={"job": "alertmanager", "instance": "a:9093", "integration": "slack"},
            value="2",
        ),
    ),
    Alert(
        name="Watchdog",
        component="monitoring",
        severity="none",
        expr="vector(1)",
        hold="0m",
        dashboard="monitoring",
        summary="The alerting pipeline works",
        description="This alert always fires; an external service notices when it stops.",
        meaning="It proves the path from Prometheus through Alertmanager. It goes to an external dead man's switch.",
        impact="None while it fires. When it stops, no alert is delivered.",
        diagnosis=(("Is it evaluated?", 'ALERTS{alertname="Watchdog"}'),),
        mitigation=("When the switch calls: look at Prometheus and Alertmanager first.",),
        case=None,
    ),
)
