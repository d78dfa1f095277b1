"""The gate's decision over everything a request's head can say."""

import pytest

from nova_app.domain.errors import ErrorCode, Refused, Unavailable
from nova_app.protocol.gate import (
    BODY_MAX_BYTES,
    SOCKET_PATH,
    Admitted,
    GatePolicy,
    Rejected,
    RequestHead,
    TrustedProxies,
    decide,
    reject,
)
from nova_app.protocol.origins import OriginPolicy

POLICY = GatePolicy(OriginPolicy(["https://chat.example.org"]), TrustedProxies.of(["10.0.0.0/8", "fd00::1"]))
HOST = ("host", "chat.example.org")
OWN = ("origin", "https://chat.example.org")
FOREIGN = ("origin", "https://evil.example")
FRESH = "fresh-request-id"


def socket(*headers, path=SOCKET_PATH, query="", peer="192.0.2.7"):
    return RequestHead("GET", path, [HOST, *headers], query, peer, is_socket=True)


def request(method, path, *headers):
    return RequestHead(method, path, [HOST, *headers], peer="192.0.2.7")


def answer(head, policy=POLICY, verdict=None):
    return decide(head, policy, fresh_id=FRESH, verdict=verdict)


@pytest.mark.parametrize(
    "head",
    [
        pytest.param(socket(OWN), id="the page's socket"),
        pytest.param(socket(), id="a program's socket"),
        pytest.param(socket(OWN, path="/_event"), id="Reflex's socket"),
        pytest.param(request("GET", "/login", FOREIGN), id="a link from another site"),
        pytest.param(request("POST", "/api/v1/posts", OWN), id="a page's write"),
        pytest.param(request("POST", "/api/v1/posts"), id="a program's write"),
        pytest.param(request("POST", "/api/v1/posts", ("sec-fetch-site", "none")), id="typed by a person"),
        pytest.param(request("GET", "/api/v1/users/me", ("sec-fetch-site", "cross-site")), id="a read, no origin"),
        pytest.param(request("POST", "/api/v1/uploads", ("content-length", "900000000")), id="a file"),
        pytest.param(request("PATCH", "/api/v1/uploads/7", ("content-length", "900000000")), id="a part of a file"),
        pytest.param(request("POST", "/api/v1/posts", ("content-length", "many")), id="an unreadable length"),
        pytest.param(request("POST", "/x", ("content-length", str(BODY_MAX_BYTES + 1))), id="not the API's"),
    ],
)
def test_what_may_come_in(head):
    admitted = answer(head)

    assert isinstance(admitted, Admitted)
    assert (admitted.request_id, admitted.address, admitted.host) == (FRESH, "192.0.2.7", "chat.example.org")


@pytest.mark.parametrize(
    ("head", "verdict", "code", "before_upgrade", "close"),
    [
        pytest.param(socket(FOREIGN), None, "origin_refused", True, 4403, id="a foreign page's socket"),
        pytest.param(socket(("origin", "null")), None, "origin_refused", True, 4403, id="a sandboxed page's socket"),
        pytest.param(socket(FOREIGN, path="/_event"), None, "origin_refused", True, 4403, id="Reflex's socket too"),
        pytest.param(request("GET", "/api/v1/users/me", FOREIGN), None, "origin_refused", True, 4403, id="a read"),
        pytest.param(request("POST", "/login", FOREIGN), None, "origin_refused", True, 4403, id="a form"),
        pytest.param(
            request("POST", "/api/v1/posts", ("sec-fetch-site", "cross-site")),
            None,
            "origin_refused",
            True,
            4403,
            id="a foreign page without origin",
        ),
        pytest.param(
            request("POST", "/api/v1/posts", ("content-length", str(BODY_MAX_BYTES + 1))),
            None,
            "frame_too_large",
            False,
            1009,
            id="a body above the limit",
        ),
        pytest.param(
            socket(OWN), Unavailable(ErrorCode.OVERLOADED), "overloaded", False, 1013, id="more than are admitted"
        ),
        pytest.param(
            socket(OWN), Refused(ErrorCode.TOO_MANY_DIALS), "too_many_dials", False, 4429, id="dialling too often"
        ),
        pytest.param(
            socket(OWN), Unavailable(ErrorCode.RESTARTING), "restarting", False, 1012, id="a server that stops"
        ),
        pytest.param(
            socket(FOREIGN), Unavailable(ErrorCode.OVERLOADED), "origin_refused", True, 4403, id="origin comes first"
        ),
    ],
)
def test_what_may_not_come_in(head, verdict, code, before_upgrade, close):
    rejected = answer(head, verdict=verdict)

    assert isinstance(rejected, Rejected)
    assert (rejected.error.code, rejected.reason) == (code, code)
    assert (rejected.before_upgrade, rejected.close_code, rejected.request_id) == (before_upgrade, close, FRESH)


@pytest.mark.parametrize(
    ("error", "close"),
    [
        (Refused(ErrorCode.NOT_SIGNED_IN), 4401),
        (Refused(ErrorCode.ACCOUNT_DISABLED), 4403),
        (Refused(ErrorCode.ACCOUNT_CHANGED), 4403),
        (Refused(ErrorCode.TOO_MANY_DIALS), 4429),
        (Unavailable(ErrorCode.STORAGE_UNAVAILABLE), 1011),
    ],
)
def test_later_refusals_close_an_accepted_socket(error, close):
    rejected = reject(error, FRESH, "192.0.2.7")

    assert (rejected.close_code, rejected.reason, rejected.before_upgrade) == (close, error.code, False)


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("192.0.2.7", ["203.0.113.9"], "192.0.2.7"),
        ("10.0.0.1", [], "10.0.0.1"),
        ("10.0.0.1", ["203.0.113.9"], "203.0.113.9"),
        ("10.0.0.1", ["1.2.3.4, 203.0.113.9"], "203.0.113.9"),
        ("10.0.0.1", ["1.2.3.4", "203.0.113.9, 10.9.9.9"], "203.0.113.9"),
        ("10.0.0.1", ["10.3.3.3, 10.9.9.9"], "10.3.3.3"),
        ("10.0.0.1", ["203.0.113.9:4711"], "203.0.113.9"),
        ("fd00::1", ["[2001:db8::5]:4711"], "2001:db8::5"),
        ("fd00::1", ["2001:db8::5"], "2001:db8::5"),
        ("10.0.0.1", ["unknown"], "unknown"),
        ("10.0.0.1", [" , "], "10.0.0.1"),
        ("", ["203.0.113.9"], ""),
    ],
)
def test_the_address_is_the_nearest_that_is_no_trusted_proxy(peer, forwarded, address):
    head = socket(OWN, *[("x-forwarded-for", value) for value in forwarded], peer=peer)

    assert answer(head).address == address


def test_without_trusted_proxies_nobody_is_believed():
    head = socket(("x-forwarded-for", "203.0.113.9"), peer="127.0.0.1")

    assert answer(head, GatePolicy(OriginPolicy())).address == "127.0.0.1"


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("0123456789abcdef0123456789abcdef", True),
        ("1-67891233-abcdef012345678912345678", True),
        ("short", False),
        ("line\r\nbreak-and-more", False),
        ("x" * 65, False),
        ("", False),
    ],
)
def test_a_request_keeps_the_id_that_a_proxy_gave_it(sent, kept):
    head = RequestHead("GET", "/api/v1/socket", [("x-request-id", sent)], peer="10.0.0.1")
    assert answer(head).request_id == (sent if kept else FRESH)


def test_a_request_id_is_believed_from_a_trusted_proxy_only():
    sent = ("x-request-id", "0123456789abcdef0123456789abcdef")
    stranger = RequestHead("GET", "/api/v1/users/me", [sent], peer="203.0.113.7")
    proxy = RequestHead("GET", "/api/v1/users/me", [sent], peer="10.0.0.1")
    assert (answer(stranger).request_id, answer(proxy).request_id) == (FRESH, sent[1])


@pytest.mark.parametrize(
    ("head", "account"),
    [
        (socket(), None),
        (socket(("nova-account", "ana")), "ana"),
        (socket(query="user_id=ben&user_id=ana"), "ana"),
        (socket(query="user_id="), ""),
        (socket(("nova-account", "ana"), query="user_id=ben"), "ana"),
        (request("GET", "/api/v1/users/me"), None),
        (RequestHead("GET", "/api/v1/search", [], "user_id=ana"), None),
    ],
)
def test_the_account_that_a_request_names(head, account):
    assert answer(head).account == account


def test_a_token_or_the_cookie_says_who_sends_a_request():
    assert answer(socket(("cookie", "a=b; nova_session=secret"))).credentials.session_secret == "secret"
    assert answer(socket(("authorization", "Bearer t"), ("cookie", "nova_session=secret"))).credentials.token == "t"


def test_a_head_is_read_from_an_asgi_scope():
    scope = {
        "type": "websocket",
        "path": SOCKET_PATH,
        "headers": [(b"Host", b"chat.example.org"), (b"origin", b"https://chat.example.org")],
        "query_string": b"user_id=ana",
        "client": ["192.0.2.7", 5000],
    }

    assert RequestHead.from_scope(scope) == socket(OWN, query="user_id=ana")
    assert RequestHead.from_scope({"type": "http", "path": "/", "headers": [], "client": None}).peer == ""
