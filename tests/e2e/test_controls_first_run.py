"""The controls of the page that leads to the first conversation."""

import re

import pytest
from playwright.sync_api import expect

from tests.controls.acts import SIZES, WIDE, go_offline, holds_value, is_there, refuse
from tests.controls.ledger import use
from tests.e2e.conftest import shared_server
from tests.e2e.pages import by

server = shared_server()


def choice(page, other):
    return by(page, "first-run-person").and_(page.locator(f'[data-username="{other.username}"]'))


def is_chosen(one):
    return lambda: one.count() == 1 and one.get_attribute("aria-pressed") == "true"


def choose_people(page, *others):
    for other in others:
        one = choice(page, other)
        with use(page, "first-run-person", effect="chooses them", holds=is_chosen(one)):
            one.click()


def type_into(page, testid, text):
    with use(page, testid, effect="holds what is typed", holds=holds_value(by(page, testid), text)):
        by(page, testid).press_sequentially(text)


def is_in_a_conversation(page):
    return lambda: re.search(r"/c/[0-9a-f-]{36}$", page.url) is not None


@SIZES
def test_a_group_is_started_with_the_people_who_are_here(person, size):
    ines, tom = person(), person()
    user = person(viewport=size)
    page = user.page
    expect(page.get_by_role("heading", name="Say hello")).to_be_visible()
    expect(by(page, "first-run-title")).to_be_disabled()
    expect(by(page, "first-run-start")).to_be_disabled()

    choose_people(page, ines, tom)
    type_into(page, "first-run-title", "Release")
    type_into(page, "first-run-text", "Hello!")
    with use(page, "first-run-start", effect="opens the chat", holds=is_in_a_conversation(page)):
        by(page, "first-run-start").click()

    expect(page.get_by_role("heading", name="Release", level=1)).to_be_visible()
    user.expect_texts("Hello!")
    user.expect_state("Hello!", "sent", "delivered")
    expect(tom.item(user.conversation_id)).to_contain_text("Hello!")


@SIZES
def test_a_direct_chat_is_started_by_the_keyboard(person, size):
    ines = person()
    user = person(viewport=size)
    page = user.page
    choose_people(page, ines)
    type_into(page, "first-run-text", "Hello Ines!")
    with use(page, "first-run-text+Enter", effect="opens the chat", holds=is_in_a_conversation(page)):
        by(page, "first-run-text").press("Enter")

    expect(page.get_by_role("heading", name=ines.username.title(), level=1)).to_be_visible()
    user.expect_texts("Hello Ines!")


@pytest.mark.expects("status 418")
@SIZES
def test_people_who_could_not_be_loaded_come_by_retry(person, size):
    ines = person()
    user = person(viewport=size)
    page = user.page
    refuse(page, "**/api/v1/users?*")
    page.reload()
    user.expect_connected()
    expect(by(page, "first-run-retry")).to_be_visible(timeout=20_000)
    page.unroute("**/api/v1/users?*")
    with use(page, "first-run-retry", effect="loads them", holds=is_there(choice(page, ines))):
        by(page, "first-run-retry").click()


@pytest.mark.expects("lost connection")
def test_offline_what_is_chosen_and_typed_stays(person):
    ines, tom = person(), person()
    user = person(viewport=WIDE)
    page = user.page
    expect(choice(page, ines)).to_be_visible()
    page.wait_for_load_state("networkidle")
    go_offline(user)

    choose_people(page, ines, tom)
    type_into(page, "first-run-title", "Release")
    type_into(page, "first-run-text", "Hello!")
    expect(by(page, "first-run-start")).to_be_disabled()
    expect(page.get_by_text("once you are connected")).to_be_visible()
    by(page, "first-run-text").press("Enter")
    expect(by(page, "first-run-text")).to_have_value("Hello!")
