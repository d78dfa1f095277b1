"""The controls of what has happened to the account: on every page at once, and in the settings afterwards."""

import pytest
from playwright.sync_api import expect

from tests.controls.acts import LINES, at, go_offline, is_gone
from tests.controls.ledger import use
from tests.e2e.conftest import shared_server
from tests.e2e.pages import by

server = shared_server()


@pytest.fixture
def alerted(person):
    """Somebody who has just been told that a second browser has signed in."""

    def visit(size):
        user = person(path="", viewport=size)
        user.page.goto("/")
        user.expect_connected()
        person(user.username, register=False).sign_in()
        expect(by(user.page, "account-news")).to_have_attribute("data-kind", "signed_in")
        return user

    return visit


@LINES
def test_a_new_sign_in_is_announced_and_leads_to_the_devices(alerted, size, is_offline):
    user = alerted(size)
    page, news = user.page, by(user.page, "account-news")
    expect(news).to_contain_text("New sign-in")
    if is_offline:
        go_offline(user)
    with use(page, "account-news-check", effect="leads to the settings", holds=at(page, "/settings")):
        by(page, "account-news-check").click()
    if is_offline:
        user.context.set_offline(False)
        user.expect_connected()
    expect(by(page, "settings-sessions")).to_be_in_viewport()
    expect(by(page, "session")).to_have_count(2)
    if is_offline:
        go_offline(user)
    with use(page, "account-news-close", effect="closes it", holds=is_gone(news)):
        by(page, "account-news-close").click()
    expect(by(page, "account-event")).to_have_count(1)
    for part in ("sessions", "password"):
        reached = lambda part=part: page.url.endswith(f"#settings-{part}")  # noqa: E731
        if reached():
            page.evaluate("history.replaceState(null, '', '/settings')")
        with use(page, f"activity-{part}", effect="leads to that part", holds=reached):
            by(page, f"activity-{part}").click()
