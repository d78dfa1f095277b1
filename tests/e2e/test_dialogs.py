"""Every dialog and popover: its role and name, where the focus goes, and what closes it."""

from dataclasses import dataclass

import pytest
from playwright.sync_api import expect

from tests.controls.acts import WIDE, fresh
from tests.controls.widths import widths
from tests.e2e.conftest import shared_server
from tests.e2e.pages import by

server = shared_server()

HAS_FOCUS = "element => element.contains(document.activeElement)"
OUTSIDE = {"x": 4, "y": 90}
"""In both sizes of screen: beside every dialog and popover."""


@dataclass(frozen=True)
class Overlay:
    """A dialog or popover.

    Attributes:
        opener: The test id of the control that opens it.
        first: The test id of what has the focus once it is open; the opener where nothing in it can be operated.
        is_modal: Everything under it is inert: a click there does nothing but close it.
    """

    opener: str
    role: str
    name: str
    first: str
    is_modal: bool = True
    is_in_room: bool = True


OVERLAYS = (
    Overlay("conversation-new", "dialog", "New chat", "conversation-members", is_in_room=False),
    Overlay("message-receipts", "dialog", "Message info", "receipts-close"),
    Overlay("connection-details", "group", "Connection details", "connection-details", is_modal=False),
    Overlay("account-menu-open", "dialog", "Your account", "settings-link", is_modal=False, is_in_room=False),
    Overlay("go-to-date", "dialog", "Go to date", "go-to-date-day", is_modal=False),
    Overlay("composer-emoji", "dialog", "Emoji", "emoji-search", is_modal=False),
)
EACH = pytest.mark.parametrize("overlay", OVERLAYS, ids=lambda overlay: overlay.opener)


@pytest.fixture(scope="module")
def room(guest):
    """The path of a chat with one message of one's own."""
    user = guest()
    room = user.start_group(fresh("Plans"))
    user.write("hello")
    user.expect_state("hello", "sent")
    return f"/c/{room}"


@pytest.fixture
def visit(guest, room):
    """Somebody on the page on which an overlay is."""
    return lambda overlay: guest(room if overlay.is_in_room else "/")


def show(page, overlay):
    """Open an overlay by the keyboard."""
    by(page, overlay.opener).focus()
    page.keyboard.press("Enter")
    shown = page.get_by_role(overlay.role, name=overlay.name, exact=True)
    expect(shown).to_be_visible()
    expect(by(page, overlay.first)).to_be_focused()
    return shown


@EACH
def test_it_is_whole_on_the_screen_and_closes_by_escape_and_by_a_click_outside(visit, overlay):
    user = visit(overlay)
    for size in widths(user):
        is_whole_and_closes_by_escape(user.page, overlay, size)
        closes_by_a_click_outside(user.page, overlay)


def is_whole_and_closes_by_escape(page, overlay, size):
    shown = show(page, overlay)
    box = shown.bounding_box()
    assert 0 <= box["x"] <= size["width"] - box["width"], box
    assert 0 <= box["y"] <= size["height"] - box["height"], box
    # Its control announces it, and has the focus again afterwards.
    expected = "dialog" if overlay.role == "dialog" else None
    assert by(page, overlay.opener).get_attribute("aria-haspopup") == expected
    page.keyboard.press("Escape")
    expect(shown).to_be_hidden()
    expect(by(page, overlay.opener)).to_be_focused()


def closes_by_a_click_outside(page, overlay):
    shown = show(page, overlay)
    page.mouse.click(**OUTSIDE)
    expect(shown).to_be_hidden()
    if overlay.is_modal:
        expect(by(page, overlay.opener)).to_be_focused()
    # The state that opened it is closed, too: it opens again at the first press.
    by(page, overlay.opener).click()
    expect(shown).to_be_visible()
    page.keyboard.press("Escape")
    expect(shown).to_be_hidden()


def test_a_click_outside_keeps_what_is_typed_in_a_form(visit):
    overlay = OVERLAYS[0]
    user = visit(overlay)
    page = user.page
    for _ in widths(user):
        shown = show(page, overlay)
        by(page, "conversation-kind-group").click()
        by(page, "conversation-title").fill("Plans")
        page.mouse.click(**OUTSIDE)
        # Closing is asynchronous where it happens: a dialog that ignores the click still answers to the keyboard.
        by(page, "conversation-members").fill("ben")
        expect(shown).to_be_visible()
        expect(by(page, "conversation-title")).to_have_value("Plans")
        page.keyboard.press("Escape")
        expect(shown).to_be_hidden()


@pytest.mark.expects("status 401")
def test_nothing_closes_the_dialog_of_another_account(person):
    ana = person(path="/")
    other = ana.new_page()
    other.goto("/")
    by(other, "sign-out").click()
    other.wait_for_url(lambda url: "/login" in url)
    panel = ana.page.get_by_role("alertdialog", name="You signed out in another tab", exact=True)
    expect(panel).to_be_visible()
    expect(panel).to_have_accessible_description("Nothing more is sent from this page.")
    for _ in range(3):
        ana.page.keyboard.press("Escape")
        ana.page.mouse.click(**OUTSIDE)
    expect(panel).to_be_visible()
    by(ana.page, "account-continue").focus()
    assert panel.evaluate(HAS_FOCUS)


def test_each_other_control_that_opens_a_dialog_announces_it(guest):
    page = guest(size=WIDE).page
    expect(by(page, "welcome-new")).to_have_attribute("aria-haspopup", "dialog")
    by(page, "welcome-new").click()
    expect(by(page, "conversation-members")).to_be_focused()
    page.keyboard.press("Escape")
    expect(by(page, "welcome-new")).to_be_focused()


def test_escape_dismisses_the_notice_in_a_dialog_before_the_dialog(guest):
    page = guest(size=WIDE).page
    by(page, "conversation-new").click()
    expect(by(page, "conversation-members")).to_be_focused()
    page.evaluate("novaReport({ code: 'timed_out' })")
    expect(by(page, "notice")).to_be_visible()
    page.keyboard.press("F6")
    page.keyboard.press("Escape")
    expect(by(page, "notice")).to_have_count(0)
    expect(by(page, "conversation-members")).to_be_focused()
    page.keyboard.press("Escape")
    expect(by(page, "conversation-members")).to_be_hidden()
