"""The controls of a conversation: writing, what failed, and who has a message."""

from functools import partial

import pytest
from playwright.sync_api import expect

from tests.controls.acts import (
    LINES,
    SIZES,
    at,
    expect_loaded_ahead,
    fresh,
    go_offline,
    holds_value,
    is_gone,
    is_there,
    make_group,
    refuse,
    say,
)
from tests.controls.ledger import use
from tests.e2e.conftest import server_of_file
from tests.e2e.pages import by

# Less space than the file that is sent: trying again is right when some was made.
server = server_of_file(NOVA_UPLOAD_QUOTA_MB="1")
MIB = 1024 * 1024
NOWHERE = "00000000-0000-4000-8000-000000000000"
TOO_LONG = "x" * 10_001


@pytest.fixture
def visit(guest):
    """Somebody in a conversation of their own, with these messages in it."""

    def visit(size, *texts, is_offline=False):
        user = guest(size, "")
        room = make_group(user, fresh("Room"))
        say(user, room, *texts)
        user.page.goto(f"/c/{room}")
        expect(by(user.page, "composer")).to_be_enabled()
        user.expect_texts(*texts)
        user.expect_connected()
        if is_offline:
            go_offline(user)
        return user

    return visit


def state_of(user, text):
    row = user.row(text)
    return lambda: row.count() == 1 and row.get_attribute("data-state")


@LINES
def test_what_is_written_is_sent_by_key_and_by_button(visit, size, is_offline):
    user = visit(size, is_offline=is_offline)
    page, field = user.page, by(user.page, "composer")
    with use(page, "composer", effect="holds what is written", holds=holds_value(field, "by button")):
        field.press_sequentially("by button")
    with use(page, "composer-send", effect="sends it", holds=is_there(user.row("by button")), sends="right"):
        by(page, "composer-send").click()
    expect(field).to_have_value("")
    field.fill("by key")
    with use(page, "composer+Enter", effect="sends it", holds=is_there(user.row("by key")), sends="right"):
        field.press("Enter")
    expected = ("queued",) if is_offline else ("sent", "delivered", "read")
    for text in ("by key", "by button"):
        user.expect_state(text, *expected)
    if is_offline:
        user.context.set_offline(False)
        user.expect_state("by button", "sent", "delivered", "read")


def press_enter_for_nothing(user, effect, sends):
    """Press Enter where nothing may be sent: the key is taken, and nothing is."""
    page, field = user.page, by(user.page, "composer")
    before, rows = field.input_value(), user.texts()
    page.evaluate("addEventListener('keydown', (event) => (window.isTaken = event.defaultPrevented))")
    is_taken = partial(page.evaluate, "window.isTaken === true")
    with use(page, "composer+Enter", effect=effect, holds=is_taken, sends=sends):
        field.press("Enter")
    assert (field.input_value(), user.texts()) == (before, rows)


@SIZES
def test_an_empty_message_is_not_sent(visit, size):
    user = visit(size)
    expect(by(user.page, "composer-send")).to_be_disabled()
    press_enter_for_nothing(user, "sends nothing while there is nothing", "empty")
    user.write("something")
    user.expect_texts("something")


@SIZES
def test_a_message_that_is_too_long_stays_and_says_why(visit, size):
    user = visit(size)
    by(user.page, "composer").fill(TOO_LONG)
    expect(user.page.locator(".draft-note:not(:empty)")).to_be_visible()
    expect(by(user.page, "composer-send")).to_be_disabled()
    press_enter_for_nothing(user, "keeps what is too long", "wrong")
    user.write("fits")
    user.expect_texts("fits")


@pytest.mark.expects("lost connection", "status 413")
@LINES
def test_what_failed_is_sent_again_taken_back_and_thrown_away(visit, size, is_offline):
    user = visit(size)
    page = user.page
    fail(user, "again", "edit me", "throw away")
    if is_offline:
        go_offline(user)
    with use(page, "failed-delete", effect="takes it away", holds=is_gone(user.row("throw away"))):
        by(user.row("throw away"), "failed-delete").click()
    with use(page, "failed-edit", effect="takes it back", holds=holds_value(by(page, "composer"), "edit me")):
        by(user.row("edit me"), "failed-edit").click()
    assert is_gone(user.row("edit me"))()
    again = state_of(user, "again")
    if is_offline:
        with use(page, "failed-retry", effect="queues it again", holds=lambda: again() == "queued"):
            by(user.row("again"), "failed-retry").click()
        return
    requests = []
    page.on("request", lambda request: "/uploads" in request.url and requests.append(request.url))
    with use(page, "failed-retry", effect="sends its file again", holds=lambda: bool(requests)):
        by(user.row("again"), "failed-retry").click()


def fail(user, *texts):
    """Write these, each with a file that the server has no space for."""
    file = {"name": "large.bin", "mimeType": "application/octet-stream", "buffer": bytes(2 * MIB)}
    go_offline(user)
    for text in texts:
        by(user.page, "composer-files").set_input_files(file)
        expect(by(user.page, "composer-file")).to_have_count(1)
        user.write(text)
        expect(by(user.page, "composer-file")).to_have_count(0)
    user.context.set_offline(False)
    for text in texts:
        user.expect_state(text, "failed")


@pytest.mark.expects("lost connection", "status 413")
@LINES
def test_who_has_a_message_is_shown_and_hidden(visit, size, is_offline):
    user = visit(size, "hello", is_offline=is_offline)
    page, dialog = user.page, by(user.page, "receipts")
    with use(page, "message-receipts", effect="shows who has it", holds=is_there(dialog)):
        by(page, "message-receipts").click()
    with use(page, "receipts-close", effect="closes it", holds=is_gone(dialog)):
        by(page, "receipts-close").click()
    by(page, "message-receipts").click()
    expect(dialog).to_be_visible()
    with use(page, "receipts-close+Escape", effect="closes it", holds=is_gone(dialog)):
        page.keyboard.press("Escape")


@pytest.mark.expects("lost connection", "status 418")
@SIZES
def test_messages_that_could_not_be_loaded_come_by_retry(visit, size):
    user = visit(size, "kept")
    page = user.page
    refuse(page, "**/messages?limit=*")
    page.reload()
    user.expect_connected()
    page.wait_for_load_state("networkidle")
    expect(by(page, "history-retry")).to_be_visible(timeout=20_000)
    page.unroute("**/messages?limit=*")
    with use(page, "history-retry", effect="loads the messages", holds=is_there(user.row("kept"))):
        by(page, "history-retry").click()


@pytest.mark.expects("lost connection")
@LINES
def test_the_timeline_is_scrolled_by_keys(visit, size, is_offline):
    user = visit(size, *(f"line {number}" for number in range(30)), is_offline=is_offline)
    page, view = user.page, by(user.page, "timeline-scroll")
    view.focus()
    top = "view => view.scrollTop"
    before = view.evaluate(top)
    with use(page, "timeline-scroll", effect="scrolls up", holds=lambda: view.evaluate(top) < before - 50):
        page.keyboard.press("PageUp")


@pytest.mark.expects("lost connection", "status 404")
@LINES
def test_from_a_conversation_that_does_not_exist_a_way_leads_on(guest, size, is_offline):
    user = guest(size, f"/c/{NOWHERE}")
    page, way = user.page, by(user.page, "conversation-missing-back")
    expect(way).to_be_visible()
    if is_offline:
        expect_loaded_ahead(page, "")
        go_offline(user)
    with use(page, "conversation-missing-back", effect="leads to the list", holds=at(page, "/")):
        way.click()
    expect(by(page, "conversation-new")).to_be_visible()
