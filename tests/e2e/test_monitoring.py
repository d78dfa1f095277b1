"""The real thing: Nova, Prometheus and Alertmanager, faults, and what Slack and PagerDuty get to hear.

The configurations are those of a deployment; only intervals and windows are shorter.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import random
import re
import string
import subprocess

import httpx
import pytest

from monitoring.dashboards import DASHBOARDS
from monitoring.overlay import OVERLAYS
from monitoring.queries import names_used
from monitoring.stack import ROOT, find_program
from tests.e2e.alarms import (
    Ear,
    Program,
    ask,
    bad_frames,
    cut_sockets,
    dead_webhook,
    good_frames,
    killed_app,
    locked_database,
    read_acks,
    wait_until_quiet,
    watched,
)
from tests.e2e.conftest import ROOT as REPOSITORY
from tests.e2e.conftest import server_of_file
from tests.processes import free_port, until
from tests.series import read_page

QUICK = {
    **dict.fromkeys(("scrape_interval", "scrape_timeout", "evaluation_interval", "group_wait"), "1s"),
    **dict.fromkeys(("for", "keep_firing_for", "group_interval"), "2s"),
}
SHORT_SPANS = (
    (r"\[(3|5|15|30)m\]", "[15s]"),
    (r"\[10m\]", "[25s]"),  # a lock is noticed every five seconds
    (r"\[(1h|6h)\]", "[40s]"),
    (r"< 600\)", "< 5)"),  # how long a start is expected to show
)


def hurry(key, value):
    if key == "expr":
        for pattern, replacement in SHORT_SPANS:
            value = re.sub(pattern, replacement, value)
    return QUICK.get(key, value)


server = server_of_file(NOVA_WEBHOOK_NETWORKS="127.0.0.0/8")


@pytest.fixture(scope="module")
def received():
    return []


@pytest.fixture(scope="module")
def stack(tmp_path_factory, server, received):
    with watched(server, tmp_path_factory.mktemp("monitoring"), received, hurry=hurry) as stack:
        yield stack


@pytest.fixture
def program(server):
    """Makes programs that use the server."""
    with contextlib.ExitStack() as stack:

        def make(username):
            program = Program(server, username)
            stack.callback(program.http.close)
            return program

        yield make


def probes(stack):
    """What the prober counts, and the end of its log."""
    counted = ask(stack, '{__name__=~"nova_probe_(success|failures)_total"}')
    return f"{counted}\n{(stack.directory / 'probe.log').read_text()[-2_000:]}"


def test_every_configured_target_is_up(stack):
    def all_up():
        found = {row["metric"]["job"]: row["value"][1] for row in ask(stack, "up")}
        return found == dict.fromkeys(stack.targets, "1")

    def find_errors():
        targets = httpx.get(f"{stack.prometheus}/api/v1/targets?state=active").json()["data"]["activeTargets"]
        return [target["lastError"] for target in targets if target["lastError"]]

    until(all_up, "a full house")
    until(lambda: not find_errors(), "scrapes without errors", find_errors)  # one may time out on a busy machine


def test_the_prober_sees_messages_arrive(stack):
    until(lambda: ask(stack, "increase(nova_probe_success_total[25s]) > 3"), "round trips")
    assert ask(stack, "sum(nova_probe_failures_total)")[0]["value"][1] == "0"


def test_bad_frames_are_paged_resolved_and_paged_again(stack, server, program, received):
    user = program("flooder")
    summary = "More than 15 % of the messaging socket's operations fail"
    keys = []
    for _ in range(2):
        ear = Ear(received)
        with bad_frames(user):
            page = ear.page("trigger", summary)
            ear.slack(summary, "#nova-critical")
        with good_frames(user):
            ear.page("resolve", summary)
            ear.slack(f"Resolved: {summary}", "#nova-critical")
        keys.append(page["dedup_key"])
        assert page["links"][0]["href"].endswith("/runbooks/NovaWsErrorRateCritical.md")
    assert httpx.get(f"{server.origin}/runbooks/NovaWsErrorRateCritical.md").status_code == 200
    assert keys[0] == keys[1]


def test_a_webhook_that_does_not_answer_fills_the_queue(stack, program, received):
    user, ear = program("hooked"), Ear(received)
    with dead_webhook(user):
        ear.slack("The delivery queue grows", "#nova-warnings")
    ear.slack("Resolved: The delivery queue grows", "#nova-warnings")


@pytest.mark.expects("traceback")
def test_a_locked_database_is_paged_and_resolved_when_it_is_free(stack, program, received):
    user, ear = program("patient"), Ear(received)
    with locked_database(user):
        ear.slack("The database is locked by another program", "#nova-warnings")
    ear.slack("Resolved: The database is locked by another program", "#nova-warnings")


def test_sockets_that_are_cut_and_come_back_are_a_storm(stack, program, received):
    user, ear = program("restless"), Ear(received)
    with cut_sockets(user):
        ear.page("trigger", "Most clients reconnect")
    ear.page("resolve", "Most clients reconnect")


def test_every_panel_has_something_to_show(stack, program):
    user = program("busy")
    user.http.get("/search", params={"q": "hello"}).raise_for_status()
    user.http.post("/uploads", files={"file": ("a.txt", b"hello")}).raise_for_status()
    user.http.post("/telemetry", json=A_REPORT).raise_for_status()
    empty, rooms = {}, iter(range(20))

    def all_shown():
        user.http.post("/telemetry", json=A_REPORT)
        # A rate shows only what comes after the first scrape.
        for number in itertools.islice(rooms, 1):
            user.http.post("/conversations", json={"kind": "group", "title": f"Room {number}", "members": []})
        with user.socket() as socket:
            user.say(socket, "hello")
            read_acks(socket, 1)
        empty.clear()
        for uid, dashboard in DASHBOARDS.items():
            for panel in dashboard.panels:
                missing = [expr for expr, _ in panel.queries if not ask(stack, _in_grafana(expr))]
                if missing:
                    empty[f"{uid}: {panel.title}"] = missing
        return not empty

    try:
        until(all_shown, "something in every panel", seconds=120)
    except AssertionError:
        raise AssertionError(f"panels without data: {json.dumps(empty, indent=1)}") from None


def test_whatever_strangers_say_makes_no_series(stack, server, program):
    user, chance = program("stranger"), random.Random(3)

    def find_series():
        return set(read_page(httpx.get(f"{server.origin}/metrics").raise_for_status().text))

    before = find_series()
    for _ in range(60):
        word = "".join(chance.choices(string.ascii_letters + string.digits + '"{}\\é', k=40))
        page = {"errors": {word: 1}, "calls": [{"route": word, "status": word, "ms": 1}], "vitals": {word: 1}}
        user.http.get("/" + word)
        user.http.request("".join(chance.choices(string.ascii_uppercase, k=6)), "/conversations")
        user.http.get("/search", params={"q": word, "index": word})
        user.http.post("/telemetry", json={"page": page}, headers={"User-Agent": word.encode()})
    with user.socket(resume={"reason": "x" * 500, "gap_ms": 10**9}) as socket:
        socket.send(json.dumps({"type": "y" * 500}))
        socket.send('{"type":"ping","id":1}')
        socket.recv(timeout=10)

    assert find_series() == before


def test_every_series_that_is_named_is_live(stack):
    """After everything above was used: what rules, runbooks, panels and the documents name is there."""
    documents = [*(REPOSITORY / "docs").glob("**/*.md"), *(ROOT / "runbooks").glob("*.md"), REPOSITORY / "README.md"]
    pattern = re.compile(r"`((?:ws|nova|http)_\w+_(?:total|active|seconds|bytes|messages|info|users))(?=[`{])")
    written = {name for path in documents for name in pattern.findall(path.read_text())}
    families = {re.sub(r"_(bucket|sum|count)$", "", name) for name in names_used(is_bare=True)}

    def find_missing():
        live = set(httpx.get(f"{stack.prometheus}/api/v1/label/__name__/values").json()["data"])
        live |= {re.sub(r"_(bucket|sum|count)$", "", name) for name in live}
        return (written | families | names_used(is_bare=True)) - live

    assert len(written) > 50
    until(lambda: not find_missing(), "every series", find_missing, seconds=20)


A_REPORT = {
    "connection": {"round_trip_ms": 12, "oldest_queued_ms": 4_000},
    "page": {
        "errors": {"TIMEOUT": 1},
        "calls": [{"route": "search", "status": "2xx", "ms": 20}],
        "vitals": {"ttfb": 40, "fcp": 200, "lcp": 900, "inp": 50},
        "layout_shift": 0.02,
        "reconnects": 1,
        "roundtrips_ms": [30],
    },
}


def _in_grafana(expr):
    return expr.replace("$__rate_interval", "40s").replace("$job", ".+")


def test_every_query_of_runbooks_and_docs_can_be_asked(stack):
    for path in (*(ROOT / "runbooks").glob("*.md"), REPOSITORY / "docs" / "prometheus-monitoring.md"):
        for query in re.findall(r"```promql\n(.*?)```", path.read_text(), re.DOTALL):
            ask(stack, query.strip())


@contextlib.contextmanager
def long_term_store(directory):
    """A store that takes remote write: another Prometheus that watches nothing itself."""
    port = free_port()
    (directory / "store.yml").write_text("global: {}\n")
    process = subprocess.Popen(
        [
            find_program("prometheus"),
            f"--config.file={directory / 'store.yml'}",
            f"--storage.tsdb.path={directory / 'store'}",
            f"--web.listen-address=127.0.0.1:{port}",
            "--web.enable-remote-write-receiver",
        ],
        stderr=subprocess.DEVNULL,
    )
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(15)


def test_all_overlays_run_together_and_what_is_kept_for_longer_arrives(server, tmp_path):
    with (
        long_term_store(tmp_path) as store,
        watched(
            *(server, tmp_path / "stack", []),
            hurry=hurry,
            overlays=OVERLAYS,
            long_term_url=f"{store}/api/v1/write",
        ) as stack,
    ):

        def find_kept():
            answer = httpx.get(f"{store}/api/v1/query", params={"query": "{job='nova'}"}).json()
            return {row["metric"]["__name__"] for row in answer["data"]["result"]}

        def has_arrived():
            return {"up", "nova_users", "job:ws_connections_active:sum", "job:ws_operations:rate5m"} <= find_kept()

        until(has_arrived, "what rules computed")
        assert not {name for name in find_kept() if name.startswith(("ws_", "http_"))}, "counters are not worth years"
        until(lambda: len(ask(stack, "up == 1")) == len(stack.targets), "every target")
        share = "scrape_samples_post_metric_relabeling{job='%s'} / scrape_samples_scraped < %s"
        for job, most in (("nova", 0.8), ("node", 0.3)):
            # A scrape that takes too long on a busy machine has no samples.
            until(lambda query=share % (job, most): ask(stack, query), f"fewer series of {job}")
        wanted = {"nova-anomaly-recording", "nova-anomaly", "nova-long-term"}

        def find_health():
            groups = httpx.get(f"{stack.prometheus}/api/v1/rules").json()["data"]["groups"]
            assert wanted <= {group["name"] for group in groups}
            return {rule["health"] for group in groups for rule in group["rules"]}

        until(lambda: find_health() == {"ok"}, "rules that work", find_health)


def test_an_app_that_is_gone_is_paged_and_resolved_at_its_return(stack, program, received):
    wait_until_quiet(stack, received)
    user, ear = program("witness"), Ear(received)
    with killed_app(user):
        page = ear.page("trigger", "Nova is down")
        ear.slack("Nova is down", "#nova-critical")
        until(lambda: ask(stack, "sum(increase(nova_probe_failures_total[15s])) > 3"), "a failing prober")
        assert "## Mitigation" in httpx.get(page["links"][0]["href"]).text  # which Nova does not serve now
    ear.page("resolve", "Nova is down")
    until(lambda: ask(stack, "increase(nova_probe_success_total[15s]) > 3"), "round trips", lambda: probes(stack))
    assert ear.pages() == [("trigger", "Nova is down"), ("resolve", "Resolved: Nova is down")]
    assert "<no value>" not in str(received)
