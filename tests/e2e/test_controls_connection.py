"""The controls that the state of the connection brings."""

import re
from functools import partial

import pytest
from playwright.sync_api import expect

from tests.controls.acts import NARROW, at, expect_loaded_ahead, go_offline, is_reloaded, is_there
from tests.controls.ledger import use
from tests.controls.widths import widths
from tests.e2e.conftest import shared_server
from tests.e2e.pages import by

server = shared_server()
SOCKET = re.compile("/api/v1/socket")
REFUSED = 1011
SIGNED_OUT, REPLACED, OUTDATED = 4401, 4409, 4426


@pytest.fixture
def closed(person):
    """Somebody whose socket the server closes with this code until told otherwise; ``dials`` counts them."""

    def visit(code):
        user = person(path="", viewport=NARROW)
        user.dials, user.is_refused = 0, True

        def once(route):
            user.dials += 1
            user.refuse = partial(refuse, user, route, code)
            if user.is_refused:
                route.close(code=code)
            else:
                route.connect_to_server()

        user.page.route_web_socket(SOCKET, once)
        user.page.goto("/")
        # Before that it is not connected either, and nothing has been refused yet.
        user.wait_until(lambda: user.dials)
        user.expect_not_connected()
        return user

    return visit


def refuse(user, route, code):
    """Close this socket, and every later one, too."""
    user.is_refused = True
    route.close(code=code)
    user.expect_not_connected()


@pytest.mark.expects("lost connection")
def test_trying_again_now_connects_at_once(person):
    user = person()
    page, dials = user.page, []
    page.on("websocket", lambda websocket: SOCKET.search(websocket.url) and dials.append(websocket.url))
    go_offline(user)
    for _ in widths(user):
        expect(by(page, "connection-retry")).to_be_visible()
        dials.clear()
        with use(page, "connection-retry", effect="tries to connect at once", holds=lambda: bool(dials)):
            by(page, "connection-retry").click()


def test_a_page_that_was_replaced_is_used_here_again(closed):
    user = closed(REPLACED)
    page = user.page
    for _ in widths(user):
        expect(by(page, "connection-banner")).to_have_attribute("data-about", "replaced")
        user.is_refused = False
        connected = page.locator("[data-testid=connection-status][data-state=CONNECTED]")
        with use(page, "connection-retry", effect="connects here", holds=is_there(connected)):
            by(page, "connection-retry").click()
        user.refuse()


@pytest.mark.expects("status 401")
def test_who_was_signed_out_gets_to_the_form(closed):
    user = closed(SIGNED_OUT)
    page, session = user.page, user.context.cookies()
    for _ in widths(user):
        # The form leads away by itself where there still is a session.
        user.context.clear_cookies()
        with use(page, "connection-sign-in", effect="leads to signing in", holds=at(page, "/login")):
            by(page, "connection-sign-in").click()
        # A step back from a page that is still on its way ends the way, and the test with it.
        expect(by(page, "auth-submit")).to_be_visible()
        page.wait_for_load_state()
        user.context.add_cookies(session)
        page.go_back()


def test_an_outdated_page_is_reloaded(closed):
    user = closed(OUTDATED)
    page = user.page
    for _ in widths(user):
        expect(by(page, "connection-reload")).to_be_visible()
        user.is_refused = False
        with use(page, "connection-reload", effect="loads the page again", holds=is_reloaded(page)):
            by(page, "connection-reload").click()
        user.expect_connected()
        user.refuse()


def test_a_list_that_could_not_be_loaded_is_asked_for_again(closed):
    user = closed(REFUSED)
    page = user.page
    expect(by(page, "conversations-retry")).to_be_visible(timeout=20_000)
    # So that nothing but the button dials.
    user.context.set_offline(True)
    expect(by(page, "connection-banner")).to_have_attribute("data-about", "offline")
    for _ in widths(user):
        before = user.dials
        with use(page, "conversations-retry", effect="tries to connect", holds=lambda: user.dials > before):
            by(page, "conversations-retry").click()


@pytest.mark.expects("lost connection")
def test_what_was_not_loaded_is_asked_for_again(person):
    user = person()
    page, dials = user.page, []
    item = user.item(user.make_group("Never opened"))
    expect(item).to_be_visible()
    expect_loaded_ahead(page, "c/:conversation_id")
    page.on("websocket", lambda websocket: SOCKET.search(websocket.url) and dials.append(websocket.url))
    go_offline(user)
    item.click()
    for _ in widths(user):
        expect(by(page, "not-loaded-retry")).to_be_visible()
        dials.clear()
        with use(page, "not-loaded-retry", effect="tries to connect at once", holds=lambda: bool(dials)):
            by(page, "not-loaded-retry").click()
