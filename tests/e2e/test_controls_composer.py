"""The tools of the composer: marks, codes of emoji, a long paste, discarded texts, the undoing of a send."""

import pytest
from playwright.sync_api import expect

from tests.controls.acts import fresh, holds_value, is_gone, is_there, open_empty
from tests.controls.ledger import use
from tests.controls.widths import widths, widths_and_offline
from tests.e2e.conftest import shared_server
from tests.e2e.pages import by

server = shared_server()
MARKS = (
    ("format-bold", "**word**"),
    ("format-italic", "*word*"),
    ("format-strike", "~~word~~"),
    ("format-code", "`word`"),
    ("format-link", "[word](https://)"),
    ("format-quote", "> word"),
    ("format-list", "- word"),
)
KEYS = (("Control+b", "**word**"), ("Control+i", "*word*"), ("Control+Shift+x", "~~word~~"), ("Control+e", "`word`"))
LONG = "pasted words " * 200
KEEP_ONLY = """([names, kept]) => {
    for (const name of names) localStorage.removeItem(name);
    Object.assign(localStorage, kept);
}"""
KEPT = "nova:enter", "nova:undo-send", "nova:format"


@pytest.fixture
def visit(guest):
    def visit(**kept):
        user = guest("")
        user.page.goto("/healthz")  # where nothing else writes what is kept
        user.page.evaluate(KEEP_ONLY, [KEPT, kept])
        open_empty(user, user.make_group(fresh("Room")))
        return user

    return visit


def test_marks_are_put_around_what_is_selected(visit):
    user = visit()
    page = user.page
    field, bar = by(page, "composer"), page.locator(".format-bar")
    for _ in widths_and_offline(user):
        with use(page, "composer-format", effect="shows the marks", holds=is_there(bar)):
            by(page, "composer-format").click()
        for button, text in MARKS:
            field.fill("word")
            field.select_text()
            with use(page, button, effect="marks what is selected", holds=holds_value(field, text)):
                by(page, button).click()
            expect(field).to_be_focused()
        for keys, text in KEYS:
            field.fill("word")
            field.select_text()
            field.press(keys)
            expect(field).to_have_value(text)
            field.press(keys)
            expect(field).to_have_value("word")
        field.press("Control+z")
        expect(field).to_have_value("`word`")
        by(page, "composer-format").click()
        expect(bar).to_be_hidden()


@pytest.mark.expects("lost connection")
def test_codes_become_emoji(visit):
    user = visit()
    page = user.page
    field, options = by(page, "composer"), by(page, "emoji-code-option")
    field.press_sequentially(":tad")
    expect(options.first).to_have_attribute("data-emoji", "🎉")
    expect(by(page, "emoji-code-list")).to_have_attribute("aria-label", "Emoji")
    field.press("Escape")
    expect(options).to_have_count(0)
    for times, _ in enumerate(widths_and_offline(user), 1):
        field.fill("")
        field.press_sequentially("ok :hear")
        expect(options.first).to_be_visible()
        with use(page, "emoji-code-option", effect="types the emoji", holds=holds_value(field, "ok ❤️")):
            page.locator("[data-testid=emoji-code-option][data-emoji='❤️']").click()
        field.press_sequentially(" :rocke")
        field.press("Enter")
        expect(field).to_have_value("ok ❤️ 🚀")
        field.press_sequentially(" :tada: 10:30:45")
        expect(field).to_have_value("ok ❤️ 🚀 🎉 10:30:45")
        # The same is typed again at the same place, in the next message.
        field.press("Enter")
        expect(user.rows()).to_have_count(times)


def test_a_code_becomes_an_emoji_in_the_next_message_too(visit):
    user = visit()
    field = by(user.page, "composer")
    for times in (1, 2):
        field.press_sequentially(":tad")
        expect(by(user.page, "emoji-code-option").first).to_be_visible()
        field.press_sequentially("a:")
        expect(field).to_have_value("🎉")
        field.press("Enter")
        expect(user.rows()).to_have_count(times)


def paste(page, text):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("text => navigator.clipboard.writeText(text)", text)
    by(page, "composer").press("Control+v")


def test_a_long_paste_can_become_a_file(visit):
    user = visit()
    page = user.page
    field, offer = by(page, "composer"), page.locator(".paste-offer")
    for _ in widths_and_offline(user):
        field.fill("Look: ")
        paste(page, LONG)
        expect(field).to_have_value("Look: " + LONG)
        with use(page, "paste-keep", effect="keeps the text", holds=is_gone(offer)):
            by(page, "paste-keep").click()
        field.fill("Look: ")
        paste(page, LONG)
        with use(page, "paste-as-file", effect="makes it a file", holds=holds_value(field, "Look: ")):
            by(page, "paste-as-file").click()
        expect(page.locator(".composer .sent-files")).to_contain_text("pasted.txt")
        expect(offer).to_have_count(0)
        by(page, "composer-file-remove").click()
        expect(by(page, "composer-file")).to_have_count(0)


def test_a_text_that_was_discarded_comes_back(visit):
    user = visit()
    page, field, sent = user.page, by(user.page, "composer"), []
    for _ in widths_and_offline(user):
        text = fresh("a long thought that")
        field.press_sequentially(text)
        field.fill("")
        found = page.locator("[data-testid=discarded-restore]", has_text=text)
        with use(page, "discarded-open", effect="shows what was discarded", holds=is_there(found)):
            by(page, "discarded-open").click()
        with use(page, "discarded-restore", effect="takes it into the composer", holds=holds_value(field, text)):
            found.click()
        # What was sent was not discarded.
        field.press("Enter")
        sent.append(text)
        user.expect_texts(*sent)
        expect(found).to_have_count(0)


def test_sending_can_be_undone(visit):
    user = visit(**{"nova:undo-send": "on"})
    page, field = user.page, by(user.page, "composer")
    for _, is_offline in widths_and_offline(user):
        text = fresh("too early")
        field.fill(text)
        field.press("Enter")
        row = user.row(text)
        expect(row).to_be_visible()
        with use(page, "undo-send", effect="takes it back", holds=holds_value(field, text)):
            by(row, "undo-send").click()
        expect(row).to_have_count(0)
        if not is_offline:
            field.press("Enter")
            user.expect_state(text, "sent", "delivered", "read")
            expect(by(page, "undo-send")).to_have_count(0)


def test_enter_breaks_the_line_where_that_is_set(visit):
    user = visit(**{"nova:enter": "break"})
    page = user.page
    field = by(page, "composer")
    expect(field).to_be_enabled()
    for times, _ in enumerate(widths(user), 1):
        field.press_sequentially("one")
        field.press("Enter")
        field.press_sequentially("two")
        expect(field).to_have_value("one\ntwo")
        field.press("Control+Enter")
        user.expect_texts(*["one\ntwo"] * times)
        expect(field).to_have_value("")
