"""The controls that the state of the connection brings."""

import re

import pytest
from playwright.sync_api import expect

from tests.controls.acts import SIZES, at, expect_loaded_ahead, go_offline, is_afresh, is_there, make_group
from tests.controls.ledger import use
from tests.e2e.conftest import shared_server
from tests.e2e.pages import by

server = shared_server()
SOCKET = re.compile("/api/v1/socket")
REFUSED = 1011
SIGNED_OUT, REPLACED, OUTDATED = 4401, 4409, 4426


@pytest.fixture
def closed(person):
    """Somebody whose socket the server closes with this code until told otherwise; ``dials`` counts them."""

    def visit(size, code):
        somebody = person(viewport=size)
        somebody.dials, somebody.is_refused = 0, True

        def once(route):
            somebody.dials += 1
            if somebody.is_refused:
                route.close(code=code)
            else:
                route.connect_to_server()

        somebody.page.route_web_socket(SOCKET, once)
        somebody.page.reload()
        # Before that it is not connected either, and nothing has been refused yet.
        somebody.wait_until(lambda: somebody.dials)
        somebody.expect_not_connected()
        return somebody

    return visit


@pytest.mark.expects("lost connection")
@SIZES
def test_trying_again_now_dials_at_once(person, size):
    somebody = person(viewport=size)
    page, dials = somebody.page, []
    go_offline(somebody)
    expect(by(page, "connection-retry")).to_be_visible()
    page.on("websocket", lambda websocket: SOCKET.search(websocket.url) and dials.append(websocket.url))
    with use(page, "connection-retry", effect="tries to connect at once", holds=lambda: bool(dials)):
        by(page, "connection-retry").click()


@SIZES
def test_a_page_that_was_replaced_is_used_here_again(closed, size):
    somebody = closed(size, REPLACED)
    page = somebody.page
    expect(by(page, "connection-banner")).to_have_attribute("data-about", "replaced")
    somebody.is_refused = False
    connected = page.locator("[data-testid=connection-status][data-state=CONNECTED]")
    with use(page, "connection-retry", effect="connects here", holds=is_there(connected)):
        by(page, "connection-retry").click()


@SIZES
def test_who_was_signed_out_gets_to_the_form(closed, size):
    page = closed(size, SIGNED_OUT).page
    with use(page, "connection-sign-in", effect="leads to signing in", holds=at(page, "/login")):
        by(page, "connection-sign-in").click()


@SIZES
def test_an_outdated_page_is_loaded_afresh(closed, size):
    somebody = closed(size, OUTDATED)
    page = somebody.page
    expect(by(page, "connection-reload")).to_be_visible()
    somebody.is_refused = False
    with use(page, "connection-reload", effect="loads the page again", holds=is_afresh(page)):
        by(page, "connection-reload").click()
    somebody.expect_connected()


@SIZES
def test_a_list_that_could_not_be_loaded_is_asked_for_again(closed, size):
    somebody = closed(size, REFUSED)
    page = somebody.page
    expect(by(page, "conversations-retry")).to_be_visible(timeout=20_000)
    # So that nothing but the button dials.
    somebody.context.set_offline(True)
    expect(by(page, "connection-banner")).to_have_attribute("data-about", "offline")
    before = somebody.dials
    with use(page, "conversations-retry", effect="tries to connect", holds=lambda: somebody.dials > before):
        by(page, "conversations-retry").click()


@pytest.mark.expects("lost connection")
@SIZES
def test_what_was_not_loaded_is_asked_for_again(person, size):
    somebody = person(viewport=size)
    page, dials = somebody.page, []
    item = somebody.item(make_group(somebody, "Never opened"))
    expect(item).to_be_visible()
    expect_loaded_ahead(page, "c/:conversation_id")
    go_offline(somebody)
    item.click()
    expect(by(page, "not-loaded-retry")).to_be_visible()
    page.on("websocket", lambda websocket: SOCKET.search(websocket.url) and dials.append(websocket.url))
    with use(page, "not-loaded-retry", effect="tries to connect at once", holds=lambda: bool(dials)):
        by(page, "not-loaded-retry").click()
