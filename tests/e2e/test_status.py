"""The page that says how Nova is doing."""

import http.server
import json
import re
import threading

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import WITHOUT_LIMITS_PER_ADDRESS, Server
from tests.e2e.pages import by

ALERT = {
    "labels": {"alertname": "NovaQueueBacklog", "severity": "warning"},
    "annotations": {"summary": "The delivery queue grows", "runbook_url": "http://r/", "dashboard_url": "http://d/"},
    "startsAt": "2026-01-01T00:00:00Z",
}


@pytest.fixture(scope="module")
def alertmanager():
    """An Alertmanager's API with one alert that fires."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            body = json.dumps([ALERT, {**ALERT, "labels": {"alertname": "Watchdog", "severity": "none"}}]).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def server(tmp_path_factory, pages_built, profiles, alertmanager):
    server = Server(tmp_path_factory.mktemp("server"), **WITHOUT_LIMITS_PER_ADDRESS, NOVA_ALERTMANAGER_URL=alertmanager)
    server.start()
    yield server
    server.stop()
    profiles.close_all()


def value_of(user, name):
    figure = user.page.locator(f"[data-testid=status-figure][data-name='{name}']")
    return figure.get_by_test_id("status-value")


def test_figures_move_and_what_fires_is_named(person, server):
    ana = person()
    server.make_admin(ana.username)
    ana.start_group("Team")
    for number in range(5):
        ana.write(f"number {number}")
    ana.expect_state("number 4", "sent", "delivered", "read")
    ana.page.get_by_role("link", name="Status", exact=True).click()

    expect(value_of(ana, "Open connections")).to_have_text("1")
    expect(value_of(ana, "Messages")).not_to_have_text("0/min", timeout=20_000)
    expect(value_of(ana, "Delivered live")).to_have_text("100 %")
    alert = by(ana.page, "status-alert")
    expect(alert).to_have_count(1)
    expect(alert).to_contain_text("The delivery queue grows")
    expect(by(ana.page, "status-day")).to_have_text(re.compile(r"^(No figure|A figure) was too high (since|in) "))
    expect(alert.get_by_role("link", name="Runbook")).to_have_attribute("href", "http://r/")


def test_a_server_that_is_gone_leaves_old_figures_and_says_so(person, server):
    ana = person(path="")
    server.make_admin(ana.username)
    ana.page.goto("/status")
    expect(value_of(ana, "Open connections")).to_have_text("1")
    server.kill()

    expect(by(ana.page, "status-board")).to_have_attribute("data-state", "stale", timeout=30_000)
    expect(by(ana.page, "status-board")).to_contain_text("Newer figures could not be loaded")
    expect(value_of(ana, "Open connections")).to_have_text("1")
    server.start()
    expect(by(ana.page, "status-board")).to_have_attribute("data-state", "ready", timeout=40_000)
