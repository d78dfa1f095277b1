"""The controls of the dialog that starts a conversation."""

import pytest
from playwright.sync_api import expect

from tests.controls.acts import LINES, SIZES, fresh, holds_value, is_gone, is_there
from tests.controls.ledger import use
from tests.e2e.conftest import server_of_file
from tests.e2e.pages import Person, by

server = server_of_file()


@pytest.fixture(scope="module")
def ben(chromium, server):
    """Somebody to start a conversation with; gives the user name."""
    ben = Person(chromium.new_context(base_url=server.origin), "ben")
    ben.register()
    ben.context.close()
    return ben.username


def open_dialog(guest, size, **how):
    page = guest(size, **how).page
    by(page, "conversation-new").click()
    expect(dialog(page)).to_be_visible()
    return page


def dialog(page):
    return page.locator("dialog#new-conversation")


def pressed(page, kind):
    button = by(page, f"conversation-kind-{kind}")
    return lambda: button.get_attribute("aria-pressed") == "true"


@pytest.mark.expects("lost connection")
@LINES
def test_the_dialog_opens_and_closes(guest, size, is_offline):
    page = guest(size, is_offline=is_offline).page
    for opener in ("conversation-new", "welcome-new"):
        with use(page, opener, effect="opens the dialog", holds=is_there(dialog(page))):
            by(page, opener).click()
        with use(page, "new-conversation-close", effect="closes the dialog", holds=is_gone(dialog(page))):
            by(page, "new-conversation-close").click()
    by(page, "conversation-new").click()
    expect(by(page, "conversation-title")).to_be_visible()
    with use(page, "new-conversation-close+Escape", effect="closes the dialog", holds=is_gone(dialog(page))):
        page.keyboard.press("Escape")


@LINES
def test_the_kind_is_chosen_and_the_names_are_typed(guest, size, is_offline):
    page = open_dialog(guest, size, is_offline=is_offline)
    title, members = by(page, "conversation-title"), by(page, "conversation-members")
    with use(page, "conversation-title", effect="holds the name", holds=holds_value(title, "Plans")):
        title.press_sequentially("Plans")
    with use(page, "conversation-members", effect="holds the people", holds=holds_value(members, "ben")):
        members.press_sequentially("ben")
    with use(page, "conversation-kind-direct", effect="asks for one person and no name", holds=is_gone(title)):
        by(page, "conversation-kind-direct").click()
    assert pressed(page, "direct")()
    with use(page, "conversation-kind-group", effect="asks for a name again", holds=is_there(title)):
        by(page, "conversation-kind-group").click()
    assert pressed(page, "group")()
    expect(members).to_have_value("ben")


@pytest.mark.expects("lost connection")
@SIZES
def test_a_group_is_started_with_nothing_something_wrong_and_all_right(guest, ben, size):
    page = open_dialog(guest, size)
    wrong = dialog(page).locator("[aria-invalid=true]")
    with use(page, "conversation-create", effect="says what is missing", holds=is_there(wrong.first), sends="empty"):
        by(page, "conversation-create").click()
    name = fresh("Plans")
    by(page, "conversation-title").fill(name)
    by(page, "conversation-members").fill("nobody.of.this.name")
    people = dialog(page).locator("[data-testid=conversation-members][aria-invalid=true]")
    with use(page, "conversation-create", effect="says who is not known", holds=is_there(people), sends="wrong"):
        by(page, "conversation-create").click()
    by(page, "conversation-members").fill(ben)
    opened = page.locator("#content h1").get_by_text(name)
    with use(page, "conversation-create", effect="opens the new group", holds=is_there(opened), sends="right"):
        by(page, "conversation-create").click()
    expect(by(page, "composer")).to_be_enabled()


@SIZES
def test_a_direct_conversation_is_started_with_nothing_something_wrong_and_all_right(guest, ben, size):
    page = open_dialog(guest, size)
    by(page, "conversation-kind-direct").click()
    expect(by(page, "conversation-title")).to_have_count(0)
    wrong = dialog(page).locator("[aria-invalid=true]")
    with use(page, "conversation-create", effect="asks for a person", holds=is_there(wrong), sends="empty"):
        by(page, "conversation-create").click()
    by(page, "conversation-members").fill("nobody.of.this.name")
    unknown = dialog(page).get_by_text("nobody.of.this.name")
    with use(page, "conversation-create", effect="says who is not known", holds=is_there(unknown), sends="wrong"):
        by(page, "conversation-create").click()
    by(page, "conversation-members").fill(ben)
    opened = page.locator("#content h1").get_by_text("Ben")
    with use(page, "conversation-create", effect="opens the conversation", holds=is_there(opened), sends="right"):
        by(page, "conversation-create").click()
    expect(by(page, "composer")).to_be_enabled()
