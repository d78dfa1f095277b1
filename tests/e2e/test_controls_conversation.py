"""The controls of a conversation: writing, what failed, and who has a message."""

from functools import partial

import pytest
from playwright.sync_api import expect

from tests.controls.acts import (
    at,
    expect_loaded_ahead,
    fresh,
    go_offline,
    holds_value,
    is_gone,
    is_there,
    open_empty,
    refuse,
    say,
)
from tests.controls.ledger import use
from tests.controls.widths import widths, widths_and_offline
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

    def visit(*texts):
        user = guest("")
        room = user.make_group(fresh("Room"))
        say(user, room, *texts)
        if not texts:
            open_empty(user, room)
            return user
        user.page.goto(f"/c/{room}")
        expect(by(user.page, "composer")).to_be_enabled()
        user.expect_texts(*texts)
        user.expect_connected()
        return user

    return visit


def state_of(user, text):
    row = user.row(text)
    return lambda: row.count() == 1 and row.get_attribute("data-state")


def test_what_is_written_is_sent_by_key_and_by_button(visit):
    user = visit()
    page, field = user.page, by(user.page, "composer")
    for _, is_offline in widths_and_offline(user):
        button, key = fresh("by button"), fresh("by key")
        with use(page, "composer", effect="holds what is written", holds=holds_value(field, button)):
            field.press_sequentially(button)
        with use(page, "composer-send", effect="sends it", holds=is_there(user.row(button)), sends="right"):
            by(page, "composer-send").click()
        expect(field).to_have_value("")
        field.fill(key)
        with use(page, "composer+Enter", effect="sends it", holds=is_there(user.row(key)), sends="right"):
            field.press("Enter")
        expected = ("queued",) if is_offline else ("sent", "delivered", "read")
        for text in (key, button):
            user.expect_state(text, *expected)
    user.context.set_offline(False)
    user.expect_state(button, "sent", "delivered", "read")


WATCH_ENTER = """() => {
    window.isTaken = false;
    addEventListener("keydown", (event) => (window.isTaken = event.defaultPrevented), { once: true });
}"""


def press_enter_for_nothing(user, effect, sends):
    """Press Enter where nothing may be sent: the key is taken, and nothing is."""
    page, field = user.page, by(user.page, "composer")
    before, rows = field.input_value(), user.texts()
    page.evaluate(WATCH_ENTER)
    is_taken = partial(page.evaluate, "window.isTaken === true")
    with use(page, "composer+Enter", effect=effect, holds=is_taken, sends=sends):
        field.press("Enter")
    assert (field.input_value(), user.texts()) == (before, rows)


def test_an_empty_message_is_not_sent(visit):
    user, written = visit(), []
    for _ in widths(user):
        expect(by(user.page, "composer-send")).to_be_disabled()
        press_enter_for_nothing(user, "sends nothing while there is nothing", "empty")
        written.append(fresh("something"))
        user.write(written[-1])
        user.expect_texts(*written)


def test_a_message_that_is_too_long_stays_and_says_why(visit):
    user, written = visit(), []
    for _ in widths(user):
        by(user.page, "composer").fill(TOO_LONG)
        expect(user.page.locator(".draft-note:not(:empty)")).to_be_visible()
        expect(by(user.page, "composer-send")).to_be_disabled()
        press_enter_for_nothing(user, "keeps what is too long", "wrong")
        written.append(fresh("fits"))
        user.write(written[-1])
        user.expect_texts(*written)


@pytest.mark.expects("lost connection", "status 413")
def test_what_failed_is_sent_again_taken_back_and_thrown_away(visit):
    user = visit()
    page, requests = user.page, []
    page.on("request", lambda request: "/uploads" in request.url and requests.append(request.url))
    fail(user, "again", *(f"{what} {turn}" for turn in range(3) for what in ("edit me", "throw away")))
    again = state_of(user, "again")
    for turn, (_, is_offline) in enumerate(widths_and_offline(user)):
        thrown, edited = f"throw away {turn}", f"edit me {turn}"
        with use(page, "failed-delete", effect="takes it away", holds=is_gone(user.row(thrown))):
            by(user.row(thrown), "failed-delete").click()
        with use(page, "failed-edit", effect="takes it back", holds=holds_value(by(page, "composer"), edited)):
            by(user.row(edited), "failed-edit").click()
        assert is_gone(user.row(edited))()
        if is_offline:
            with use(page, "failed-retry", effect="queues it again", holds=lambda: again() == "queued"):
                by(user.row("again"), "failed-retry").click()
            return
        requests.clear()
        with use(page, "failed-retry", effect="sends its file again", holds=lambda: bool(requests)):
            by(user.row("again"), "failed-retry").click()
        user.expect_state("again", "failed")
        by(page, "composer").fill("")


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
def test_who_has_a_message_is_shown_and_hidden(visit):
    user = visit("hello")
    page, dialog = user.page, by(user.page, "receipts")
    for _ in widths_and_offline(user):
        with use(page, "message-receipts", effect="shows who has it", holds=is_there(dialog)):
            by(page, "message-receipts").click()
        with use(page, "receipts-close", effect="closes it", holds=is_gone(dialog)):
            by(page, "receipts-close").click()
        by(page, "message-receipts").click()
        expect(dialog).to_be_visible()
        with use(page, "receipts-close+Escape", effect="closes it", holds=is_gone(dialog)):
            page.keyboard.press("Escape")


@pytest.mark.expects("lost connection", "status 418")
def test_messages_that_could_not_be_loaded_come_by_retry(visit):
    user = visit("kept")
    page = user.page
    for _ in widths(user):
        refuse(page, "**/messages?limit=*")
        page.reload()
        user.expect_connected()
        page.wait_for_load_state("networkidle")
        expect(by(page, "history-retry")).to_be_visible(timeout=20_000)
        page.unroute("**/messages?limit=*")
        with use(page, "history-retry", effect="loads the messages", holds=is_there(user.row("kept"))):
            by(page, "history-retry").click()


@pytest.mark.expects("lost connection")
def test_the_timeline_is_scrolled_by_keys(visit):
    user = visit(*(f"line {number}" for number in range(30)))
    page, view = user.page, by(user.page, "timeline-scroll")
    for _ in widths_and_offline(user):
        view.evaluate("view => { view.scrollTop = view.scrollHeight }")
        view.focus()
        top = "view => view.scrollTop"
        before = view.evaluate(top)
        with use(page, "timeline-scroll", effect="scrolls up", holds=lambda: view.evaluate(top) < before - 50):
            page.keyboard.press("PageUp")


@pytest.mark.expects("lost connection", "status 404")
def test_from_a_conversation_that_does_not_exist_a_way_leads_on(guest):
    user = guest(f"/c/{NOWHERE}")
    page, way = user.page, by(user.page, "conversation-missing-back")
    expect(way).to_be_visible()
    expect_loaded_ahead(page, "")
    for _, is_offline in widths_and_offline(user):
        with use(page, "conversation-missing-back", effect="leads to the list", holds=at(page, "/")):
            way.click()
        expect(by(page, "conversation-new")).to_be_visible()
        if not is_offline:
            page.go_back()
            expect(way).to_be_visible()
