"""Messages are edited and deleted: between two browsers, without a connection, and with the line cut in the middle."""

import uuid

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import shared_server
from tests.e2e.pages import by

EVENTS = {"message", "edited", "deleted"}


server = shared_server()


@pytest.fixture
def pair(person):
    """Two members of one group, who both have it open."""
    ana, ben = person(), person()
    room = ana.start_group("Changes", ben.username)
    ben.open(room)
    ana.expect_connected()
    return ana, ben


def row_of(member, seq):
    return by(member.page, "message").and_(member.page.locator(f'[data-seq="{seq}"]'))


def number_of(member, text):
    """The number of the message with this text, once it is stored."""
    member.expect_state(text, "sent", "delivered", "read", "received")
    return member.row(text).get_attribute("data-seq")


def choose(member, row, testid):
    """Press a button of a message's bar, or of the menu behind it."""
    row.hover()
    bar = by(member.page, "message-actions")
    expect(bar).to_be_visible()
    if testid != "message-edit":
        by(bar, "message-more").click()
    by(bar, testid).click()


def test_an_edit_and_a_deletion_reach_everybody(pair):
    ana, ben = pair
    ana.write("helo")
    seq = number_of(ana, "helo")
    ana.write("to be deleted")
    gone = number_of(ana, "to be deleted")
    expect(row_of(ben, gone)).to_be_visible()

    choose(ana, row_of(ana, seq), "message-edit")
    composer = by(ana.page, "composer")
    expect(composer).to_have_attribute("data-mode", "edit")
    expect(composer).to_have_value("helo")
    ana.write("hello")

    for member in pair:
        expect(row_of(member, seq)).to_contain_text("hello")
        expect(row_of(member, seq)).to_have_attribute("data-edited", "true")
    expect(composer).to_have_attribute("data-mode", "new")
    expect(composer).to_have_value("")

    choose(ana, row_of(ana, gone), "message-delete")
    expect(row_of(ana, gone)).to_have_attribute("data-pending", "delete")
    expect(row_of(ben, gone)).to_contain_text("Message deleted", timeout=10_000)
    for member in pair:
        expect(row_of(member, gone)).to_have_attribute("data-deleted", "true")
        expect(row_of(member, gone)).not_to_contain_text("to be deleted")
    assert ana.row("to be deleted").count() == 0

    # The earlier versions, for every member.
    by(row_of(ben, seq), "message-versions").click()
    expect(by(ben.page, "version").locator(".row-text")).to_have_text(["hello", "helo"])
    by(ben.page, "versions-close").click()

    # An owner deletes messages of others, and a member does not.
    ben.write("by ben")
    foreign = number_of(ana, "by ben")
    row_of(ben, seq).hover()
    expect(by(ben.page, "message-actions")).to_have_count(1)
    expect(by(ben.page, "message-edit")).to_have_count(0)
    expect(by(ben.page, "message-delete")).to_have_count(0)
    choose(ana, row_of(ana, foreign), "message-delete")
    expect(row_of(ben, foreign)).to_have_attribute("data-deleted", "true", timeout=10_000)


@pytest.mark.expects("lost connection")
def test_changes_wait_for_the_connection_and_go_out_once_in_order(pair):
    ana, ben = pair
    page, composer = ana.page, by(ana.page, "composer")
    for text in ("stored", "unwanted", "kept"):
        ana.write(text)
    stored, unwanted, kept = (number_of(ana, text) for text in ("stored", "unwanted", "kept"))
    expect(row_of(ben, kept)).to_be_visible()
    ana.context.set_offline(True)
    ana.expect_not_connected()

    # What has not left is changed where it waits; the second edit of what is stored replaces the first.
    ana.write("not sent yet")
    ana.expect_state("not sent yet", "queued")
    # Only in an empty composer the key begins an edit.
    expect(composer).to_have_value("")
    composer.press("ArrowUp")
    expect(composer).to_have_value("not sent yet")
    ana.write("written offline")
    expect(ana.row("written offline")).to_have_attribute("data-state", "queued")
    for text in ("first", "second"):
        choose(ana, row_of(ana, stored), "message-edit")
        ana.write(text)
        expect(row_of(ana, stored)).to_contain_text(text)
    expect(row_of(ana, stored)).to_have_attribute("data-pending", "edit")
    assert row_of(ana, stored).get_attribute("data-state") != "queued"
    choose(ana, row_of(ana, unwanted), "message-delete")
    choose(ana, row_of(ana, kept), "message-delete")
    by(row_of(ana, kept), "undo").click()
    expect(row_of(ana, kept)).to_contain_text("kept")
    expect(by(page, "outbox-count")).to_have_text("3")

    # An edit that is begun, and the draft beside it, are there after a reload.
    composer.fill("a draft")
    choose(ana, ana.row("written offline"), "message-edit")
    composer.fill("half an edit")
    ana.expect_kept("half an edit")
    ana.context.set_offline(False)
    page.reload()

    expect(composer).to_have_attribute("data-mode", "edit")
    expect(composer).to_have_value("half an edit")
    composer.press("Escape")
    expect(composer).to_have_attribute("data-mode", "new")
    expect(composer).to_have_value("a draft")
    expect(by(page, "outbox-count")).to_have_text("0", timeout=20_000)
    for member in pair:
        expect(row_of(member, stored)).to_contain_text("second")
        expect(row_of(member, unwanted)).to_contain_text("Message deleted")
        expect(row_of(member, kept)).to_contain_text("kept")
        member.expect_texts("second", "Message deleted", "kept", "written offline")
    received = [frame for line in ben.lines for frame in line.received if frame["type"] in EVENTS]
    assert [(frame["type"], frame.get("text")) for frame in received][-3:] == [
        ("message", "written offline"),
        ("edited", "second"),
        ("deleted", None),
    ]


@pytest.mark.parametrize("fault", ["hole", "hole_down"])
def test_the_line_dies_in_the_middle_of_changes(person, wire, fault):
    ana, ben = person(origin=wire.origin), person()
    room = ana.start_group("Wire", ben.username)
    ben.open(room)
    for text in ("one", "two"):
        ana.write(text)
    one, two = (number_of(ana, text) for text in ("one", "two"))
    expect(row_of(ben, two)).to_be_visible()

    wire.set(fault)
    ana.write("three")
    for text in ("one, edited", "one, edited again"):
        choose(ana, row_of(ana, one), "message-edit")
        ana.write(text)
        expect(row_of(ana, one)).to_contain_text(text)
    # Only in an empty composer the key begins an edit, and the last edit leaves it once it is stored.
    expect(by(ana.page, "composer")).to_have_value("")
    by(ana.page, "composer").press("ArrowUp")
    ana.write("three, edited")
    choose(ana, row_of(ana, two), "message-delete")
    expect(row_of(ana, two)).to_have_attribute("data-pending", "delete")
    ana.expect_not_connected()
    wire.heal()

    expect(by(ana.page, "outbox-count")).to_have_text("0", timeout=40_000)
    for member in (ana, ben):
        member.expect_texts("one, edited again", "Message deleted", "three, edited")
        expect(member.rows().locator("[data-testid=failed-edit-text]")).to_have_count(0)
    assert ben.stored(room) == ["one, edited again", "", "three, edited"]
    assert len([frame for frame in ben.frames("received", "message") if frame["conversation_id"] == room]) == 3
    assert len(ben.frames("received", "deleted")) == 1


@pytest.mark.expects("lost connection")
def test_two_devices_edit_the_same_message_offline(person):
    first, ben = person(), person()
    second = person(first.username, register=False)
    second.sign_in()
    room = first.start_group("Devices", ben.username)
    first.write("agreed at five")
    seq = number_of(first, "agreed at five")
    for member in (second, ben):
        member.open(room)
        expect(row_of(member, seq)).to_be_visible()
    for device in (first, second):
        device.context.set_offline(True)
        device.expect_not_connected()
    for device, text in ((first, "agreed at six"), (second, "agreed at seven")):
        choose(device, row_of(device, seq), "message-edit")
        device.write(text)
        expect(row_of(device, seq)).to_have_attribute("data-pending", "edit")

    first.context.set_offline(False)
    expect(row_of(ben, seq)).to_contain_text("agreed at six", timeout=20_000)
    second.context.set_offline(False)

    kept = by(row_of(second, seq), "failed-edit-text")
    expect(kept).to_have_text("agreed at seven", timeout=20_000)
    expect(row_of(second, seq).locator(".row-body")).to_contain_text("agreed at six")
    second.page.reload()
    expect(kept).to_have_text("agreed at seven")
    by(row_of(second, seq), "failed-edit-keep").click()
    for member in (first, second, ben):
        expect(row_of(member, seq).locator(".row-body")).to_contain_text("agreed at seven")
    expect(kept).to_have_count(0)


@pytest.mark.expects("lost connection")
def test_what_waits_keeps_its_text_where_its_message_or_its_group_is_gone(pair):
    ben, ana = pair  # Ben has made the group
    room = ana.conversation_id
    texts = ("corrected meanwhile", "answered meanwhile", "still here")
    for text in texts:
        ana.write(text)
    corrected, answered, here = (number_of(ana, text) for text in texts)
    expect(row_of(ben, here)).to_be_visible()

    # Deleted by somebody else while an edit of it and a reply to it wait.
    ana.context.set_offline(True)
    ana.expect_not_connected()
    choose(ana, row_of(ana, corrected), "message-edit")
    ana.write("my correction")
    expect(row_of(ana, corrected)).to_have_attribute("data-pending", "edit")
    row_of(ana, answered).hover()
    by(ana.page, "message-reply").click()
    ana.write("my answer")
    expect(ana.row("my answer")).to_have_attribute("data-state", "queued")
    for item in messages_of(ben, room)[:2]:
        _ask(ben, "DELETE", f"conversations/{room}/messages/{item['message_id']}")
    ana.context.set_offline(False)

    expect(ben.row("my answer")).to_be_visible()
    expect(by(ben.row("my answer"), "reply-quote")).to_contain_text("deleted")
    kept = by(row_of(ana, corrected), "failed-edit-text")
    expect(kept).to_have_text("my correction")
    expect(row_of(ana, corrected)).to_contain_text("This message has been deleted.")
    expect(by(ana.page, "outbox-count")).to_have_text("0")

    # Removed from the group while an edit and a message wait.
    ana.context.set_offline(True)
    ana.expect_not_connected()
    choose(ana, row_of(ana, here), "message-edit")
    ana.write("still here, corrected")
    expect(row_of(ana, here)).to_have_attribute("data-pending", "edit")
    expect(by(ana.page, "composer")).to_have_attribute("data-mode", "new")
    ana.write("last words")
    expect(ana.row("last words")).to_have_attribute("data-state", "queued")
    me = ana.context.request.get("/api/v1/users/me").json()["user_id"]
    _ask(ben, "DELETE", f"conversations/{room}/members/{me}")
    ana.context.set_offline(False)

    expect(ana.row("last words")).to_have_attribute("data-state", "failed")
    expect(ana.row("last words")).to_contain_text("You are no longer in this group.")
    expect(by(row_of(ana, here), "failed-edit-text")).to_have_text("still here, corrected")
    assert [item["text"] for item in messages_of(ben, room)] == ["", "", "still here", "my answer"]


def messages_of(user, room):
    return user.context.request.get(f"/api/v1/conversations/{room}/messages").json()["items"]


def _ask(user, method, path):
    headers = {"Origin": user.origin, "Idempotency-Key": str(uuid.uuid4())}
    assert user.context.request.fetch(f"/api/v1/{path}", method=method, headers=headers).ok
