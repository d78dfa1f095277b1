"""The controls of the dialog that starts a conversation."""

import pytest
from playwright.sync_api import expect

from tests.controls.acts import fresh, holds_value, is_gone, is_there, make_account
from tests.controls.ledger import use
from tests.controls.widths import widths, widths_and_offline
from tests.e2e.conftest import shared_server
from tests.e2e.pages import by

server = shared_server()


@pytest.fixture(scope="module")
def ben(server):
    """The name of somebody to start a conversation with."""
    return make_account(server, "ben")


def open_dialog(page):
    by(page, "conversation-new").click()
    expect(dialog(page)).to_be_visible()


def close_dialog(page):
    by(page, "new-conversation-close").click()
    expect(dialog(page)).to_be_hidden()


def dialog(page):
    return page.locator("dialog#new-conversation")


def completions(page):
    """The people whom the field of people offers, by what a choice leaves in it."""
    return page.locator("datalist#new-conversation-people option")


def pressed(page, kind):
    button = by(page, f"conversation-kind-{kind}")
    return lambda: button.get_attribute("aria-pressed") == "true"


@pytest.mark.expects("lost connection")
def test_the_dialog_opens_and_closes(guest):
    user = guest()
    page = user.page
    for _ in widths_and_offline(user):
        for opener in ("conversation-new", "welcome-new"):
            with use(page, opener, effect="opens the dialog", holds=is_there(dialog(page))):
                by(page, opener).click()
            with use(page, "new-conversation-close", effect="closes the dialog", holds=is_gone(dialog(page))):
                by(page, "new-conversation-close").click()
        by(page, "conversation-new").click()
        expect(by(page, "conversation-members")).to_be_visible()
        with use(page, "new-conversation-close+Escape", effect="closes the dialog", holds=is_gone(dialog(page))):
            page.keyboard.press("Escape")


def test_the_kind_is_chosen_and_the_names_are_typed(guest):
    user = guest()
    page = user.page
    title, members = by(page, "conversation-title"), by(page, "conversation-members")
    for _ in widths_and_offline(user):
        open_dialog(page)
        assert pressed(page, "direct")()
        with use(page, "conversation-kind-group", effect="asks for a name, too", holds=is_there(title)):
            by(page, "conversation-kind-group").click()
        assert pressed(page, "group")()
        with use(page, "conversation-title", effect="holds the name", holds=holds_value(title, "Plans")):
            title.press_sequentially("Plans")
        with use(page, "conversation-members", effect="holds the people", holds=holds_value(members, "ben")):
            members.press_sequentially("ben")
        with use(page, "conversation-kind-direct", effect="asks for one person and no name", holds=is_gone(title)):
            by(page, "conversation-kind-direct").click()
        assert pressed(page, "direct")()
        expect(members).to_have_value("ben")
        members.fill("")
        by(page, "conversation-kind-group").click()
        expect(title).to_have_value("Plans")
        title.fill("")
        close_dialog(page)


@pytest.mark.expects("lost connection")
def test_a_group_is_started_with_nothing_something_wrong_and_all_right(guest, ben):
    user = guest()
    page = user.page
    wrong = dialog(page).locator("[aria-invalid=true]")
    for _ in widths(user):
        open_dialog(page)
        by(page, "conversation-kind-group").click()
        with use(
            page, "conversation-create", effect="says what is missing", holds=is_there(wrong.first), sends="empty"
        ):
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


def test_a_direct_conversation_is_started_with_nothing_something_wrong_and_all_right(guest, server):
    user = guest()
    page = user.page
    wrong = dialog(page).locator("[aria-invalid=true]")
    for _ in widths(user):
        ben = make_account(server, "ben")
        open_dialog(page)
        expect(by(page, "conversation-title")).to_have_count(0)
        with use(page, "conversation-create", effect="asks for a person", holds=is_there(wrong), sends="empty"):
            by(page, "conversation-create").click()
        by(page, "conversation-members").fill("nobody.of.this.name")
        unknown = dialog(page).get_by_text("nobody.of.this.name")
        with use(page, "conversation-create", effect="says who is not known", holds=is_there(unknown), sends="wrong"):
            by(page, "conversation-create").click()
        by(page, "conversation-members").fill(ben)
        opened = page.locator("#content h1").get_by_text(ben.title())
        with use(page, "conversation-create", effect="opens the conversation", holds=is_there(opened), sends="right"):
            by(page, "conversation-create").click()
        expect(by(page, "composer")).to_be_enabled()


def test_people_of_ones_chats_are_offered_by_their_names(person):
    ana, ben, cleo = person(), person(), person()
    ana.start_group(fresh("Plans"), ben.username, cleo.username)
    page = ana.page
    open_dialog(page)
    members = by(page, "conversation-members")
    expect(completions(page)).to_have_count(2)
    members.press_sequentially(ben.username.title())
    expect(completions(page)).to_have_attribute("value", ben.username)
    expect(completions(page)).to_have_attribute("label", ben.username.title())

    by(page, "conversation-kind-group").click()
    members.fill(f"{ben.username},")
    expect(completions(page)).to_have_attribute("value", f"{ben.username}, {cleo.username}")
