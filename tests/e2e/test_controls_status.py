"""The controls of the page of status."""

import pytest
from playwright.sync_api import expect

from tests.controls.acts import SIZES, is_there, refuse
from tests.controls.ledger import use
from tests.controls.widths import widths_and_offline
from tests.e2e.conftest import WITHOUT_LIMITS_PER_ADDRESS, Server
from tests.e2e.pages import by
from tests.e2e.test_status import alertmanager as alertmanager  # noqa: PLC0414 - a fixture

DASHBOARDS = "http://dashboards.test/"


@pytest.fixture(scope="module")
def server(tmp_path_factory, pages_built, profiles, alertmanager):
    """A server with dashboards, and with an alert that fires."""
    links = {"NOVA_ALERTMANAGER_URL": alertmanager, "NOVA_DASHBOARDS_URL": DASHBOARDS}
    server = Server(tmp_path_factory.mktemp("server"), **WITHOUT_LIMITS_PER_ADDRESS, **links)
    server.start()
    yield server
    server.stop()
    profiles.close_all()


@pytest.fixture
def admin(person, server):
    """Makes admins of the server."""

    def make(**options):
        user = person(**options)
        server.make_admin(user.username)
        return user

    return make


def test_an_alert_leads_to_its_runbook_and_dashboards(admin):
    user = admin(path="")
    page, asked = user.page, []
    page.on("request", lambda request: asked.append(request.url))
    ways = (("alert-runbook", "http://r/"), ("alert-dashboard", "http://d/"), ("dashboards-link", DASHBOARDS))
    for _, target in ways:
        # An answer without a content leaves the page where it is.
        page.route(f"{target}**", lambda route: route.fulfill(status=204))
    page.goto("/status")
    user.expect_connected()
    for _ in widths_and_offline(user):
        for control, target in ways:
            asked.clear()
            with use(page, control, effect=f"leads to {target}", holds=lambda target=target: target in asked):
                by(page, control).click()


@pytest.mark.expects("status 418")
@SIZES
def test_a_status_that_could_not_be_asked_is_asked_again(admin, server, size):
    user = admin(path="", viewport=size)
    page = user.page
    user.install_clock()
    refuse(page, "**/api/v1/status")
    asked, answered = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("requestfinished", lambda request: answered.append(request.url))
    page.goto("/status")
    expect(by(page, "status-retry")).to_be_visible(timeout=20_000)
    # Nothing but the button asks: the time of asking again by itself does not come.
    page.clock.pause_at(page.evaluate("Date.now()") / 1000 + 2)
    # What was asked just before is refused, too.
    ask = f"{server.origin}/api/v1/status"
    user.wait_until(lambda: asked.count(ask) == answered.count(ask))
    expect(by(page, "status-retry")).to_be_visible()
    page.unroute("**/api/v1/status")
    figures = by(page, "status-figure").first
    with use(page, "status-retry", effect="shows the figures", holds=is_there(figures)):
        # By key: a click waits for animation frames, and time stands still.
        by(page, "status-retry").press("Enter")


@pytest.mark.expects("lost connection")
def test_the_status_is_scrolled_by_keys(guest, server):
    user = guest("")
    server.make_admin(user.username)
    page, view = user.page, by(user.page, "status-scroll")
    page.goto("/status")
    expect(by(page, "status-figure").first).to_be_visible()
    top = "view => view.scrollTop"
    for size, _ in widths_and_offline(user):
        page.set_viewport_size({**size, "height": 320})
        view.evaluate("view => { view.scrollTop = 0 }")
        view.focus()
        with use(page, "status-scroll", effect="scrolls down", holds=lambda: view.evaluate(top) > 50):
            page.keyboard.press("PageDown")
