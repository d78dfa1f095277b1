"""The controls of notices, of the problems of a session, and of a page that cannot be drawn."""

import json
import re
from functools import partial

import pytest
from playwright.sync_api import expect

from tests.controls.acts import (
    LINES,
    SIZES,
    WIDE,
    at,
    fresh,
    go_offline,
    is_focused,
    is_gone,
    is_reloaded,
    is_there,
    post,
    refuse,
)
from tests.controls.ledger import use
from tests.e2e.conftest import shared_server
from tests.e2e.pages import by, in_account_menu

server = shared_server()
OLDER_POSTS = re.compile(r"/api/v1/posts\?before=")


def report(page, code):
    """Something goes wrong that is told so."""
    page.evaluate("code => novaReport({ code })", code)
    expect(by(page, "notice").first).to_be_visible()


@pytest.mark.expects("lost connection", "notice SERVER_ERROR")
@LINES
def test_keys_lead_to_a_notice_and_put_it_away(guest, size, is_offline):
    page = guest(size, is_offline=is_offline).page
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
@LINES
def test_a_notice_is_copied_edited_and_put_away(guest, size, is_offline):
    user = guest(size)
    page = user.page
    user.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.wait_for_load_state("networkidle")
    if is_offline:
        go_offline(user)
    report(page, "internal")

    def copied():
        text = page.evaluate("navigator.clipboard.readText()")
        return text.startswith("{") and json.loads(text)["code"] == "internal"

    page.evaluate("navigator.clipboard.writeText('')")
    with use(page, "notice-copy", effect="copies what happened", holds=copied):
        by(page, "notice-copy").click()
    with use(page, "notice-dismiss", effect="puts the notice away", holds=is_gone(by(page, "notice"))):
        by(page, "notice-dismiss").click()
    # What only waits is told calmly, and can be put away like anything else.
    page.evaluate("novaReport({ code: 'too_many_attempts', retry_after_ms: 30000 })")
    calm = page.locator(".notice.calm")
    expect(calm).to_be_visible()
    by(page, "notice-dismiss").focus()
    with use(page, "notice-dismiss+Escape", effect="puts the calm notice away", holds=is_gone(calm)):
        page.keyboard.press("Escape")
    page.evaluate("novaReport({ code: 'too_many_attempts', retry_after_ms: 30000 })")
    expect(calm).to_be_visible()
    with use(page, "notice-dismiss", effect="puts the calm notice away", holds=is_gone(calm)):
        by(page, "notice-dismiss").click()


@pytest.mark.expects("lost connection")
@SIZES
def test_a_notice_leads_back_to_what_was_written(guest, size):
    user = guest(size, "")
    page = user.page
    room = post(user, "conversations", {"kind": "group", "title": fresh("Edit"), "members": []})["id"]
    page.goto(f"/c/{room}")
    expect(by(page, "composer")).to_be_enabled()
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


@pytest.fixture
def lost_posts(guest):
    """Somebody whose older posts could not be loaded, once."""

    def visit(size):
        user = guest(size, "")
        for number in range(25 if size == WIDE else 30):
            post(user, "posts", {"text": f"Post {number}"})
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
@LINES
def test_the_problems_of_a_session_are_shown_scrolled_saved_and_cleared(guest, size, is_offline):
    page = guest(size, is_offline=is_offline).page
    for number in range(40):
        page.evaluate("text => novaReport({ code: 'internal', message: text, quiet: true })", f"Problem {number}.")
    shown = by(page, "errors-save")
    toggle = in_account_menu(page, "error-history-toggle")
    with use(page, "error-history-toggle", effect="shows the problems", holds=is_there(shown)):
        toggle.click()
    lines = by(page, "error-history-list")
    lines.focus()
    with use(page, "error-history-list", effect="scrolls", holds=lambda: lines.evaluate("list => list.scrollTop") > 0):
        page.keyboard.press("PageDown")
    saved = []
    page.on("download", lambda download: saved.append(download.suggested_filename))
    with use(page, "errors-save", effect="saves them as a file", holds=lambda: saved == ["nova-errors.json"]):
        shown.click()
    with use(page, "errors-clear", effect="forgets them", holds=is_gone(by(page, "error-history"))):
        by(page, "errors-clear").click()


@pytest.mark.expects("lost connection", "notice SERVER_ERROR")
@LINES
def test_a_problem_of_the_session_is_copied(guest, size, is_offline):
    user = guest(size, is_offline=is_offline)
    page, number = user.page, fresh("number")
    user.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("id => novaReport({ code: 'internal', request_id: id, quiet: true })", number)
    in_account_menu(page, "error-history-toggle").click()
    copied = partial(page.evaluate, "navigator.clipboard.readText()")
    with use(page, "problem-copy", effect="copies what happened", holds=lambda: f'"{number}"' in copied()):
        by(page, "problem-copy").last.click()


BROKEN = {
    "text": {"not": "text"},
    "seq": 1,
    "client_id": "c",
    "author_id": "a",
    "created_at": "2026-01-01T00:00:00Z",
}
"""A message that nobody can draw."""


@pytest.mark.expects("console .split is not a function", "lost connection", "notice UNKNOWN")
@SIZES
def test_a_page_that_cannot_be_drawn_is_loaded_again_or_left(person, size):
    user = person(viewport=size)
    page = user.page
    room = post(user, "conversations", {"kind": "group", "title": "Broken", "members": []})["id"]
    answer = {"items": [BROKEN], "has_more": False, "last_seq": 1}
    page.route("**/messages?limit=*", lambda route: route.fulfill(json=answer))
    for control, effect in (("page-failed-home", "leads to the list"), ("page-failed-reload", "loads the page again")):
        page.goto(f"/c/{room}")
        expect(by(page, control)).to_be_visible()
        holds = at(page, "/") if control == "page-failed-home" else is_reloaded(page)
        with use(page, control, effect=effect, holds=holds):
            by(page, control).click()
    user.errors.clear()  # provoked


@pytest.mark.expects("lost connection", "notice SERVER_ERROR", "notice UNKNOWN")
@LINES
def test_a_few_notices_are_drawn_and_the_rest_on_demand(guest, size, is_offline):
    page = guest(size, is_offline=is_offline).page
    for code in ("internal", "unexpected_answer", "storage_unavailable", "outbox_full"):
        report(page, code)
    shown = by(page, "notice").filter(visible=True)
    few = 3 if size == WIDE else 1
    expect(shown).to_have_count(few)
    button = by(page, "notices-more")
    expect(button).to_have_text(f"{4 - few} more", use_inner_text=True)
    with use(page, "notices-more", effect="shows all of them", holds=lambda: shown.count() == 4):
        button.click()
    with use(page, "notices-more", effect="shows few again", holds=lambda: shown.count() == few):
        button.click()
