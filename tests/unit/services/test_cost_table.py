"""Every action and frame has a row in the table of costs, and every limit a sentence with a time."""

import re
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nova_app.api.app import list_routes
from nova_app.domain.durations import in_words
from nova_app.domain.errors import ERRORS, ErrorKind, Refused
from nova_app.protocol import frames
from nova_app.services.budgets import Budgets
from nova_app.services.cost_table import ACTIONS, FRAMES, UNREADABLE, Allowance, Budget, allowances, cost_of_frame
from nova_app.settings import Settings

ALLOWED = allowances(Settings())


def test_every_route_has_a_row_and_every_row_a_route():
    routes = {f"{method} {template}" for method, template in list_routes()}
    assert set(ACTIONS) == routes, "add a row to services/cost_table.py"


def test_every_frame_of_a_client_has_a_row_and_every_row_a_frame():
    kinds = {kind.__struct_config__.tag for kind in get_args(frames.ClientFrame)}
    assert set(FRAMES) - {UNREADABLE} == kinds, "add a row to services/cost_table.py"


def test_every_budget_has_an_allowance_and_is_charged_by_some_row():
    charged = {budget for cost in (*ACTIONS.values(), *FRAMES.values()) for budget in (cost.budget, *cost.own)}
    assert set(ALLOWED) == set(Budget) == charged


@pytest.mark.parametrize("budget", list(Budget))
def test_a_limit_names_the_time_when_it_goes_on(budget):
    allowed = ALLOWED[budget]
    refusal = allowed.refusal(75)
    assert "2 minutes" in refusal.text
    assert re.fullmatch(r"[A-Z][^{}]+\.", refusal.text)
    assert refusal.retry_after_seconds == 75
    assert ERRORS[allowed.code].kind is ErrorKind.RATE_LIMITED
    assert refusal.retryable


@pytest.mark.parametrize("budget", list(Budget))
def test_the_dearest_action_fits_into_its_budget(budget):
    units = [cost.units for cost in (*ACTIONS.values(), *FRAMES.values()) if cost.budget is budget]
    assert max(units, default=0) <= ALLOWED[budget].burst


def test_a_frame_costs_by_its_size_as_well():
    assert cost_of_frame("ping", 0) == 1
    assert cost_of_frame(UNREADABLE, 60_000) > 30


def a_set(rate=1.0, burst=3.0):
    now = [0.0]
    allowed = {
        budget: Allowance(rate, 1, burst, ALLOWED[budget].code, "Try again in {time}.")
        for budget in (Budget.READS, Budget.WRITES, Budget.FRAMES)
    }
    refused = []
    return Budgets(allowed, on_refused=refused.append, seconds=lambda: now[0]), now, refused


def test_one_accounts_budget_is_not_anothers_and_one_budget_is_not_the_next():
    budgets, now, refused = a_set()
    budgets.spend("ada", Budget.READS, 3)
    with pytest.raises(Refused) as refusal:
        budgets.spend("ada", Budget.READS)
    assert refusal.value.text == "Try again in 1 second."
    assert refused == [Budget.READS]
    budgets.spend("ada", Budget.WRITES)
    budgets.spend("ben", Budget.READS)
    now[0] = 1.0
    budgets.spend("ada", Budget.READS)


def test_a_repeat_is_refunded_but_never_more_than_there_was():
    budgets, _, _ = a_set()
    budgets.spend("ada", Budget.READS, 3)
    budgets.give_back("ada", Budget.READS, 3)
    budgets.give_back("ada", Budget.READS, 3)
    budgets.spend("ada", Budget.READS, 3)
    with pytest.raises(Refused):
        budgets.spend("ada", Budget.READS)


@given(st.lists(st.tuples(st.sampled_from(sorted(FRAMES)), st.integers(0, 65_536), st.floats(0, 2)), max_size=60))
def test_a_socket_that_waits_never_spends_more_than_its_rate(steps):
    budgets, now, _ = a_set(rate=10, burst=40)
    spent = 0.0
    for kind, size, pause in steps:
        now[0] += pause + budgets.charge_frame("ada", kind, size)
        spent += cost_of_frame(kind, size)
        longest = cost_of_frame(kind, size)
        assert spent <= 40 + 10 * now[0] + longest + 1e-6


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.2, "1 second"),
        (1, "1 second"),
        (59.1, "60 seconds"),
        (61, "2 minutes"),
        (3_601, "2 hours"),
        (90_000, "2 days"),
    ],
)
def test_a_wait_in_words_is_never_shorter_than_the_wait(seconds, words):
    assert in_words(seconds) == words


def test_a_dear_request_is_taken_once_and_waited_for_afterwards():
    budgets, now, _ = a_set()
    budgets.spend("ada", Budget.READS, 2)
    budgets.spend_into_debt("ada", Budget.READS, 10)
    with pytest.raises(Refused) as refusal:
        budgets.spend_into_debt("ada", Budget.READS, 1)
    assert refusal.value.retry_after_seconds == 10
    now[0] = 10.0
    budgets.spend_into_debt("ada", Budget.READS, 1)
