"""The controls of the pages for signing in and registering."""

from functools import partial

import pytest
from playwright.sync_api import expect

from tests.controls.acts import SIZES, WIDE, at, holds_value, is_suggested, is_there, make_account
from tests.controls.ledger import use
from tests.controls.widths import widths, widths_and_offline
from tests.e2e.conftest import shared_server
from tests.e2e.pages import PASSWORD, by

server = shared_server()


@pytest.fixture
def stranger(person):
    """Somebody who is not signed in, at this page."""

    def visit(path, **options):
        user = person(register=False, **options)
        open_form(user, path)
        return user

    return visit


def open_form(user, path):
    user.page.goto(path)
    expect(by(user.page, "auth-submit")).to_be_visible()
    user.page.wait_for_load_state("networkidle")


def lose_network(user):
    """These pages have no connection of their own."""
    user.context.set_offline(True)


def type_into(page, **texts):
    for field, text in texts.items():
        control = f"auth-{field.replace('_', '-')}"
        with use(page, control, effect="holds what is typed", holds=holds_value(by(page, control), text)):
            by(page, control).press_sequentially(text)


def send(page, effect, holds, sends):
    with use(page, "auth-submit", effect=effect, holds=holds, sends=sends):
        by(page, "auth-submit").click()


@pytest.mark.expects("lost connection", "status 422")
@SIZES
def test_an_account_is_made_with_nothing_something_wrong_and_all_right(stranger, size):
    page = stranger("/register", viewport=size).page
    wrong = page.locator("form [aria-invalid=true]")
    send(page, "says what is missing", lambda: wrong.count() > 0, "empty")
    type_into(page, username=f"nora{size['width']}", display_name="Nora", password="short")
    send(page, "says that the password is too short", is_there(wrong), "wrong")
    by(page, "auth-password").fill(PASSWORD)
    send(page, "makes the account and lets in", at(page, "/"), "right")
    expect(by(page, "settings-link")).to_contain_text("Nora")


@pytest.mark.expects("status 401")
@SIZES
def test_signing_in_with_nothing_something_wrong_and_all_right(stranger, server, size):
    known = make_account(server, "olga")
    page = stranger("/login", viewport=size).page
    notified = page.locator("form [role=alert]:not(:empty)")
    send(page, "says what is missing", lambda: notified.count() > 0, "empty")
    page.reload()
    type_into(page, username=known, password="not this one")
    send(page, "says that the two do not belong together", is_there(notified), "wrong")
    by(page, "auth-password").fill(PASSWORD)
    send(page, "signs in", at(page, "/"), "right")
    expect(by(page, "settings-link")).to_contain_text(known.title())


@pytest.mark.expects("lost connection")
def test_the_password_is_shown_and_hidden_again(stranger):
    user = stranger("/register")
    page = user.page
    field = by(page, "auth-password")
    expect(page.locator("#auth-password-about")).to_have_text("At least 15 characters. Four or five words are fine.")
    for _ in widths_and_offline(user, lose_network):
        field.fill("three words here")
        for shown, effect in (("text", "shows what is typed"), ("password", "hides it again")):
            with use(
                page,
                "auth-password-show",
                effect=effect,
                holds=lambda shown=shown: field.get_attribute("type") == shown,
            ):
                by(page, "auth-password-show").click()
            expect(field).to_have_value("three words here")
        # Of letters instead of words where the list of words is out of reach.
        with use(page, "auth-password-suggest", effect="fills in one and shows it", holds=is_suggested(field)):
            by(page, "auth-password-suggest").click()
        by(page, "auth-password-show").click()
        expect(field).to_have_attribute("type", "password")


@pytest.mark.expects("lost connection")
def test_from_one_form_to_the_other(stranger):
    user = stranger("/login")
    page = user.page
    for _ in widths_and_offline(user, lose_network):
        with use(page, "to-register", effect="leads to the form for an account", holds=at(page, "/register")):
            by(page, "to-register").click()
        expect(by(page, "auth-display-name")).to_be_visible()
        with use(page, "to-sign-in", effect="leads to the form for signing in", holds=at(page, "/login")):
            by(page, "to-sign-in").click()
        expect(by(page, "auth-display-name")).to_have_count(0)


@pytest.mark.expects("lost connection")
def test_offline_the_form_keeps_what_is_typed_and_says_why_it_cannot(stranger):
    user = stranger("/register", viewport=WIDE)
    page = user.page
    lose_network(user)
    type_into(page, username="offline", display_name="Off Line", password=PASSWORD)
    notified = page.locator("form [role=alert]:not(:empty)")
    send(page, "says that the server cannot be reached", is_there(notified), "wrong")
    expect(by(page, "auth-username")).to_have_value("offline")


@pytest.mark.expects("status 404")
def test_a_page_that_does_not_exist_leads_to_the_conversations(person):
    user = person(path="")
    page = user.page
    page.goto("/nowhere")
    for _ in widths(user):
        with use(page, "not-found-home", effect="leads to the conversations", holds=at(page, "/")):
            by(page, "not-found-home").click()
        expect(by(page, "conversation-new")).to_be_visible()
        page.go_back()


@pytest.mark.expects("status 409")
@SIZES
def test_a_page_whose_account_has_changed_goes_on_as_the_other(person, server, size):
    other = make_account(server, "other")
    user = person(viewport=size)
    page = user.page
    account = {"username": other, "password": PASSWORD}
    assert user.context.request.post("/api/v1/auth/login", data=account).ok
    by(page, "place-status").click()
    expect(by(page, "account-continue")).to_be_visible(timeout=30_000)
    known = partial(page.evaluate, "localStorage.getItem('nova:account')")
    with use(page, "account-continue", effect="goes on as the other", holds=lambda: f'"{other}"' in known()):
        by(page, "account-continue").click()
    user.expect_connected()
