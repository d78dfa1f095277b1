"""Pages that somebody has their browser translate: every text is replaced, as Chrome and Edge do it, and stays true."""

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import shared_server
from tests.e2e.pages import by, in_account_menu

server = shared_server()

REPLACE = "text.replaceWith(outer)"
ADD_THEN_REMOVE = "text.before(outer); text.remove()"
REMOVE_THEN_ADD = "const { parentNode, nextSibling } = text; text.remove(); parentNode.insertBefore(outer, nextSibling)"
WRAP = "text.before(outer); inner.replaceChildren(text)"


def translator(how):
    """Puts each text, also each new one, into two ``font`` elements; the words stay, so that tests can read them."""
    return f"""{{
        const skip = "script, style, textarea, title, font, [translate=no]";
        function translate(text) {{
            if (!text.data.trim() || !text.parentElement || text.parentElement.closest(skip)) return;
            const [outer, inner] = [document.createElement("font"), document.createElement("font")];
            outer.append(inner);
            inner.textContent = text.data;
            {how};
            window.translated = (window.translated ?? 0) + 1;
        }}
        function look(node) {{
            const walker = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
            const texts = [];
            while (walker.nextNode()) texts.push(walker.currentNode);
            if (node.nodeType === 3) texts.push(node);
            texts.forEach(translate);
        }}
        addEventListener("load", () => {{
            look(document.body);
            const watch = {{ childList: true, subtree: true, characterData: true }};
            new MutationObserver((records) => records.forEach(({{ type, target, addedNodes }}) =>
                (type === "characterData" ? [target] : addedNodes).forEach(look))).observe(document.body, watch);
        }});
    }}"""


WAYS = {"replace": REPLACE, "add": ADD_THEN_REMOVE, "remove": REMOVE_THEN_ADD, "wrap": WRAP}


@pytest.fixture(params=WAYS.values(), ids=WAYS.keys())
def reader(person, wire, request):
    """Somebody whose pages are translated, over a wire that can be cut."""
    reader = person(origin=wire.origin)
    reader.add_script(translator(request.param))
    reader.page.reload()
    reader.expect_connected()
    return reader


def expect_drawn(user):
    assert user.page.evaluate("window.translated") > 0
    expect(user.page.get_by_text("This page could not be shown")).to_have_count(0)
    assert user.errors == []


KEYS = "Enter to send, Shift+Enter for a new line"
"""What the notes under the composer say of a text that can be sent."""


def notes(user):
    return user.page.locator(".composer-notes")


@pytest.mark.expects("console Minified React error")
def test_a_translated_conversation_goes_on(person, reader):
    ana, ben = person(), reader
    room = ana.start_group("Plans", ben.username)
    ben.open(room)
    composer = by(ben.page, "composer")

    by(ana.page, "composer").press_sequentially("hello")
    expect(notes(ben)).to_contain_text(f"{ana.username.title()} is typing…")
    by(ana.page, "composer").press("Enter")
    ben.expect_texts("hello")
    expect(notes(ben)).to_have_text("")

    for length, note in ((9_500, "9,500 / 10,000"), (9_501, "9,501 / 10,000"), (10_001, "too long"), (9_502, "9,502")):
        composer.fill("x" * length)
        expect(notes(ben)).to_contain_text(note)
    composer.fill("short")
    expect(notes(ben)).to_have_text(KEYS)
    composer.press("Enter")
    ana.expect_texts("hello", "short")

    other = ana.start_group("Elsewhere", ben.username)
    ana.write("one")
    expect(ben.item(other).locator(".item-unread")).to_have_text("1 unread")
    ana.write("two")
    expect(ben.item(other).locator(".item-unread")).to_have_text("2 unread")
    ben.open(other)
    ben.expect_texts("one", "two")
    expect(ben.page.locator("h1")).to_have_text("Elsewhere")
    expect(ben.item(other).locator(".item-unread")).to_have_count(0)
    ben.open(room)
    expect(ben.page.locator("h1")).to_have_text("Plans")
    ben.expect_texts("hello", "short")
    expect_drawn(ben)


@pytest.mark.expects("console Minified React error")
def test_a_translated_page_shows_what_is_true_of_the_connection(person, reader, wire):
    ben = reader
    room = ben.start_group_in_page("Plans")
    word = by(ben.page, "connection-status").locator(".status-word")
    expect(word).to_have_text("Connected")

    wire.cut()
    ben.expect_not_connected()
    expect(word).not_to_have_text("Connected")
    ben.write("waits")
    expect(by(ben.page, "outbox-count")).to_have_text("1")
    ben.write("waits too")
    expect(by(ben.page, "outbox-count")).to_have_text("2")
    ben.expect_state("waits too", "queued", "sending")
    expect(by(ben.page, "connection-banner")).to_be_visible()

    wire.heal()
    ben.try_now()
    ben.expect_connected()
    expect(word).to_have_text("Connected")
    ben.expect_truth(room, "waits", "waits too")
    expect_drawn(ben)


@pytest.mark.expects("console Minified React error", "status 422")
def test_names_dialogs_and_the_other_pages_stay_true_in_translation(person, reader):
    ana, ben = person(), reader
    room = ana.start_group("Plans", ben.username)
    ana.write("hello")
    ben.open(room)
    ben.expect_texts("hello")
    ana.page.goto("/settings")
    by(ana.page, "settings-display-name").fill("Another Name")
    by(ana.page, "settings-profile-save").click()
    expect(ben.rows().first.locator(".row-head")).to_have_text("Another Name")

    ben.write("mine")
    ben.expect_state("mine", "sent", "delivered", "read")
    by(ben.row("mine"), "message-receipts").click()
    expect(by(ben.page, "receipts")).to_contain_text("Another Name")
    ben.page.keyboard.press("Escape")
    expect(by(ben.page, "receipts")).to_be_hidden()

    in_account_menu(ben.page, "settings-link").click()
    by(ben.page, "settings-display-name").fill("Benno")
    by(ben.page, "settings-profile-save").click()
    expect(by(ben.page, "settings-profile-outcome")).to_have_text("Saved.")
    expect(by(ben.page, "settings-link")).to_contain_text("Benno")
    by(ben.page, "settings-display-name").fill("")
    by(ben.page, "settings-profile-save").click()
    expect(by(ben.page, "settings-profile-outcome")).not_to_have_text("Saved.")

    for name in ("Search", "Posts", "Status"):
        ben.page.get_by_role("link", name=name, exact=True).click()
        expect(ben.page.locator("h1")).to_have_text(name)
    ben.open(room)
    ben.expect_texts("hello", "mine")
    expect_drawn(ben)
