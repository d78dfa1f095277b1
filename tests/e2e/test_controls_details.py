"""The controls of a conversation's details: without a network each says why it did nothing, and offers to try again."""

import pytest
from playwright.sync_api import expect

from tests.controls.acts import at, fresh, holds_value, is_gone, is_there, make_account, open_empty, reads
from tests.controls.ledger import use
from tests.controls.widths import widths_and_offline
from tests.e2e.conftest import shared_server
from tests.e2e.pages import by

server = shared_server()


@pytest.fixture(scope="module")
def others(server):
    """The names of a member of every group, and of a user who is none."""
    return make_account(server, "ben"), make_account(server, "zoe")


@pytest.fixture
def visit(guest, others):
    """A user in a group of their own with its details open, in the state that is wanted."""

    def visit(mode=""):
        user = guest("")
        open_empty(user, user.make_group(fresh("Plans"), others[0]))
        open_details(user.page)
        if mode:
            by(user.page, mode).click()
        if mode == "member-add":
            expect(by(user.page, "person-option").first).to_be_visible()
        return user

    return visit


def open_details(page):
    if not by(page, "details-panel").is_visible():
        by(page, "details-open").click()
    expect(by(page, "member")).to_have_count(2)


def problem(page):
    return by(page, "details-problem")


def act(page, control, done, *, is_offline, element=None, effect="does what it says"):
    """Use a control that needs the server: it is ``done``, or the panel says why not."""
    holds = is_there(problem(page)) if is_offline else done
    with use(page, control, effect="says why it failed" if is_offline else effect, holds=holds):
        (element or by(page, control)).click()


def again(page):
    """Forget what failed."""
    by(page, "details-close").click()
    by(page, "details-open").click()
    expect(problem(page)).to_have_count(0)


def has(locator, name, value):
    return lambda: locator.count() == 1 and locator.get_attribute(name) == value


def value_of(page, testid, value):
    return by(page, testid).and_(page.locator(f'[data-value="{value}"]'))


def member(page, username):
    return by(page, "member").and_(page.locator(f'[data-username="{username}"]'))


@pytest.mark.expects("lost connection")
def test_the_details_open_and_close(visit):
    user = visit()
    page = user.page
    panel = by(page, "details-panel")
    for _ in widths_and_offline(user):
        with use(page, "details-close", effect="closes the details", holds=is_gone(panel)):
            by(page, "details-close").click()
        with use(page, "details-open", effect="opens the details", holds=is_there(panel)):
            by(page, "details-open").click()
        with use(page, "details-close+Escape", effect="closes the details", holds=is_gone(panel)):
            page.keyboard.press("Escape")
        by(page, "details-open").click()


@pytest.mark.expects("lost connection")
def test_a_group_is_renamed(visit):
    user = visit()
    page = user.page
    field, title = by(page, "conversation-rename-title"), by(page, "details-title")

    def named(name):
        return lambda: title.count() == 1 and title.inner_text() == name

    for _, is_offline in widths_and_offline(user):
        with use(page, "conversation-rename", effect="asks for the name", holds=is_there(field)):
            by(page, "conversation-rename").click()
        with use(page, "conversation-rename-cancel", effect="leaves the name as it is", holds=is_gone(field)):
            by(page, "conversation-rename-cancel").click()
        by(page, "conversation-rename").click()
        field.fill("")
        first, second = fresh("Better plans"), fresh("Best plans")
        with use(page, "conversation-rename-title", effect="holds the name", holds=holds_value(field, first)):
            field.press_sequentially(first)
        act(page, "conversation-rename-save", named(first), is_offline=is_offline)
        if is_offline:
            expect(field).to_have_value(first)
            again(page)
        by(page, "conversation-rename").click()
        field.fill(second)
        holds = is_there(problem(page)) if is_offline else named(second)
        with use(page, "conversation-rename-title+Enter", effect="renames, or says why not", holds=holds):
            field.press("Enter")


WATCH_PROBLEM = """() => {
    const old = document.querySelector("[data-testid=details-problem]");
    const look = () => {
        const now = document.querySelector("[data-testid=details-problem]");
        window.isSaidAgain ||= Boolean(now) && now !== old;
    };
    new MutationObserver(look).observe(document.body, { subtree: true, childList: true });
}"""


def remove(page, username):
    by(member(page, username), "member-remove").click()
    by(page, "confirm-accept").click()
    expect(member(page, username)).to_have_count(0)


@pytest.mark.expects("lost connection")
def test_people_are_added(visit, others):
    user, (ben, zoe) = visit("member-add"), others
    page, field = user.page, by(user.page, "member-add-name")
    for _, is_offline in widths_and_offline(user):
        with use(page, "member-add", effect="closes the picker", holds=is_gone(field)):
            by(page, "member-add").click()
        with use(page, "member-add", effect="opens the picker", holds=is_there(field)):
            by(page, "member-add").click()
        expect(by(page, "person-picker")).to_be_visible()
        with use(page, "member-add-name", effect="holds the name", holds=holds_value(field, zoe)):
            field.press_sequentially(zoe)
        if is_offline:
            expect(problem(page)).to_be_visible()
            page.evaluate(WATCH_PROBLEM)
        holds = (lambda: page.evaluate("window.isSaidAgain")) if is_offline else is_there(member(page, zoe))
        with use(page, "member-add-name+Enter", effect="adds who is found, or says again why not", holds=holds):
            field.press("Enter")
        if is_offline:
            return
        remove(page, ben)
        field.fill(ben)
        option = by(page, "person-option").and_(page.locator(f'[data-username="{ben}"]'))
        expect(option).to_be_visible()
        with use(page, "person-option", effect="adds them", holds=is_there(member(page, ben))):
            option.click()
        remove(page, zoe)
        field.fill("")


@pytest.mark.expects("lost connection")
def test_a_user_who_was_found_is_added_or_it_says_why_not(visit, others):
    user, zoe = visit("member-add"), others[1]
    page = user.page
    option = by(page, "person-option").and_(page.locator(f'[data-username="{zoe}"]'))
    by(page, "member-add-name").fill(zoe)
    expect(option).to_be_visible()
    for _, is_offline in widths_and_offline(user):
        act(page, "person-option", is_there(member(page, zoe)), is_offline=is_offline, element=option)
        if not is_offline:
            remove(page, zoe)
            by(page, "member-add-name").fill(zoe)
            expect(option).to_be_visible()


@pytest.mark.expects("lost connection")
def test_a_member_becomes_an_admin_and_is_removed(visit, others):
    user = visit()
    page, ben, question = user.page, member(user.page, others[0]), by(user.page, "confirm-accept")
    for _, is_offline in widths_and_offline(user):
        act(page, "member-role", has(ben, "data-role", "admin"), is_offline=is_offline, element=by(ben, "member-role"))
        with use(page, "member-remove", effect="asks", holds=is_there(question)):
            by(ben, "member-remove").click()
        with use(page, "confirm-cancel", effect="does nothing", holds=is_gone(question)):
            by(page, "confirm-cancel").click()
        expect(ben).to_have_count(1)
        if is_offline:
            again(page)
        by(ben, "member-remove").click()
        act(page, "confirm-accept", is_gone(ben), is_offline=is_offline)
        if not is_offline:
            user.post(f"conversations/{user.conversation_id}/members", {"username": others[0]})
            expect(ben).to_have_count(1)


@pytest.mark.expects("lost connection")
def test_a_conversation_is_pinned_muted_and_notifies_of_what_is_chosen(visit):
    user = visit()
    page = user.page
    pin, mute = by(page, "conversation-pin"), by(page, "conversation-mute")
    offered, mentions = value_of(page, "mute-choice", "hour"), value_of(page, "conversation-notify", "mentions")
    for _, is_offline in widths_and_offline(user):
        act(page, "conversation-pin", has(pin, "aria-pressed", "true"), is_offline=is_offline)
        with use(page, "conversation-mute", effect="offers times", holds=is_there(offered)):
            mute.click()
        choice = value_of(page, "mute-choice", "forever")
        act(page, "mute-choice", reads(mute, "Muted"), is_offline=is_offline, element=choice)
        if is_offline:
            again(page)
        done = has(mentions, "aria-pressed", "true")
        act(page, "conversation-notify", done, is_offline=is_offline, element=mentions)
        if is_offline:
            return
        mute.click()
        with use(page, "mute-choice", effect="ends muting", holds=lambda: not reads(mute, "Muted")()):
            value_of(page, "mute-choice", "off").click()
        with use(page, "conversation-pin", effect="unpins it", holds=has(pin, "aria-pressed", "false")):
            pin.click()
        value_of(page, "conversation-notify", "default").click()
        expect(mentions).to_have_attribute("aria-pressed", "false")


@pytest.mark.expects("lost connection")
def test_what_failed_is_tried_again(visit):
    user = visit()
    page, pin = user.page, by(user.page, "conversation-pin")
    for _, is_offline in widths_and_offline(user):
        user.context.set_offline(True)
        pin.click()
        expect(problem(page)).to_be_visible()
        if is_offline:
            asked = []
            page.on("request", lambda request: asked.append(request) if request.method == "PATCH" else None)
            with use(page, "details-retry", effect="asks again", holds=lambda: len(asked) > 0):
                by(page, "details-retry").click()
            return
        user.context.set_offline(False)
        user.expect_connected()
        with use(page, "details-retry", effect="does it", holds=has(pin, "aria-pressed", "true")):
            by(page, "details-retry").click()
        pin.click()
        expect(pin).to_have_attribute("aria-pressed", "false")


@pytest.mark.expects("lost connection")
def test_a_group_is_left(visit, others):
    user = visit()
    page, question = user.page, by(user.page, "confirm-accept")
    for _, is_offline in widths_and_offline(user):
        with use(page, "conversation-leave", effect="asks", holds=is_there(question)):
            by(page, "conversation-leave").click()
        with use(page, "confirm-cancel", effect="stays", holds=is_gone(question)):
            by(page, "confirm-cancel").click()
        by(page, "conversation-leave").click()
        act(page, "confirm-accept", at(page, "/"), is_offline=is_offline, effect="leaves it")
        if not is_offline:
            user.open(user.make_group(fresh("Plans"), others[0]))
            open_details(page)
