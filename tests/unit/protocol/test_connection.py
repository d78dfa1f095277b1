"""The connection's data says what the contract says."""

from pathlib import Path

from nova_app.protocol.browser import render_codes
from nova_app.protocol.connection import EDGES, POLICY, STATES, WORDS

CONTRACT_EDGES = """
DISCONNECTED→CONNECTING, RECONNECTING, FAILED, CLOSED · CONNECTING→CONNECTED, DISCONNECTED, FAILED, CLOSED ·
CONNECTED→DISCONNECTED, FAILED, CLOSED · RECONNECTING→CONNECTED, DISCONNECTED, FAILED, CLOSED ·
FAILED→RECONNECTING, CLOSED · CLOSED→CONNECTING
"""


def test_the_edges_are_those_of_the_contract():
    edges = {}
    for part in CONTRACT_EDGES.replace("\n", " ").split("·"):
        source, targets = part.strip().split("→")
        edges[source] = [target.strip() for target in targets.split(",")]

    assert {state: list(targets) for state, targets in EDGES.items()} == edges
    assert set(STATES) == set(edges)


def test_every_state_has_a_word_for_every_reason():
    assert set(WORDS) == set(STATES)
    assert all("" in words for words in WORDS.values())


def test_the_policy_never_dials_at_once_and_never_waits_long():
    assert POLICY.floor_ms > 0
    assert POLICY.cap_ms == 15_000


def test_the_generated_file_is_fresh():
    assert Path("assets/nova/codes.js").read_text(encoding="utf-8") == render_codes()
