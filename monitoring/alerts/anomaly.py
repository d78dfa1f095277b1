"""Hours that are not like the same hour of other weeks; an overlay that needs three weeks of figures.

No threshold fits both night and noon. What is usual is the middle of the same hour of the last
three weeks, so that one odd week changes nothing; how far away is usual is measured in spreads:
that of the last week's hour, or a tenth of what is usual where that was too even to be true.
"""

from monitoring.model import Alert

FIGURES = {
    "messages": "job:nova_messages_accepted:rate5m",
    "sockets": "job:ws_connections_active:sum",
    "requests": "job:http_requests:rate5m",
}
"""What is compared, by its display name."""
WEEKS = {"1": "6d23h30m", "2": "13d23h30m", "3": "20d23h30m"}
"""The hour around this moment, so many weeks ago: its end lies half an hour after."""
EVEN, FLOOR = 0.1, 0.05
NOW, USUAL, EXPECTED = (
    "job_figure:nova_traffic:now",
    "job_figure_week:nova_traffic:avg1h",
    "job_figure:nova_traffic:expected",
)
SPREAD, SCORE = "job_figure:nova_traffic:spread", "job_figure:nova_traffic:z_score"


def _labelled(expr: str, label: str, value: str) -> str:
    return f'label_replace({expr}, "{label}", "{value}", "", "")'


RECORDS = {
    NOW: " or ".join(_labelled(expr, "figure", name) for name, expr in FIGURES.items()),
    USUAL: " or ".join(
        _labelled(f"avg_over_time({NOW}[1h] offset {offset})", "week", week) for week, offset in WEEKS.items()
    ),
    EXPECTED: f"quantile by (job, figure) (0.5, {USUAL}) and on (job, figure) "
    f"(count by (job, figure) ({USUAL}) == {len(WEEKS)})",
    SPREAD: f"clamp_min((stddev_over_time({NOW}[1h] offset {WEEKS['1']}) > on (job, figure) {EVEN} * {EXPECTED}) "
    f"or on (job, figure) {EVEN} * {EXPECTED}, {FLOOR})",
    SCORE: f"(avg_over_time({NOW}[10m]) - on (job, figure) {EXPECTED}) / on (job, figure) {SPREAD}",
}

_COURSE = ("What is usual now, and what is?", f"{EXPECTED} or {NOW}")
_SHARED = {
    "component": "app",
    "severity": "info",
    "hold": "15m",
    "dashboard": "business",
    "diagnosis": (_COURSE, ("How much does it differ usually?", SPREAD)),
    "case": None,
}
ANOMALY = (
    Alert(
        name="NovaTrafficUnusuallyLow",
        expr=f"{SCORE} < {{threshold}}",
        threshold=-4,
        summary="Activity is far below the usual level for this hour",
        description="The figure {figure} is {value} spreads away from the same hour of the last three weeks.",
        meaning="The usual level is the median of three weeks; a spread is how much that hour varied.",
        impact="Perhaps a holiday. Or users cannot reach Nova for a reason that Nova itself cannot see.",
        mitigation=("Is it a holiday?", "Open Nova from where the users are: name service, proxy, network."),
        **_SHARED,
    ),
    Alert(
        name="NovaTrafficUnusuallyHigh",
        expr=f"{SCORE} > {{threshold}}",
        threshold=4,
        summary="Activity is far above the usual level for this hour",
        description="The figure {figure} is {value} spreads away from the same hour of the last three weeks.",
        meaning="The usual level is the median of three weeks; a spread is how much that hour varied.",
        impact="None yet. A program that sends too much, or more users: check the capacity.",
        mitigation=("Who sends so much? NovaRateLimitingHigh names the limit.", "See the dashboard host for room."),
        **_SHARED,
    ),
)
