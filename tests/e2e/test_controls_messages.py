"""The controls of one message: its bar of buttons, what was edited, what is deleted, and an edit that was refused."""

import uuid

import pytest
from playwright.sync_api import expect

from tests.controls.acts import (
    NARROW,
    SIZES,
    WIDE,
    fresh,
    go_offline,
    holds_value,
    is_gone,
    is_there,
    refuse,
    say,
)
from tests.controls.ledger import use
from tests.controls.widths import widths_and_offline
from tests.e2e.conftest import shared_server
from tests.e2e.pages import by

server = shared_server()


@pytest.fixture
def visit(guest):
    """Somebody in a group of their own, with these messages in it."""

    def visit(*texts, **options):
        user = guest("", **options)
        room = user.make_group(fresh("Room"))
        say(user, room, *texts)
        user.page.goto(f"/c/{room}")
        user.expect_texts(*texts)
        user.expect_connected()
        expect(by(user.page, "composer")).to_be_enabled()
        return user

    return visit


def point_at(user, text):
    """Bring the bar to the message with this text."""
    user.row(text).hover()
    expect(by(user.page, "message-actions")).to_be_visible()


@pytest.mark.expects("lost connection")
def test_a_message_is_edited_and_editing_is_cancelled(visit):
    user = visit("first", "second")
    page, field, last = user.page, by(user.page, "composer"), "second"
    for _ in widths_and_offline(user):
        point_at(user, "first")
        with use(page, "message-edit", effect="puts it into the composer", holds=holds_value(field, "first")):
            by(page, "message-edit").click()
        with use(page, "composer-cancel", effect="ends editing", holds=holds_value(field, "")):
            by(page, "composer-cancel").click()
        with use(page, "composer+ArrowUp", effect="edits the last message", holds=holds_value(field, last)):
            field.press("ArrowUp")
        with use(page, "composer+Escape", effect="ends editing", holds=holds_value(field, "")):
            field.press("Escape")
        field.press("ArrowUp")
        last = fresh("second, edited")
        field.fill(last)
        with use(page, "composer-send", effect="saves the edit", holds=is_there(user.row(last)), sends="right"):
            by(page, "composer-send").click()


@pytest.mark.expects("lost connection")
def test_a_message_is_deleted_and_that_is_undone(visit):
    user = visit("unwanted")
    page = user.page
    for _ in widths_and_offline(user):
        point_at(user, "unwanted")
        with use(page, "message-more", effect="opens the menu", holds=is_there(by(page, "message-delete"))):
            by(page, "message-more").click()
        deleted = user.row("Message deleted")
        with use(page, "message-delete", effect="deletes it", holds=is_there(deleted)):
            by(page, "message-delete").click()
        with use(page, "undo", effect="brings it back", holds=is_there(user.row("unwanted"))):
            by(page, "undo").click()


@pytest.mark.expects("lost connection", "status 418")
def test_the_versions_of_a_message_are_shown(visit):
    user = visit("frist")
    page, dialog = user.page, by(user.page, "versions")
    by(page, "composer").press("ArrowUp")
    user.write("first")
    expect(user.row("first")).not_to_have_attribute("data-pending", "edit")
    for _, is_offline in widths_and_offline(user):
        if not is_offline:
            refuse(page, "**/versions")
        with use(page, "message-versions", effect="shows the versions", holds=is_there(dialog)):
            by(page, "message-versions").click()
        if not is_offline:
            expect(by(page, "versions-retry")).to_be_visible(timeout=20_000)
            page.unroute("**/versions")
            with use(page, "versions-retry", effect="loads them", holds=lambda: by(page, "version").count() == 2):
                by(page, "versions-retry").click()
        with use(page, "versions-close", effect="closes it", holds=is_gone(dialog)):
            by(page, "versions-close").click()
        by(page, "message-versions").click()
        expect(dialog).to_be_visible()
        with use(page, "versions-close+Escape", effect="closes it", holds=is_gone(dialog)):
            page.keyboard.press("Escape")


@pytest.mark.expects("lost connection")
def test_a_refused_edit_is_kept_or_discarded(visit):
    pairs = [(fresh("one"), fresh("two")) for _ in range(3)]
    texts = [text for pair in pairs for text in pair]
    user = visit(*texts, size=WIDE)
    for text in texts:
        collide(user, text)
    for (one, two), _ in zip(pairs, widths_and_offline(user), strict=True):
        mine = user.row(f"{one}, mine")
        with use(user.page, "failed-edit-discard", effect="drops it", holds=is_gone(by(mine, "failed-edit-text"))):
            by(mine, "failed-edit-discard").click()
        other = user.row(f"{two}, mine")
        with use(user.page, "failed-edit-keep", effect="saves it", holds=is_gone(by(other, "failed-edit-text"))):
            by(other, "failed-edit-keep").click()
        expect(other.locator(".row-body")).to_contain_text(f"{two}, mine")


def collide(user, text):
    """Edit a message here without a connection, and over the API meanwhile."""
    page = user.page
    seq = user.row(text).get_attribute("data-seq")
    room = user.conversation_id
    items = user.context.request.get(f"/api/v1/conversations/{room}/messages").json()["items"]
    (found,) = [item for item in items if item["seq"] == int(seq)]
    go_offline(user)
    point_at(user, text)
    by(page, "message-edit").click()
    user.write(f"{text}, mine")
    expect(user.row(f"{text}, mine")).to_have_attribute("data-pending", "edit")
    path = f"/api/v1/conversations/{room}/messages/{found['message_id']}"
    answer = user.context.request.patch(
        path, data={"text": f"{text}, theirs"}, headers={"Idempotency-Key": str(uuid.uuid4())}
    )
    assert answer.ok, answer.text()
    user.context.set_offline(False)
    expect(by(user.row(f"{text}, mine"), "failed-edit-text")).to_be_visible(timeout=20_000)


@SIZES
def test_the_buttons_of_a_message_are_reached_by_keys_and_by_a_long_press(visit, size):
    user = visit("first", "second", size=size)
    page = user.page
    by(page, "timeline-scroll").focus()
    for text in ("second", "first"):
        page.keyboard.press("ArrowUp")
        expect(user.row(text)).to_be_focused()
    buttons = by(page, "message-actions").locator("> button")
    page.keyboard.press("Tab")
    expect(buttons.first).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(by(page, "message-more")).to_be_focused()
    page.keyboard.press("Escape")
    expect(user.row("first")).to_be_focused()
    page.keyboard.press("Enter")
    expect(buttons.first).to_be_focused()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    expect(by(page, "message-edit")).to_be_focused()
    with use(page, "message-edit", effect="edits by key", holds=holds_value(by(page, "composer"), "first")):
        page.keyboard.press("Enter")
    expect(by(page, "composer")).to_be_focused()
    by(page, "composer").press("Escape")

    page.mouse.move(1, 1)
    expect(by(page, "message-actions")).to_have_count(0)
    press = {"pointerType": "touch", "clientX": 80, "clientY": 80, "bubbles": True}
    user.row("second").dispatch_event("pointerdown", press)
    expect(by(page, "message-actions")).to_be_visible()


def hold(user, text):
    """Rest a finger on a message until its buttons are there, and lift it."""
    box = user.row(text).locator(".row-text").bounding_box()
    point = {"x": box["x"] + 10, "y": box["y"] + box["height"] / 2}
    session = user.context.new_cdp_session(user.page)
    session.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [point]})
    expect(by(user.page, "message-actions")).to_be_visible()
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def open_menu(user, text, size):
    """The menu of a message: the sheet of a long press on a phone."""
    if size == WIDE:
        point_at(user, text)
        by(user.page, "message-more").click()
    else:
        hold(user, text)
    expect(by(user.page, "quick-reaction")).to_have_count(6)


@pytest.mark.expects("lost connection")
def test_a_long_press_opens_a_sheet_with_six_reactions_and_the_actions(visit):
    user = visit("first", "second")
    page = user.page
    for size, _ in widths_and_offline(user):
        open_menu(user, "second", size)
        party = by(page, "quick-reaction").nth(3)
        emoji = party.get_attribute("data-emoji")
        if size == NARROW:
            heights = (
                by(page, "message-actions")
                .locator("[popover] button:visible")
                .evaluate_all("buttons => buttons.map((button) => Math.min(button.offsetHeight, button.offsetWidth))")
            )
            assert min(heights) >= 44
        chip = by(user.row("second"), "reaction")
        has_it = lambda: chip.count() == 1 and chip.get_attribute("data-mine") == "true"  # noqa: E731
        with use(page, "quick-reaction", effect="reacts with one press", holds=has_it):
            party.click()
        expect(chip).to_have_attribute("data-emoji", emoji)
        expect(user.row("second")).to_be_focused()
        page.keyboard.press("Enter")
        page.keyboard.press("ArrowLeft")
        expect(by(page, "message-more")).to_be_focused()
        page.keyboard.press("Enter")
        for _ in range(6):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.dataset.emoji") == emoji:
                break
        page.keyboard.press("Enter")
        expect(chip).to_have_count(0)
        if size == WIDE:
            expect(by(page, "message-menu-reply")).to_be_hidden()
            continue
        open_menu(user, "first", size)
        with use(page, "message-menu-reply", effect="replies", holds=is_there(by(page, "composer-quote"))):
            by(page, "message-menu-reply").click()
        by(page, "composer").press("Escape")
        open_menu(user, "first", size)
        with use(page, "message-menu-edit", effect="edits", holds=holds_value(by(page, "composer"), "first")):
            by(page, "message-menu-edit").click()
        by(page, "composer").press("Escape")
