"""The controls of the page of status."""

import pytest
from playwright.sync_api import expect

from tests.controls.acts import LINES, SIZES, go_offline, is_there, refuse
from tests.controls.ledger import use
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


@LINES
def test_an_alert_leads_to_its_runbook_and_dashboards(admin, size, is_offline):
    user = admin(viewport=size)
    page = user.page
    for control, target in (
        ("alert-runbook", "http://r/"),
        ("alert-dashboard", "http://d/"),
        ("dashboards-link", DASHBOARDS),
    ):
        page.goto("/status")
        expect(by(page, control)).to_be_visible()
        asked = []
        page.route(f"{target}**", lambda route: route.fulfill(body="elsewhere", content_type="text/html"))
        page.on("request", lambda request, asked=asked: asked.append(request.url))
        user.expect_connected()
        if is_offline:
            go_offline(user)
        with use(page, control, effect=f"leads to {target}", holds=lambda target=target, asked=asked: target in asked):
            by(page, control).click()
        user.context.set_offline(False)


@pytest.mark.expects("status 418")
@SIZES
def test_a_status_that_could_not_be_asked_is_asked_again(admin, size):
    user = admin(viewport=size)
    page = user.page
    user.install_clock()
    refuse(page, "**/api/v1/status")
    page.goto("/status")
    expect(by(page, "status-retry")).to_be_visible(timeout=20_000)
    # Nothing but the button asks: the time of asking again by itself does not come.
    page.clock.pause_at(page.evaluate("Date.now()") + 1)
    # What was asked just before is refused, too.
    expect(by(page, "status-retry")).to_be_visible()
    page.unroute("**/api/v1/status")
    figures = by(page, "status-figure").first
    with use(page, "status-retry", effect="shows the figures", holds=is_there(figures)):
        # By key: a click waits for animation frames, and time stands still.
        by(page, "status-retry").press("Enter")


@pytest.mark.expects("lost connection")
@LINES
def test_the_status_is_scrolled_by_keys(guest, server, size, is_offline):
    user = guest(size, "")
    server.make_admin(user.username)
    page, view = user.page, by(user.page, "status-scroll")
    page.goto("/status")
    expect(by(page, "status-figure").first).to_be_visible()
    page.set_viewport_size({**size, "height": 320})
    if is_offline:
        go_offline(user)
    view.focus()
    top = "view => view.scrollTop"
    with use(page, "status-scroll", effect="scrolls down", holds=lambda: view.evaluate(top) > 50):
        page.keyboard.press("PageDown")
    page.set_viewport_size(size)
