"""The connection's data says what the contract says."""

from hypothesis import given
from hypothesis import strategies as st

from nova_app.components.banners import BANNERS
from nova_app.protocol.reconnect_policy import EDGES, HIDDEN, STATE_LABELS, STATES, VISIBLE
from tests.wire.machine import TRACES, Machine, random_events, render

CONTRACT_EDGES = """
DISCONNECTED→CONNECTING, RECONNECTING, FAILED, CLOSED · CONNECTING→CONNECTED, DISCONNECTED, FAILED, CLOSED ·
CONNECTED→DISCONNECTED, FAILED, CLOSED · RECONNECTING→CONNECTED, DISCONNECTED, FAILED, CLOSED ·
FAILED→RECONNECTING, CLOSED · CLOSED→CONNECTING
"""


LOST = {"", "offline", "network", "timeout", "server_down", "restarting"}
REASONS = {
    "DISCONNECTED": LOST,
    "RECONNECTING": LOST,
    "CONNECTING": {""},
    "CONNECTED": {"", "synced"},
    "FAILED": {"exhausted", "outdated", "protocol"},
    "CLOSED": {"signed_out", "replaced", "forbidden"},
}
"""The reasons that the contract's table knows."""


def test_the_edges_are_those_of_the_contract():
    edges = {}
    for part in CONTRACT_EDGES.replace("\n", " ").split("·"):
        source, targets = part.strip().split("→")
        edges[source] = [target.strip() for target in targets.split(",")]

    assert {state: list(targets) for state, targets in EDGES.items()} == edges
    assert set(STATES) == set(edges)


def test_every_state_has_a_word_for_every_reason():
    assert set(STATE_LABELS) == set(STATES)
    assert all("" in words for words in STATE_LABELS.values())


def test_the_policy_never_connects_at_once_and_never_waits_long():
    assert VISIBLE.floor_ms > 0
    assert (VISIBLE.cap_ms, VISIBLE.tries) == (15_000, 0)


def test_the_hidden_policy_gives_up_after_ten_tries_of_about_half_an_hour():
    longest = sum(min(HIDDEN.cap_ms, HIDDEN.base_ms * 2**n) + HIDDEN.floor_ms for n in range(HIDDEN.tries))

    assert HIDDEN.tries == 10
    assert 29 * 60_000 < longest < 31 * 60_000


def test_every_end_of_the_connection_has_a_banner():
    ends = {reason for state in ("FAILED", "CLOSED") for reason in STATE_LABELS[state] if reason}

    assert ends <= set(BANNERS)
    assert {banner.action for banner in BANNERS.values()} == {"", "retry", "sign_in", "use_here", "reload"}


def test_the_golden_traces_are_what_the_rules_say():
    assert TRACES.read_text(encoding="utf-8") == render(), "run 'python -m tests.wire.machine'"


@given(st.integers(0, 10**9))
def test_no_run_of_events_takes_an_illegal_step_or_ends_in_silence(seed):
    machine = Machine()
    for event in random_events(seed):
        machine.apply(event)  # asserts that each step is an edge of the contract
        model = machine.model
        assert not (model.synced and model.state != "CONNECTED")
        assert model.reason in REASONS[model.state], f"{model.state} {model.reason!r}"
        if model.state == "FAILED" and model.reason != "outdated":
            assert model.next_retry_at is not None, "FAILED is never a dead end"
