"""What is read from the figures of the comparison: medians, ratios of rounds, goals, and the page that shows them."""

import pytest

from benchmarks.side_by_side import goals, page, table
from benchmarks.side_by_side.goals import GOALS, Goal, Verdict, judge
from benchmarks.side_by_side.peers.base import Layout
from benchmarks.side_by_side.results import KEPT, Results, read


def run_of(**rounds):
    """A run in which works have these figures: ``work={peer: [value of a round, …]}``."""
    results = Results(about={})
    for work, peers in rounds.items():
        for peer, values in peers.items():
            for value in values:
                results.add(work, peer, {"messages_per_second": value, "storm_seconds": value})
    return results


def test_a_ratio_is_of_the_same_round():
    # Each round Nova is twice as fast, whatever the machine does; the medians' ratio would be 3.
    results = run_of(room={"nova": [20, 600, 60], "ceiling": [10, 300, 20]})
    assert results.ratio("room", "messages_per_second", "nova", to="ceiling") == 2
    assert results.find("room", "nova", "messages_per_second") == 60


def test_a_figure_that_was_not_measured_is_none():
    results = run_of(room={"nova": [20]})
    assert results.find("room", "ejabberd", "messages_per_second") is None
    assert results.ratio("room", "messages_per_second", "nova", to="ejabberd") is None


@pytest.mark.parametrize(
    ("is_floor", "value", "words"),
    [
        (True, 12.0, "met"),
        (True, 10.0, "missed by 20 %"),
        (False, 12.0, "met"),
        (False, 15.0, "missed by 25 %"),
        (True, None, "not measured"),
    ],
)
def test_a_goal_says_by_how_much_it_was_missed(is_floor, value, words):
    verdict = Verdict(Goal("room", "messages_per_second", 12, is_floor=is_floor), "", value)
    assert verdict.missed_by == words
    assert verdict.is_met == (words == "met")


def test_a_goal_takes_the_first_peer_that_was_measured():
    results = run_of(storm={"nova": [1.0], "socketio-bun": [4.0]})
    (verdict,) = [found for found in judge(results) if found.goal.work == "storm"]
    assert (verdict.peer, verdict.value, verdict.is_met) == ("socketio-bun", 0.25, True)


def test_every_goal_has_its_words_and_every_peer_its_title():
    assert {goal.work for goal in GOALS} <= table.WORKS.keys()
    assert {goal.figure for goal in GOALS} <= table.FIGURES.keys()
    assert {peer for goal in goals.GOALS for peer in goal.peers} <= table.TITLES.keys()


def test_the_first_members_of_each_room_send():
    seats = list(Layout(rooms=2, members=3, senders=1).seats())
    assert seats == [(0, True), (0, False), (0, False), (1, True), (1, False), (1, False)]


def test_what_is_absent_is_a_line_of_the_table():
    results = run_of(room={"nova": [20]})
    results.absent = {"ejabberd": "not installed", "bun/storm": "only 3 of 4 sockets got in"}
    lines = "\n".join(table.version_table(results))
    assert "| ejabberd, MUC + MAM (SQLite) | not measured: not installed |" in lines
    assert "| Bun + bun:sqlite, storm | not measured: only 3 of 4 sockets got in |" in lines


def test_the_page_shows_the_kept_run():
    text = page.PAGE.read_text(encoding="utf-8")
    assert text == page.written(text, read(KEPT)), "run 'python -m benchmarks.side_by_side.page'"
