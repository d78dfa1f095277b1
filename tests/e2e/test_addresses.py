"""No answer is built from what a request says about its host."""

import socket

import pytest

from tests.e2e.conftest import shared_server

server = shared_server()

HOSTS = ("localhost", "evil.example", "127.0.0.1:3221", "chat.example.org:8443", "a b", "[", "x/y", "")
PAGES = ("login", "register", "search", "posts", "settings", "status")


def ask(port, target, *, method="GET", headers=(), version="1.1"):
    """A request as it stands; gives the status, the headers and the body."""
    lines = [f"{method} {target} HTTP/{version}", *headers, "Connection: close", "", ""]
    with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
        line.sendall("\r\n".join(lines).encode())
        answer = b"".join(iter(lambda: line.recv(65_536), b""))
    head, _, body = answer.partition(b"\r\n\r\n")
    first, *rest = head.decode("latin-1").split("\r\n")
    return int(first.split()[1]), dict(row.lower().split(": ", 1) for row in rest), body


def is_of_this_site(place):
    return place.startswith("/") and not place.startswith(("//", "/\\"))


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("forwarded", ["", "X-Forwarded-Host: evil.example", "Forwarded: host=evil.example;proto=http"])
def test_pages_lead_to_this_site_whatever_the_host(server, host, forwarded):
    headers = [line for line in (f"Host: {host}", forwarded) if line]
    for page in PAGES:
        status, found, _ = ask(server.port, f"/{page}?next=/c/x", headers=headers)
        assert (status, found["location"]) == (307, f"/{page}/?next=/c/x")


@pytest.mark.parametrize(
    "target", ["//login", "///login", "//evil.example/..", "//evil.example/%2e%2e", "/healthz/", "/api/v1/users/me/"]
)
def test_odd_paths_lead_to_this_site(server, target):
    status, found, _ = ask(server.port, target, headers=["Host: evil.example"])
    assert status == 307
    assert is_of_this_site(found["location"]), found["location"]


@pytest.mark.parametrize("target", ["/\\login", "/%5clogin", "/%2fevil.example/%5c..", "/login/../..//evil.example"])
def test_other_odd_paths_lead_nowhere_else(server, target):
    status, found, _ = ask(server.port, target, headers=["Host: localhost"])
    assert status == 404 or is_of_this_site(found["location"])


def test_without_a_host_there_is_a_way(server):
    status, found, _ = ask(server.port, "/login", version="1.0")
    assert (status, found["location"]) == (307, "/login/")


@pytest.mark.parametrize(
    "target", ["/", "/login/", "/api/v1/openapi.json", "/healthz/", "/runbooks/NovaAbsent.md", "/no"]
)
def test_no_body_names_the_host(server, target):
    _, found, body = ask(server.port, target, headers=["Host: marked.example"])
    assert b"marked.example" not in body
    assert "marked.example" not in "".join(found.values()) or found.get("location")


@pytest.mark.parametrize("target", ["/", "/login/", "/icon.svg", "/nova/theme.js"])
def test_pages_and_files_name_their_methods(server, target):
    headers = ["Host: localhost"]
    read = ask(server.port, target, headers=headers)
    head = ask(server.port, target, method="HEAD", headers=headers)
    assert (head[0], head[2]) == (read[0], b"") == (200, b"")
    assert head[1]["content-length"] == read[1]["content-length"]
    status, found, body = ask(server.port, target, method="OPTIONS", headers=headers)
    assert (status, found["allow"], body) == (204, "get, head, options", b"")
    status, found, _ = ask(server.port, target, method="PUT", headers=headers)
    assert (status, found["allow"]) == (405, "get, head, options")
