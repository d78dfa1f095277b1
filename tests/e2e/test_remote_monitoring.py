"""``make monitoring`` over a Nova that it reaches through its proxy alone, over TLS."""

from urllib.parse import urlsplit

import httpx
import pytest

from monitoring import run
from monitoring.sink import Sink
from nova_app.settings import load_settings
from tests.e2e.alarms import ask
from tests.e2e.conftest import Server
from tests.processes import free_port, until
from tests.proxies import DEPLOY, Proxy

PASSWORD = "correct horse battery"
HOST = "localhost"
"""A name that every program here finds; the certificate is for it, and of an authority of its own."""


@pytest.fixture
def proxy(tmp_path_factory, pages_built):
    """Caddy with the shipped file, which lets this machine read the figures as its comment says; Nova behind it."""
    server = Server(tmp_path_factory.mktemp("server"))
    shipped = (DEPLOY / "Caddyfile").read_text()
    hint = "add `not remote_ip 192.0.2.7` to the matcher"
    assert hint in shipped
    opened = shipped.replace("path /metrics /metrics/*\n", "path /metrics /metrics/*\n\t\tnot remote_ip 127.0.0.1\n")
    proxy = Proxy("caddy", tmp_path_factory.mktemp("caddy"), server.port, shipped=opened, host=HOST)
    server.settings |= {"NOVA_PUBLIC_ORIGINS": proxy.origin, "NOVA_TRUSTED_PROXIES": "127.0.0.1"}
    server.start()
    proxy.start()
    proxy.server = server
    yield proxy
    proxy.stop()
    server.stop()


def make_probe_account(proxy, name):
    """As the guide tells: an account of a program, with a password of one's own choice."""
    url = proxy.server.command("users", "add", name, "--service")
    token = urlsplit(url).path.rsplit("/", 1)[1]
    with proxy.client() as client:
        client.post("/api/v1/auth/reset", json={"token": token, "password": PASSWORD}).raise_for_status()
    return f"{name}:{PASSWORD}"


@pytest.fixture
def stack(proxy, tmp_path, monkeypatch):
    """What `make monitoring` runs with these settings, on other ports and in a hurry."""
    token = (proxy.server.directory / "data" / "metrics.token").read_text().strip()
    chosen = {
        "NOVA_MONITORING_ORIGIN": proxy.origin,
        "NOVA_METRICS_TOKEN": token,
        "NOVA_MONITORING_DIR": str(tmp_path / "figures"),
        "NOVA_DATA_DIR": str(tmp_path / "nothing"),
        "NOVA_PROBE_PORT": str(free_port()),
        "NOVA_PROBE_SECONDS": "1",
        "NOVA_PROBE_WRITER": make_probe_account(proxy, "probe-one"),
        "NOVA_PROBE_READER": make_probe_account(proxy, "probe-two"),
        "SSL_CERT_FILE": str(proxy.certificate),
    }
    for name, value in chosen.items():
        monkeypatch.setenv(name, value)
    for name in ("PROMETHEUS_PORT", "ALERTMANAGER_PORT", "NODE_PORT"):
        monkeypatch.setattr(run, name, free_port())
    settings, sink = load_settings(), Sink(lambda _: None)
    stack = run.stack_of(settings, sink, [])
    stack.hurry = lambda key, value: "1s" if key in {"scrape_interval", "scrape_timeout"} else value
    stack.write()
    try:
        stack.start()
        stack.processes.append(run._start_prober(settings))
        yield stack
    finally:
        stack.stop()
        sink.close()


def test_a_nova_elsewhere_is_scraped_and_probed_over_tls(stack, proxy):
    def targets():
        return httpx.get(f"{stack.prometheus}/api/v1/targets").text

    until(lambda: ask(stack, 'up{job="nova"} == 1'), "Nova's figures", targets)
    until(lambda: ask(stack, "nova_probe_success_total > 0"), "a round trip", targets)
    users = until(lambda: ask(stack, 'nova_users{state="enabled"}'), "the number of users")
    assert users[0]["value"][1] == "0"
    assert httpx.get(f"{proxy.origin}/metrics", verify=proxy.tls).status_code == 404
