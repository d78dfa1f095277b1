"""Many sessions behind one address come back at once; guesses do not."""

import pytest

from nova_app.api import strangers
from nova_app.api.strangers import Strangers
from nova_app.protocol.credentials import COOKIE
from nova_app.protocol.gate import RequestHead, credentials_of
from nova_app.services.cost_table import Budget, allowances

ADDRESS = "192.0.2.1"


@pytest.fixture
def doorkeeper(settings, monkeypatch):
    monkeypatch.setattr(strangers, "LOOKUPS_BURST", 5.0)
    return Strangers(allowances(settings)[Budget.STRANGERS], resolve=None, seconds=lambda: 0.0)


def a_head(number):
    headers = [("cookie", f"{COOKIE}=session-{number}")]
    return RequestHead("GET", "/api/v1/socket", headers, peer=ADDRESS, is_socket=True)


def let_in(doorkeeper, numbers, *, are_valid):
    admitted = 0
    for number in numbers:
        head = a_head(number)
        if doorkeeper.judge_now(head, ADDRESS) is None:
            admitted += 1
            if are_valid:
                doorkeeper.prove(credentials_of(head), ADDRESS)
    return admitted


def test_sessions_that_are_found_valid_cost_their_address_nothing(doorkeeper):
    assert let_in(doorkeeper, range(1_000), are_valid=True) == 1_000
    assert let_in(doorkeeper, range(1_000), are_valid=True) == 1_000, "they are remembered"


def test_sessions_that_are_not_valid_soon_count_as_none(doorkeeper, settings):
    first = let_in(doorkeeper, range(1_000), are_valid=False)

    assert first < 100
    assert let_in(doorkeeper, range(1_000, 1_100), are_valid=False) == 0
