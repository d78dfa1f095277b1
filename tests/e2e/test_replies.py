"""Replies, reactions and mentions: between two browsers, and without a connection."""

import re

import pytest
from playwright.sync_api import expect

from tests.controls.acts import WIDE, go_offline, holds_value, is_gone, is_there, make_account, say
from tests.controls.ledger import use
from tests.controls.widths import widths, widths_and_offline
from tests.e2e.conftest import shared_server
from tests.e2e.pages import by

server = shared_server()


def typed(page):
    return by(page, "composer")


@pytest.mark.expects("lost connection")
def test_an_at_sign_completes_the_names_of_members(person, server):
    ana, ben = person(path=""), make_account(server, "ben")
    room = ana.make_group("Names", ben)
    ana.page.goto(f"/c/{room}")
    page, composer = ana.page, typed(ana.page)
    expect(composer).to_be_enabled()
    ana.expect_connected()
    option = by(page, "mention-option").and_(page.locator(f"[data-username={ben}]"))
    for times, _ in enumerate(widths_and_offline(ana), 1):
        composer.press_sequentially(f"hi @{ben[:2]}")
        expect(by(page, "mention-list")).to_be_visible()
        expect(composer).to_have_attribute("aria-activedescendant", re.compile("mention-option-0"))
        composer.press("Escape")
        expect(by(page, "mention-list")).to_have_count(0)
        composer.fill("")
        composer.press_sequentially("hi @")
        with use(page, "mention-option", effect="completes the name", holds=holds_value(composer, f"hi @{ben} ")):
            option.click()
        expect(composer).to_be_focused()
        composer.press_sequentially("and @")
        composer.press("ArrowDown")
        composer.press("ArrowUp")
        # What is typed at once stands behind the name.
        page.keyboard.type("\nnow")
        expect(composer).to_have_value(re.compile(rf"^hi @{ben} and @\S+ now$"))
        expect(by(page, "mention-list")).to_have_count(0)
        composer.press("Enter")
        expect(ana.rows()).to_have_count(times)
        expect(ana.rows().last.locator(".mention").first).to_have_text(f"@{ben}")


def test_names_are_gone_through_where_nothing_was_written(person, server):
    ana, ben = person(path=""), make_account(server, "ben")
    room = ana.make_group("Silence", ben)
    page, composer = ana.page, typed(ana.page)
    page.goto(f"/c/{room}")
    ana.expect_connected()
    for _ in widths(ana):
        composer.press_sequentially("hi @")
        expect(composer).to_have_attribute("aria-activedescendant", re.compile("mention-option-0"))
        marked = lambda: "mention-option-0" not in composer.get_attribute("aria-activedescendant")  # noqa: E731
        with use(page, "composer+ArrowUp", effect="goes to the last name", holds=marked):
            composer.press("ArrowUp")
        with use(page, "composer+Escape", effect="closes the names", holds=is_gone(by(page, "mention-list"))):
            composer.press("Escape")
        expect(composer).to_have_value("hi @")
        composer.fill("")


def test_everybody_is_notified_only_after_a_question(person, server):
    ana, ben = person(path=""), person(path="")
    names = [make_account(server, "member") for _ in range(20)]
    room = ana.make_group("All", ben.username, *names)
    for user in (ana, ben):
        user.page.goto(f"/c/{room}")
        user.expect_connected()
        expect(typed(user.page)).to_be_enabled()
    page, composer = ana.page, typed(ana.page)
    accept = by(page, "confirm-accept")
    for times, _ in enumerate(widths(ana), 1):
        composer.fill("@all hello")
        composer.press("Escape")
        composer.press("Enter")
        for control in ("confirm-cancel", "mention-all-close"):
            expect(accept).to_be_visible()
            with use(page, control, effect="keeps the text", holds=is_gone(accept)):
                by(page, control).click()
            expect(composer).to_have_value("@all hello")
            composer.press("Enter")
        expect(accept).to_be_visible()
        with use(page, "mention-all-close+Escape", effect="keeps the text", holds=is_gone(accept)):
            page.keyboard.press("Escape")
        expect(composer).to_have_value("@all hello")
        composer.press("Enter")
        sent = lambda: ana.row("@all hello").count() == times  # noqa: E731
        with use(page, "confirm-accept", effect="sends the message", holds=sent):
            accept.click()
        expect(ana.row("@all hello").last).to_be_visible()
        expect(ben.row("@all hello")).to_have_count(times)
        expect(ben.row("@all hello").last).to_have_attribute("data-mentions-me", "true")


def pair_in(person, title, *texts, **options):
    """Ana and Ben, both in a group in which Ben has said something."""
    ana, ben = person(path="", **options), person(path="")
    room = ana.make_group(title, ben.username)
    say(ben, room, *texts)
    for user in (ana, ben):
        user.page.goto(f"/c/{room}")
        user.expect_connected()
        expect(user.rows()).to_have_count(len(texts))
    return ana, ben, room


def press_tool(user, row, testid):
    """Press a button of a message's bar, or of the menu behind it."""
    row.hover()
    bar = by(user.page, "message-actions")
    if testid != "message-reply":
        by(bar, "message-more").click()
    by(bar, testid).click()


def come_back(user):
    user.context.set_offline(False)
    user.expect_connected()


@pytest.mark.expects("lost connection")
def test_a_reaction_is_one_press_and_says_whose_it_is(person):
    ana, ben, room = pair_in(person, "Reactions", "shall we?")
    message = ben.context.request.get(f"/api/v1/conversations/{room}/messages").json()["items"][0]
    path = f"/api/v1/conversations/{room}/messages/{message['message_id']}/reactions/%F0%9F%91%8D"
    assert ben.context.request.put(path, headers={"Idempotency-Key": room}).ok
    chip, theirs = by(ana.page, "reaction"), by(ben.page, "reaction")
    for _, is_offline in widths_and_offline(ana):
        expect(chip).to_have_attribute("data-count", "1")
        expect(chip).to_have_accessible_name(f"\N{THUMBS UP SIGN}: {ben.username.title()}")
        is_mine = lambda: chip.get_attribute("data-mine") == "true" and chip.get_attribute("data-count") == "2"  # noqa: E731
        with use(ana.page, "reaction", effect="sets one's own", holds=is_mine):
            chip.click()
        expect(chip).to_have_accessible_name(f"\N{THUMBS UP SIGN}: You and {ben.username.title()}")
        if is_offline:
            expect(ana.row("shall we?")).to_have_attribute("data-pending", "reaction")
            come_back(ana)
        expect(theirs).to_have_attribute("data-count", "2")
        expect(theirs).to_have_attribute("data-mine", "true")
        chip.click()
        expect(theirs).to_have_attribute("data-count", "1")
        expect(chip).to_have_attribute("data-mine", "false")


@pytest.mark.expects("lost connection")
def test_any_emoji_is_set_from_the_bar_of_a_message(person):
    ana, ben, _ = pair_in(person, "Emoji", "what a day")
    page = ana.page
    picker, chip = by(page, "emoji-picker"), by(ana.row("what a day"), "reaction")
    theirs = by(ben.row("what a day"), "reaction")
    for _, is_offline in widths_and_offline(ana):
        ana.row("what a day").hover()
        with use(page, "message-react", effect="opens the picker", holds=is_there(picker)):
            by(page, "message-react").click()
        option = by(picker, "emoji-option").first
        emoji = option.get_attribute("data-emoji")
        option.click()
        expect(chip).to_have_attribute("data-emoji", emoji)
        expect(chip).to_have_attribute("data-mine", "true")
        if is_offline:
            come_back(ana)
        expect(theirs).to_have_attribute("data-emoji", emoji)
        chip.click()
        expect(theirs).to_have_count(0)


@pytest.mark.expects("lost connection")
def test_a_reaction_that_is_refused_is_taken_back_with_the_reason(person):
    ana, ben, room = pair_in(person, "Refused", "soon gone", viewport=WIDE)
    message = ben.context.request.get(f"/api/v1/conversations/{room}/messages").json()["items"][0]
    path = f"/api/v1/conversations/{room}/messages/{message['message_id']}"
    assert ben.context.request.put(f"{path}/reactions/%F0%9F%91%8D", headers={"Idempotency-Key": room}).ok
    chip = by(ana.page, "reaction")
    expect(chip).to_have_count(1)
    go_offline(ana)
    chip.click()
    expect(chip).to_have_attribute("data-count", "2")
    assert ben.context.request.delete(path, headers={"Idempotency-Key": message["message_id"]}).ok
    come_back(ana)
    expect(by(ana.page, "notice")).to_contain_text("This message has been deleted.")
    expect(chip).to_have_count(0)
    expect(by(ana.page, "outbox-count")).to_have_text("0")


@pytest.mark.expects("lost connection")
def test_a_reply_is_written_and_kept_with_its_draft(person):
    ana, ben, _ = pair_in(person, "Replies", "the question")
    composer, page = typed(ana.page), ana.page
    question = ana.row("the question").and_(page.locator("[data-seq='1']"))
    replies = lambda: composer.get_attribute("data-mode") == "reply"  # noqa: E731
    for turn, (_, is_offline) in enumerate(widths_and_offline(ana)):
        answer = f"the answer {turn}"
        question.hover()
        with use(page, "message-reply", effect="replies", holds=replies):
            by(page, "message-reply").click()
        expect(by(page, "composer-quote")).to_contain_text("the question")
        expect(composer).to_be_focused()
        with use(page, "composer-cancel", effect="ends the reply", holds=lambda: not replies()):
            by(page, "composer-cancel").click()
        press_tool(ana, question, "message-reply")
        composer.press("Escape")
        expect(composer).to_have_attribute("data-mode", "new")
        press_tool(ana, question, "message-reply")
        composer.fill(answer)
        if not is_offline:
            ana.expect_kept(answer)
            page.reload()
            expect(composer).to_have_value(answer)
            expect(composer).to_have_attribute("data-mode", "reply")
            expect(composer).to_be_enabled()
            ana.expect_connected()
        composer.press("Enter")
        expect(composer).to_have_attribute("data-mode", "new")
        expect(by(ana.row(answer), "reply-quote")).to_contain_text("the question")
        if is_offline:
            come_back(ana)
        expect(by(ben.row(answer), "reply-quote")).to_contain_text("the question")


@pytest.mark.expects("lost connection")
def test_a_message_is_marked_as_unread(person):
    ana, ben, room = pair_in(person, "Later", "one", "two", "three")
    item, marker = ana.item(room), by(ana.page, "new-marker")
    expect(item).to_have_attribute("data-unread", "0")
    ben.write("four")
    ben.expect_state("four", "read")
    for _, is_offline in widths_and_offline(ana):
        ana.row("two").hover()
        by(ana.page, "message-more").click()
        is_unread = lambda: item.get_attribute("data-unread") == "3"  # noqa: E731
        with use(ana.page, "mark-unread", effect="counts from here on", holds=is_unread):
            by(ana.page, "mark-unread").click()
        expect(marker).to_have_count(1)
        if is_offline:
            come_back(ana)
        ana.wait_until(lambda: ana.context.request.get(f"/api/v1/conversations/{room}").json()["unread"] == 3)
        ben.expect_state("four", "read")
        ana.page.goto(f"/c/{room}")
        ana.expect_connected()
        expect(marker).to_be_in_viewport()
        expect(item).to_have_attribute("data-unread", "0")


@pytest.mark.expects("lost connection")
def test_a_quote_leads_to_an_original_that_is_there(person):
    ana = person(path="")
    room = ana.make_group("Short quotes")
    first = ana.post(f"conversations/{room}/messages", {"text": "the original"})
    ana.post(f"conversations/{room}/messages", {"text": "the reply", "reply_to": first["message_id"]})
    ana.page.goto(f"/c/{room}")
    ana.expect_connected()
    quote = by(ana.row("the reply"), "reply-quote")
    original = ana.page.locator("[data-seq='1'][data-target='true']")
    for _ in widths_and_offline(ana):
        expect(quote).to_contain_text("the original")
        with use(ana.page, "reply-quote", effect="leads to the original", holds=is_there(original)):
            quote.click()
        expect(original).to_have_count(0)


def test_a_reply_quotes_its_original_and_leads_to_it(person):
    ana, ben = person(path=""), person(path="")
    room = ana.make_group("Quotes", ben.username)
    first = ana.post(f"conversations/{room}/messages", {"text": "the original"})
    say(ana, room, *(f"number {number + 1}." for number in range(90)))
    reply = {"text": "the reply", "reply_to": first["message_id"]}
    ana.post(f"conversations/{room}/messages", reply)
    ben.page.goto(f"/c/{room}?m=92")
    row = ben.row("the reply")
    quote = by(row, "reply-quote")
    expect(quote).to_have_attribute("data-message-id", first["message_id"])
    expect(quote).to_contain_text("the original")
    original = ben.rows().filter(has_text="the original").and_(ben.page.locator("[data-seq='1']"))
    target = ben.page.locator("[data-seq='1'][data-target='true']")
    with use(ben.page, "reply-quote", effect="leads to the original", holds=is_there(target)):
        quote.click()
    expect(original).to_be_in_viewport()
    expect(original).to_have_attribute("data-target", "true")
    ben.page.goto(f"/c/{room}?m=92")
    expect(quote).to_contain_text("the original")

    path = f"/api/v1/conversations/{room}/messages/{first['message_id']}"
    ana.context.request.patch(path, data={"text": "better words"}, headers={"Idempotency-Key": first["client_id"]})
    expect(quote).to_contain_text("better words")
    ana.context.request.delete(path, headers={"Idempotency-Key": room})
    expect(quote).to_contain_text("Message deleted")
