"""Deadlines of all sockets, checked by one timer."""

from nova_app.realtime.deadlines import Deadlines


def test_what_has_passed_is_called_once_and_earliest_first():
    deadlines, called = Deadlines(), []
    deadlines.set("b", "stall", 2.0, lambda: called.append("b"))
    deadlines.set("a", "stall", 1.0, lambda: called.append("a"))
    deadlines.set("a", "close", 9.0, lambda: called.append("late"))

    deadlines.check(0.5)
    assert called == []
    deadlines.check(2.0)
    deadlines.check(2.0)

    assert called == ["a", "b"]
    assert len(deadlines) == 1


def test_a_newer_deadline_takes_the_place_of_the_older():
    deadlines, called = Deadlines(), []
    deadlines.set("a", "stall", 1.0, lambda: called.append("old"))
    deadlines.set("a", "stall", 3.0, lambda: called.append("new"))

    deadlines.check(2.0)
    deadlines.check(3.0)

    assert called == ["new"]


def test_what_is_cleared_is_not_called_not_even_by_another():
    deadlines, called = Deadlines(), []
    deadlines.set("a", "stall", 1.0, lambda: deadlines.clear("b", "stall"))
    deadlines.set("b", "stall", 2.0, lambda: called.append("b"))
    deadlines.clear("c", "stall")

    deadlines.check(5.0)

    assert called == []
    assert len(deadlines) == 0
