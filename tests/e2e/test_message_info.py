"""The details of a message: its way through an offline browser, who has it, copying, forwarding, why it notified."""

import pytest
from playwright.sync_api import expect

from tests.controls.acts import fresh, go_offline, is_there, reads
from tests.controls.ledger import use
from tests.controls.widths import widths_and_offline
from tests.e2e.conftest import shared_server
from tests.e2e.pages import by

server = shared_server()


def open_menu(user, text):
    """Open the menu of a message."""
    user.row(text).hover()
    expect(by(user.page, "message-actions")).to_be_visible()
    by(user.page, "message-more").click()


def open_info(user, text):
    """Choose Message details in the menu of a message."""
    open_menu(user, text)
    by(user.page, "message-details").click()
    expect(by(user.page, "receipts")).to_be_visible()


@pytest.mark.expects("lost connection")
def test_a_message_written_offline_shows_its_way_and_why_it_did_not_notify(person):
    ana, ben = person(), person()
    room = ana.start_group(fresh("Way"), ben.username)
    ben.open(room)
    ana.expect_connected()
    go_offline(ana)
    ana.write("written offline")
    open_info(ana, "written offline")
    history = by(ana.page, "message-info-history")
    expect(history).to_contain_text("Queued in this browser")
    expect(history).not_to_contain_text("Stored on the server")

    ana.context.set_offline(False)
    expect(history).to_contain_text("The server has stored it.")
    expect(history).to_contain_text("Number in this chat")
    expect(by(ana.page, "receipts-read")).to_contain_text(ben.username.title())
    ana.page.reload()
    ana.expect_connected()
    open_info(ana, "written offline")
    expect(history).to_contain_text("Queued in this browser")
    expect(history).to_contain_text("The server has stored it.")
    open_info(ben, "written offline")
    expect(by(ben.page, "message-info-why")).to_have_attribute("data-reason", "off")
    expect(by(ben.page, "message-info-why")).to_contain_text("Notifications are off in this browser.")
    assert ana.post(f"conversations/{room}/messages", {"text": "second"})["seq"] > 1


@pytest.mark.expects("lost connection")
def test_a_message_is_copied_and_forwarded(guest):
    user = guest("")
    page, text, names = user.page, "take this along", [fresh("Elsewhere") for _ in range(3)]
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    others = [user.make_group(name) for name in names]
    room = user.make_group(fresh("From here"))
    page.goto(f"/c/{room}")
    expect(by(page, "composer")).to_be_enabled()
    user.expect_connected()
    user.write(text)
    user.expect_state(text, "sent")
    for name, _ in zip(names, widths_and_offline(user), strict=True):
        copy_and_forward(user, text, room, name)
    user.context.set_offline(False)
    expect(by(page, "outbox-count")).to_have_text("0")
    assert [user.stored(other) for other in others] == [[text]] * 3


def copy_and_forward(user, text, room, name):
    page = user.page
    copied = reads(by(page, "message-copied"), "The link was copied.")
    user.wait_until(lambda: not copied())  # said for a while
    open_menu(user, text)
    with use(page, "message-copy-link", effect="copies it, and says so", holds=copied):
        by(page, "message-copy-link").click()
    open_menu(user, text)
    with use(page, "message-details", effect="shows them", holds=is_there(by(page, "receipts"))):
        by(page, "message-details").click()
    said = by(page, "message-info-result")

    with use(page, "message-info-copy-link", effect="copies it", holds=reads(said, "The link was copied.")):
        by(page, "message-info-copy-link").click()
    assert f"/c/{room}?m=" in page.evaluate("navigator.clipboard.readText()")
    with use(page, "message-info-copy-text", effect="copies it", holds=reads(said, "The text was copied.")):
        by(page, "message-info-copy-text").click()
    assert page.evaluate("navigator.clipboard.readText()") == text
    send = by(page, "forward-send")
    with use(page, "forward-to", effect="offers to forward it there", holds=is_there(send)):
        by(page, "forward-to").press_sequentially(name)
    with use(page, "forward-send", effect="sends it there", holds=reads(said, f"Forwarded to {name}.")):
        send.click()
    page.keyboard.press("Escape")
    expect(by(page, "receipts")).to_be_hidden()
