"""Why sockets and their operations end."""

import pytest

from nova_app.observability.catalogue import DISCONNECTIONS, WS_ERRORS
from nova_app.realtime.metric_labels import LEFT_ON_PURPOSE, cut_off_cause, end_reason


@pytest.mark.parametrize("code", [1000, 1001, 1005])
def test_what_a_client_that_left_no_longer_waits_for_has_not_failed(code):
    assert cut_off_cause(end_reason(None, code)) == ""


@pytest.mark.parametrize("code", [None, 1006, 1002, 4000])
def test_what_a_broken_connection_cut_off_has_failed(code):
    assert cut_off_cause(end_reason(None, code)) == "connection_lost"


@pytest.mark.parametrize("end", DISCONNECTIONS)
def test_every_end_has_one_verdict(end):
    cause = cut_off_cause(end)
    assert (cause == "") == (end in LEFT_ON_PURPOSE)
    assert cause in {"", *WS_ERRORS}
