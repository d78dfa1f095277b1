"""The controls of the page that leads to the first conversation."""

import re
from functools import partial

import pytest
from playwright.sync_api import expect

from tests.controls.acts import SIZES, WIDE, go_offline, holds_value, is_there, make_account, refuse
from tests.controls.ledger import use
from tests.controls.widths import widths
from tests.e2e.conftest import shared_server
from tests.e2e.pages import by

server = shared_server()


def choice(page, other):
    return by(page, "first-run-person").and_(page.locator(f'[data-username="{other}"]'))


def is_chosen(one):
    return lambda: one.count() == 1 and one.get_attribute("aria-pressed") == "true"


@pytest.fixture(scope="module", autouse=True)
def crowd(server):
    """More people than are shown at once: who is meant is looked for."""
    for _ in range(9):
        make_account(server, "crowd")


def choose_people(page, *others):
    for other in others:
        one = choice(page, other)
        find = by(page, "first-run-find")
        find.fill("")
        with use(page, "first-run-find", effect="finds them", holds=is_there(one)):
            find.press_sequentially(other)
        with use(page, "first-run-person", effect="chooses them", holds=is_chosen(one)):
            one.click()


def type_into(page, testid, text):
    with use(page, testid, effect="holds what is typed", holds=holds_value(by(page, testid), text)):
        by(page, testid).press_sequentially(text)


def is_in_a_conversation(page):
    return lambda: re.search(r"/c/[0-9a-f-]{36}$", page.url) is not None


@SIZES
def test_a_group_is_started_with_the_people_who_are_here(person, server, size):
    ines, tom = make_account(server, "ines"), person()
    user = person(viewport=size)
    page = user.page
    expect(page.get_by_role("heading", name="Say hello")).to_be_visible()
    expect(by(page, "first-run-title")).to_be_disabled()
    expect(by(page, "first-run-start")).to_be_disabled()

    choose_people(page, ines, tom.username)
    type_into(page, "first-run-title", "Release")
    type_into(page, "first-run-text", "Hello!")
    with use(page, "first-run-start", effect="opens the chat", holds=is_in_a_conversation(page)):
        by(page, "first-run-start").click()

    expect(page.get_by_role("heading", name="Release", level=1)).to_be_visible()
    user.expect_texts("Hello!")
    user.expect_state("Hello!", "sent", "delivered")
    expect(tom.item(user.conversation_id)).to_contain_text("Hello!")


@SIZES
def test_a_direct_chat_is_started_by_the_keyboard(person, server, size):
    ines = make_account(server, "ines")
    user = person(viewport=size)
    page = user.page
    choose_people(page, ines)
    type_into(page, "first-run-text", "Hello Ines!")
    with use(page, "first-run-text+Enter", effect="opens the chat", holds=is_in_a_conversation(page)):
        by(page, "first-run-text").press("Enter")

    expect(page.get_by_role("heading", name=ines.title(), level=1)).to_be_visible()
    user.expect_texts("Hello Ines!")


@pytest.mark.expects("status 418")
def test_people_who_could_not_be_loaded_come_by_retry(person):
    user = person(path="")
    page = user.page
    for _ in widths(user):
        refuse(page, "**/api/v1/users?*")
        page.goto("/")
        user.expect_connected()
        expect(by(page, "first-run-retry")).to_be_visible(timeout=20_000)
        page.unroute("**/api/v1/users?*")
        with use(page, "first-run-retry", effect="loads them", holds=is_there(by(page, "first-run-find"))):
            by(page, "first-run-retry").click()


@pytest.mark.expects("lost connection")
def test_offline_what_is_chosen_and_typed_stays(person, server):
    ines = make_account(server, "ines")
    user = person(viewport=WIDE)
    page = user.page
    one = choice(page, ines)
    by(page, "first-run-find").fill(ines)
    expect(one).to_be_visible()
    page.wait_for_load_state("networkidle")
    go_offline(user)

    with use(page, "first-run-person", effect="chooses them", holds=is_chosen(one)):
        one.click()
    by(page, "first-run-find").fill("")
    type_into(page, "first-run-find", "to")
    type_into(page, "first-run-text", "Hello!")
    expect(by(page, "first-run-start")).to_be_disabled()
    expect(by(page, "first-run").get_by_text("once you are connected")).to_be_visible()
    page.evaluate("addEventListener('keydown', (event) => (window.isTaken = event.defaultPrevented))")
    is_taken = partial(page.evaluate, "window.isTaken === true")
    with use(page, "first-run-text+Enter", effect="takes the key and sends nothing", holds=is_taken):
        by(page, "first-run-text").press("Enter")
    expect(by(page, "first-run-text")).to_have_value("Hello!")
