"""Nova behind the real nginx and Caddy, over TLS, with the configurations of deploy/."""

import hashlib
import json
import uuid

import httpx
import pytest

from tests.e2e.conftest import Server
from tests.proxies import HOST, Proxy

MIB = 1024 * 1024
PASSWORD = "correct horse battery"


@pytest.fixture(scope="module")
def proxies(tmp_path_factory, pages_built):
    """One Nova, and both proxies in front of it."""
    server = Server(tmp_path_factory.mktemp("server"))
    found = {name: Proxy(name, tmp_path_factory.mktemp(name), server.port) for name in ("nginx", "caddy")}
    server.settings.update(
        NOVA_HOST="127.0.0.1",
        NOVA_PUBLIC_ORIGINS=",".join(proxy.origin for proxy in found.values()),
        NOVA_TRUSTED_PROXIES="127.0.0.1",
        NOVA_SIGN_INS_PER_ADDRESS="3",
        NOVA_SIGN_INS_PER_ACCOUNT="1000",
    )
    server.start()
    for proxy in found.values():
        proxy.start()
    yield server, found
    for proxy in found.values():
        proxy.stop()
    server.stop()


@pytest.fixture(params=["nginx", "caddy"])
def proxy(request, proxies):
    return proxies[1][request.param]


@pytest.fixture
def server(proxies):
    return proxies[0]


@pytest.fixture
def ana(proxy):
    """A new account, signed in by its cookie."""
    with proxy.client() as client:
        client.username = f"ana-{uuid.uuid4().hex[:8]}"
        body = {"username": client.username, "display_name": "Ana", "password": PASSWORD}
        client.registered = client.post("/api/v1/auth/register", json=body).raise_for_status()
        yield client


def test_pages_and_files_arrive_with_what_caches_need(proxy):
    with proxy.client() as client:
        page = client.get("/login/")
        name = page.text.split('"/assets/')[1].split('"')[0]
        file = client.get(f"/assets/{name}")
        again = client.get("/login/", headers={"If-None-Match": page.headers["etag"]})

    assert (page.status_code, page.headers["cache-control"]) == (200, "no-cache")
    assert (file.status_code, file.headers["cache-control"]) == (200, "public, max-age=31536000, immutable")
    assert again.status_code == 304
    assert page.headers["x-request-id"]


def test_a_redirect_stays_on_this_origin(proxy):
    with proxy.client() as client:
        answer = client.get("/login?next=/c/x")
    assert (answer.status_code, answer.headers["location"]) == (307, "/login/?next=/c/x")


def test_plain_http_leads_to_tls(proxy):
    answer = httpx.get(f"http://127.0.0.1:{proxy.plain_port}/login", headers={"Host": HOST})
    assert answer.status_code in {301, 308}
    assert answer.headers["location"].startswith(f"https://{HOST}")


def test_the_cookie_is_of_this_host_alone_and_secure(ana):
    cookie = ana.registered.headers["set-cookie"]
    assert cookie.startswith("__Host-nova_session=")
    assert {"secure", "httponly", "path=/", "samesite=lax"} <= {part.strip().lower() for part in cookie.split(";")}
    assert ana.get("/api/v1/users/me").json()["username"] == ana.username


def test_both_sockets_open_and_a_message_is_stored(proxy, ana):
    room = ana.post("/api/v1/conversations", json={"kind": "group", "title": "Team", "members": []}).json()["id"]
    with proxy.open_socket("/api/v1/socket", ana) as socket:
        socket.send(json.dumps({"type": "hello", "protocol": 1, "cursors": {}}))
        assert frames(socket)[0]["type"] == "welcome"
        key = str(uuid.uuid4())
        socket.send(json.dumps({"type": "send", "client_id": key, "conversation_id": room, "text": "hello"}))
        while not any(frame["type"] == "ack" and frame["client_id"] == key for frame in frames(socket)):
            pass
    with proxy.open_socket("/_event/?EIO=4&transport=websocket&token=t", ana) as socket:
        assert socket.recv(timeout=10).startswith("0{")


def frames(socket):
    found = json.loads(socket.recv(timeout=10))
    return found if isinstance(found, list) else [found]


def test_a_file_of_20_mib_goes_through_in_one_body(ana):
    body = bytes(range(256)) * (20 * MIB // 256)
    sent = ana.post("/api/v1/uploads", files={"file": ("large.bin", body)}).raise_for_status().json()

    assert sent["size_bytes"] == len(body)
    back = ana.get(f"/api/v1/uploads/{sent['id']}").raise_for_status().content
    assert hashlib.sha256(back).digest() == hashlib.sha256(body).digest()


def test_a_file_goes_through_in_parts(ana):
    body = b"x" * (2 * MIB + 7)
    announced = {"name": "parts.bin", "size_bytes": len(body)}
    begun = ana.post("/api/v1/uploads/resumable", json=announced, headers={"Idempotency-Key": str(uuid.uuid4())}).json()
    for offset in range(0, len(body), MIB):
        part = ana.patch(f"/api/v1/uploads/{begun['id']}?offset={offset}", content=body[offset : offset + MIB])
        part.raise_for_status()

    assert part.json()["file"]["size_bytes"] == len(body)


def test_limits_count_clients_whatever_they_say_about_themselves(proxy, ana):
    """127.0.0.5 to 127.0.0.7 are three clients; the proxy is 127.0.0.1."""
    first, second = {"nginx": ("127.0.0.5", "127.0.0.6"), "caddy": ("127.0.0.7", "127.0.0.8")}[proxy.name]
    body = {"username": ana.username, "password": "wrong"}

    def sign_in(address, **headers):
        with proxy.client(address, headers) as client:
            return client.post("/api/v1/auth/login", json=body).status_code

    assert [sign_in(first) for _ in range(4)] == [401, 401, 401, 429]
    assert sign_in(first, **{"X-Forwarded-For": second, "X-Real-Ip": second, "Forwarded": f"for={second}"}) == 429
    assert sign_in(second) == 401


@pytest.mark.parametrize(
    "path", ["/metrics", "/metrics/", "//metrics", "/%6detrics", "/./metrics", "/metrics?x=1", "/x/../metrics"]
)
def test_the_figures_are_not_outside(proxy, path):
    answer = proxy.ask(path)
    assert answer.split()[1] in {"307", "308", "400", "404"}
    assert "ws_connections" not in answer


def test_the_figures_are_for_who_brings_the_token_directly(server):
    token = (server.directory / "data" / "metrics.token").read_text().strip()
    address = f"http://127.0.0.1:{server.port}/metrics"

    assert "ws_connections" in httpx.get(address, headers={"Authorization": f"Bearer {token}"}).text
    assert httpx.get(address).status_code == 404


def test_another_sites_page_stays_out(proxy):
    with proxy.client(headers={"Origin": "https://evil.example"}) as client:
        answer = client.get("/api/v1/auth/session")
    assert answer.status_code == 403
    assert "NOVA_PUBLIC_ORIGINS" in answer.json()["detail"]
