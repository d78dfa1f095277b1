"""The controls of the page of status."""

import pytest
from playwright.sync_api import expect

from tests.controls.acts import LINES, SIZES, go_offline, is_there, refuse
from tests.controls.ledger import use
from tests.e2e.pages import by
from tests.e2e.test_status import alertmanager as alertmanager  # noqa: PLC0414 - a fixture

DASHBOARDS = "http://dashboards.test/"


def visit(person, server, size):
    somebody = person(origin=server.origin, viewport=size)
    somebody.page.goto("/status")
    return somebody


@LINES
def test_an_alert_leads_to_its_runbook_and_dashboards(start_server, person, alertmanager, size, is_offline):
    server = start_server(NOVA_ALERTMANAGER_URL=alertmanager, NOVA_DASHBOARDS_URL=DASHBOARDS)
    somebody = visit(person, server, size)
    page = somebody.page
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
        somebody.expect_connected()
        if is_offline:
            go_offline(somebody)
        with use(page, control, effect=f"leads to {target}", holds=lambda target=target, asked=asked: target in asked):
            by(page, control).click()
        somebody.context.set_offline(False)


@pytest.mark.expects("status 418")
@SIZES
def test_a_status_that_could_not_be_asked_is_asked_again(start_server, person, size):
    server = start_server()
    somebody = person(origin=server.origin, viewport=size)
    page = somebody.page
    refuse(page, "**/api/v1/status")
    page.goto("/status")
    expect(by(page, "status-retry")).to_be_visible(timeout=20_000)
    page.unroute("**/api/v1/status")
    figures = by(page, "status-figure").first
    with use(page, "status-retry", effect="shows the figures", holds=is_there(figures)):
        by(page, "status-retry").click()
