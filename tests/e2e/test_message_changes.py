"""Messages are edited and deleted: between two browsers, without a connection, and with the line cut in the middle."""

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import shared_server
from tests.e2e.pages import by

server = shared_server()


@pytest.fixture
def pair(person):
    """Two members of one group, who both have it open."""
    ana, ben = person(), person()
    room = ana.start_group("Changes", ben.username)
    ben.open(room)
    ana.expect_connected()
    return ana, ben


def row_of(someone, seq):
    return by(someone.page, "message").and_(someone.page.locator(f'[data-seq="{seq}"]'))


def number_of(someone, text):
    """The number of the message with this text, once it is stored."""
    someone.expect_state(text, "sent", "delivered", "read", "received")
    return someone.row(text).get_attribute("data-seq")


def choose(someone, row, testid):
    """Press a button of a message's bar, or of the menu behind it."""
    row.hover()
    bar = by(someone.page, "message-actions")
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

    for someone in pair:
        expect(row_of(someone, seq)).to_contain_text("hello")
        expect(row_of(someone, seq)).to_have_attribute("data-edited", "true")
    expect(composer).to_have_attribute("data-mode", "new")
    expect(composer).to_have_value("")

    choose(ana, row_of(ana, gone), "message-delete")
    expect(row_of(ana, gone)).to_have_attribute("data-pending", "delete")
    expect(row_of(ben, gone)).to_contain_text("Message deleted", timeout=10_000)
    for someone in pair:
        expect(row_of(someone, gone)).to_have_attribute("data-deleted", "true")
        expect(row_of(someone, gone)).not_to_contain_text("to be deleted")
    assert ana.row("to be deleted").count() == 0
