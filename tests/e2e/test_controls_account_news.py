"""The controls of what a user should know of their account, on every page."""

import pytest
from playwright.sync_api import expect

from tests.controls.acts import LINES, at, go_offline, is_gone
from tests.controls.ledger import use
from tests.e2e.conftest import shared_server
from tests.e2e.pages import by

server = shared_server()

SHORT = "old and short"


@pytest.fixture
def short(person, server):
    """Somebody with a password from before there was a least length, who has just signed in with it."""

    def visit(size):
        user = person(viewport=size)
        server.use_password(user.username, SHORT)
        sign_in(user)
        user.page.goto("/")
        expect(news(user.page)).to_have_count(1)
        return user

    return visit


def sign_in(user):
    body = {"username": user.username, "password": SHORT}
    answer = user.context.request.post("/api/v1/auth/login", data=body, headers={"Origin": user.origin})
    assert answer.ok, answer.text()


def news(page):
    return by(page, "account-news")


@LINES
def test_a_short_password_is_asked_about_once(short, size, is_offline):
    user = short(size)
    page = user.page
    if is_offline:
        go_offline(user)
        expect(by(page, "longer-password-keep")).to_be_disabled()
        user.context.set_offline(False)
        user.expect_connected()
    with use(page, "longer-password-keep", effect="closes the question", holds=is_gone(news(page))):
        by(page, "longer-password-keep").click()
    sign_in(user)
    page.goto("/settings")
    user.expect_connected()
    expect(by(page, "settings-password")).to_be_visible()
    expect(news(page)).to_have_count(0)


@LINES
def test_the_question_leads_to_the_form_which_answers_it(short, size, is_offline):
    user = short(size)
    page, form = user.page, by(user.page, "settings-password")
    if is_offline:
        go_offline(user)
    with use(page, "longer-password-choose", effect="leads to the settings", holds=at(page, "/settings")):
        by(page, "longer-password-choose").click()
    if is_offline:
        user.context.set_offline(False)
        user.expect_connected()
    expect(form).to_be_in_viewport()
    expect(news(page)).to_have_count(1)
    by(page, "settings-current-password").fill(SHORT)
    by(page, "settings-new-password").fill("a battery of horses and staples")
    by(page, "settings-password-save").click()
    expect(news(page)).to_have_count(0)
