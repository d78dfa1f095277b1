"""A page of another origin is refused on all three routes; the right one works on all three, from anywhere."""

import socket

import httpx
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from tests.e2e.conftest import shared_server
from tests.faults.wire import Wire

server = shared_server()
ROUTES = ("rest", "socket", "reflex")


def knock(route, port, host, origin):
    """The HTTP status that a page of this origin gets on this route (101: a socket opened)."""
    if route == "rest":
        headers = {"Origin": origin, "Host": host}
        body = {"username": "x", "password": "y"}
        return httpx.post(f"http://127.0.0.1:{port}/api/v1/auth/login", json=body, headers=headers).status_code
    path = "/api/v1/socket" if route == "socket" else "/_event/?EIO=4&transport=websocket&token=t"
    return _upgrade(f"ws://{host}{path}", port, origin)


def _upgrade(url, port, origin):
    try:
        with connect(url, origin=origin, sock=socket.create_connection(("127.0.0.1", port))):
            return 101
    except InvalidStatus as refusal:
        return refusal.response.status_code


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "http://localhost:1", "https://localhost.evil.example"]
)
def test_another_origins_page_is_refused(server, route, origin):
    assert knock(route, server.port, f"localhost:{server.port}", origin) == 403


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("name", ["localhost", "127.0.0.1", "127.0.0.2", "192.168.7.9"])
def test_the_own_page_is_accepted_by_any_address_of_the_machine(server, route, name):
    host = f"{name}:{server.port}"

    assert knock(route, server.port, host, f"http://{host}") != 403


@pytest.mark.parametrize("route", ROUTES)
def test_a_name_that_points_here_is_no_proof(server, route):
    host = f"rebound.example:{server.port}"

    assert knock(route, server.port, host, f"http://{host}") == 403


def test_public_origins_are_the_only_ones(start_server):
    server = start_server(NOVA_PUBLIC_ORIGINS="https://chat.example.org")
    own = f"localhost:{server.port}"

    for route in ROUTES:
        assert knock(route, server.port, "chat.example.org", "https://chat.example.org") != 403, route
        assert knock(route, server.port, own, f"http://{own}") == 403, route


def test_reflex_never_answers_with_another_pages_origin(server):
    for path in ("/ping", "/", "/api/v1/users/me"):
        headers = {"Origin": "http://evil.example"}
        answer = httpx.get(f"{server.origin}{path}", headers=headers)
        assert answer.headers.get("access-control-allow-origin") not in {"*", "http://evil.example"}


def test_everything_works_through_a_proxy_on_another_port(person, server):
    wire = Wire(server.port)
    ana, ben = person(origin=wire.origin), person(origin=f"http://127.0.0.1:{server.port}")

    room = ana.start_group_in_page("Proxy", ben.username)
    ben.open(room)
    ana.write("through the proxy")
    ben.expect_texts("through the proxy")
    ben.write("from another address")

    ana.expect_texts("through the proxy", "from another address")
    wire.close()
