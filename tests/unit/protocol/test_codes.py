"""The tables that both sides share are closed."""

from nova_app.api.problems import STATUS_OF
from nova_app.domain.errors import ERRORS, ErrorCode, ErrorKind
from nova_app.protocol.codes import BROWSER_CODES, CLOSE_CODE_OF, CLOSE_CODES, code_of_status
from nova_app.protocol.reconnect_policy import EDGES, STATES

CONTRACT_KINDS = (
    "NETWORK_ERROR TIMEOUT UNAUTHORIZED FORBIDDEN NOT_FOUND VALIDATION_ERROR RATE_LIMITED SERVER_ERROR UNKNOWN"
)


def test_there_are_exactly_nine_kinds_and_each_is_used():
    assert [kind.value for kind in ErrorKind] == CONTRACT_KINDS.split()
    assert {facts.kind for facts in ERRORS.values()} == set(ErrorKind)


def test_every_code_has_facts_a_status_and_words():
    assert set(ERRORS) == set(ErrorCode)
    assert set(STATUS_OF) == set(ErrorCode)
    assert all(facts.text.endswith(".") for facts in ERRORS.values())


def test_the_browser_has_words_for_all_it_finds_out_and_knows_all_nine_kinds():
    assert {ERRORS[code].kind for code in BROWSER_CODES} == set(ErrorKind)
    assert {code_of_status(status) for status in range(400, 600)} <= set(BROWSER_CODES)


def test_every_error_that_ends_a_socket_ends_it_with_a_known_code():
    assert set(CLOSE_CODE_OF.values()) <= set(CLOSE_CODES)


def test_the_contracts_close_codes_are_all_there():
    contract = {1000, 1001, 1005, 1006, 1009, 1011, 1012, 1013, 1015, 4400, 4401, 4403, 4408, 4409, 4426, 4429}
    assert set(CLOSE_CODES) == contract


def test_a_close_code_that_stops_leads_to_a_state_that_can_be_reached():
    reachable = {target for targets in EDGES.values() for target in targets}
    for row in CLOSE_CODES.values():
        assert row.state in {"", *STATES}
        assert row.state in {"", *reachable}
        assert bool(row.state) == (row.action in {"stop", "three_tries"})
