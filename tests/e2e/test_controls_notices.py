"""The controls of notices, of the problems of a session, and of a page that cannot be drawn."""

import json
import re
from functools import partial

import pytest
from playwright.sync_api import expect

from tests.controls.acts import (
    SIZES,
    WIDE,
    at,
    fresh,
    is_focused,
    is_gone,
    is_reloaded,
    is_there,
    refuse,
)
from tests.controls.ledger import use
from tests.controls.widths import widths, widths_and_offline
from tests.e2e.conftest import shared_server
from tests.e2e.pages import by, in_account_menu

server = shared_server()
OLDER_POSTS = re.compile(r"/api/v1/posts\?before=")


def report(page, code):
    """Something goes wrong that is told so."""
    page.evaluate("code => novaReport({ code })", code)
    expect(by(page, "notice").first).to_be_visible()


@pytest.mark.expects("lost connection", "notice SERVER_ERROR")
def test_keys_lead_to_a_notice_and_put_it_away(guest):
    user = guest()
    page = user.page
    for size, _ in widths_and_offline(user):
        for key in ("F6", "Alt+T"):
            report(page, "internal")
            page.mouse.click(5, size["height"] - 5)
            inside = "document.activeElement.closest('[data-testid=notice]') !== null"
            with use(page, f"notices+{key}", effect="leads to the notice", holds=lambda js=inside: page.evaluate(js)):
                page.keyboard.press(key)
            effect = "puts the notice away"
            with use(page, "notice-dismiss+Escape", effect=effect, holds=is_gone(by(page, "notice"))):
                page.keyboard.press("Escape")


@pytest.mark.expects("lost connection", "notice SERVER_ERROR")
def test_a_notice_is_copied_edited_and_put_away(guest):
    user = guest()
    page = user.page
    user.context.grant_permissions(["clipboard-read", "clipboard-write"])
    calm = page.locator(".notice.calm")

    def copied():
        text = page.evaluate("navigator.clipboard.readText()")
        return text.startswith("{") and json.loads(text)["code"] == "internal"

    for _ in widths_and_offline(user):
        report(page, "internal")

        page.evaluate("navigator.clipboard.writeText('')")
        with use(page, "notice-copy", effect="copies what happened", holds=copied):
            by(page, "notice-copy").click()
        with use(page, "notice-dismiss", effect="puts the notice away", holds=is_gone(by(page, "notice"))):
            by(page, "notice-dismiss").click()
        # What only waits is told calmly, and can be put away like anything else.
        page.evaluate("novaReport({ code: 'too_many_attempts', retry_after_ms: 30000 })")
        expect(calm).to_be_visible()
        by(page, "notice-dismiss").focus()
        with use(page, "notice-dismiss+Escape", effect="puts the calm notice away", holds=is_gone(calm)):
            page.keyboard.press("Escape")
        page.evaluate("novaReport({ code: 'too_many_attempts', retry_after_ms: 30000 })")
        expect(calm).to_be_visible()
        with use(page, "notice-dismiss", effect="puts the calm notice away", holds=is_gone(calm)):
            by(page, "notice-dismiss").click()


@pytest.mark.expects("lost connection")
def test_a_notice_leads_back_to_what_was_written(guest):
    user = guest("")
    page = user.page
    room = user.make_group(fresh("Edit"))
    page.goto(f"/c/{room}")
    expect(by(page, "composer")).to_be_enabled()
    for _ in widths(user):
        report(page, "outbox_full")
        page.evaluate("document.activeElement.blur()")
        with use(page, "notice-edit", effect="leads to the composer", holds=is_focused(page, "composer")):
            by(page, "notice-edit").click()


@pytest.mark.expects("notice UNKNOWN", "status 401")
@SIZES
def test_a_notice_leads_to_signing_in_and_loads_the_page_again(person, size):
    page = person(viewport=size).page
    report(page, "unexpected_answer")
    with use(page, "notice-reload", effect="loads the page again", holds=is_reloaded(page)):
        by(page, "notice-reload").click()
    page.wait_for_function("() => Boolean(window.novaReport)")
    report(page, "not_signed_in")
    page.context.clear_cookies()
    with use(page, "notice-sign-in", effect="leads to signing in", holds=at(page, "/login")):
        by(page, "notice-sign-in").click()


@pytest.fixture(scope="module")
def older_posts(guest):
    """More posts than are shown at once."""
    for number in range(30):
        guest("").post("posts", {"text": f"Post {number}"})


@pytest.fixture
def lost_posts(guest, older_posts):
    """Somebody whose older posts could not be loaded, once."""

    def visit(size):
        user = guest("", size=size)
        page = user.page
        page.goto("/posts")
        user.expect_connected()
        refuse(page, OLDER_POSTS)
        by(page, "feed-older").click()
        expect(by(page, "notice-retry")).to_be_visible(timeout=20_000)
        page.unroute(OLDER_POSTS)
        return user

    return visit


def requests_of(page):
    found = []
    page.on("request", lambda request: OLDER_POSTS.search(request.url) and found.append(request.url))
    return found


@pytest.mark.expects("notice UNKNOWN", "status 418")
@SIZES
def test_what_failed_is_tried_again_from_its_notice_and_from_the_list(lost_posts, size):
    user = lost_posts(size)
    page = user.page
    posts = by(page, "post").count()
    with use(page, "notice-retry", effect="loads what failed", holds=lambda: by(page, "post").count() > posts):
        by(page, "notice-retry").click()
    user = lost_posts(size)
    by(page, "notice-dismiss").first.click()
    if size != WIDE:
        by(page, "back").click()
    in_account_menu(page, "error-history-toggle").click()
    asked = requests_of(page)
    with use(page, "problem-retry", effect="asks again for what failed", holds=lambda: bool(asked)):
        by(page, "problem-retry").first.click()


@pytest.mark.expects("lost connection")
def test_the_problems_of_a_session_are_shown_scrolled_saved_and_cleared(guest):
    user = guest()
    page, saved = user.page, []
    page.on("download", lambda download: saved.append(download.suggested_filename))
    for _ in widths_and_offline(user):
        for number in range(40):
            page.evaluate("text => novaReport({ code: 'internal', message: text, quiet: true })", f"Problem {number}.")
        shown = by(page, "errors-save")
        toggle = in_account_menu(page, "error-history-toggle")
        with use(page, "error-history-toggle", effect="shows the problems", holds=is_there(shown)):
            toggle.click()
        listed = by(page, "error-history-list")
        listed.focus()
        with use(
            page, "error-history-list", effect="scrolls", holds=lambda: listed.evaluate("list => list.scrollTop") > 0
        ):
            page.keyboard.press("PageDown")
        saved.clear()
        with use(page, "errors-save", effect="saves them as a file", holds=lambda: saved == ["nova-errors.json"]):
            shown.click()
        with use(page, "errors-clear", effect="forgets them", holds=is_gone(by(page, "error-history"))):
            by(page, "errors-clear").click()


@pytest.mark.expects("lost connection", "notice SERVER_ERROR")
def test_a_problem_of_the_session_is_copied(guest):
    user = guest()
    page, copy = user.page, by(user.page, "problem-copy").last
    user.context.grant_permissions(["clipboard-read", "clipboard-write"])
    copied = partial(page.evaluate, "navigator.clipboard.readText()")
    for _ in widths_and_offline(user):
        number = fresh("number")
        page.evaluate("id => novaReport({ code: 'internal', request_id: id, quiet: true })", number)
        if not copy.is_visible():
            in_account_menu(page, "error-history-toggle").click()
        with use(page, "problem-copy", effect="copies what happened", holds=lambda: f'"{number}"' in copied()):
            copy.click()


BROKEN = {
    "text": {"not": "text"},
    "seq": 1,
    "client_id": "c",
    "author_id": "a",
    "created_at": "2026-01-01T00:00:00Z",
}
"""A message that nobody can draw."""


@pytest.mark.expects("console .split is not a function", "lost connection", "notice UNKNOWN")
def test_a_page_that_cannot_be_drawn_is_loaded_again_or_left(person):
    user = person(path="")
    page = user.page
    room = user.make_group("Broken")
    answer = {"items": [BROKEN], "has_more": False, "last_seq": 1}
    page.route("**/messages?limit=*", lambda route: route.fulfill(json=answer))
    for _ in widths(user):
        page.goto(f"/c/{room}")
        expect(by(page, "page-failed-reload")).to_be_visible()
        with use(page, "page-failed-reload", effect="loads the page again", holds=is_reloaded(page)):
            by(page, "page-failed-reload").click()
        expect(by(page, "page-failed-home")).to_be_visible()
        with use(page, "page-failed-home", effect="leads to the list", holds=at(page, "/")):
            by(page, "page-failed-home").click()
    user.errors.clear()  # provoked


@pytest.mark.expects("lost connection", "notice SERVER_ERROR", "notice UNKNOWN")
def test_a_few_notices_are_drawn_and_the_rest_on_demand(guest):
    user = guest()
    page = user.page
    for code in ("internal", "unexpected_answer", "storage_unavailable", "outbox_full"):
        report(page, code)
    shown = by(page, "notice").filter(visible=True)
    for size, _ in widths_and_offline(user):
        few = 3 if size == WIDE else 1
        expect(shown).to_have_count(few)
        button = by(page, "notices-more")
        expect(button).to_have_text(f"{4 - few} more", use_inner_text=True)
        with use(page, "notices-more", effect="shows all of them", holds=lambda: shown.count() == 4):
            button.click()
        with use(page, "notices-more", effect="shows few again", holds=lambda: shown.count() == few):
            button.click()
