"""Replies and mentions: between two browsers, and with a line that is cut."""

import re

import pytest
from playwright.sync_api import expect

from tests.controls.acts import LINES, go_offline, holds_value, is_gone, is_there, make_group, post, say
from tests.controls.ledger import use
from tests.e2e.conftest import shared_server
from tests.e2e.pages import by

server = shared_server()


def typed(page):
    return by(page, "composer")


@pytest.mark.expects("lost connection")
@LINES
def test_an_at_sign_completes_the_names_of_members(person, size, is_offline):
    ana, ben = person(viewport=size), person()
    room = make_group(ana, "Names", ben.username)
    ana.page.goto(f"/c/{room}")
    page, composer = ana.page, typed(ana.page)
    expect(composer).to_be_enabled()
    ana.expect_connected()
    if is_offline:
        go_offline(ana)
    option = by(page, "mention-option").and_(page.locator(f"[data-username={ben.username}]"))
    composer.press_sequentially(f"hi @{ben.username[:2]}")
    expect(by(page, "mention-list")).to_be_visible()
    expect(composer).to_have_attribute("aria-activedescendant", re.compile("mention-option-0"))
    composer.press("Escape")
    expect(by(page, "mention-list")).to_have_count(0)
    composer.fill("")
    composer.press_sequentially("hi @")
    with use(page, "mention-option", effect="completes the name", holds=holds_value(composer, f"hi @{ben.username} ")):
        option.click()
    expect(composer).to_be_focused()
    composer.press_sequentially("and @")
    composer.press("ArrowDown")
    composer.press("ArrowUp")
    composer.press("Enter")
    expect(composer).to_have_value(re.compile(rf"^hi @{ben.username} and @\S+ $"))
    expect(by(page, "mention-list")).to_have_count(0)
    composer.press("Enter")
    expect(ana.row(f"hi @{ben.username}").locator(".mention").first).to_have_text(f"@{ben.username}")


def test_everybody_is_notified_only_after_a_question(person):
    ana, ben = person(), person()
    names = [person_named(ana, number) for number in range(20)]
    room = make_group(ana, "All", ben.username, *names)
    ana.open(room)
    ben.open(room)
    page, composer = ana.page, typed(ana.page)
    composer.fill("@all hello")
    composer.press("Escape")
    composer.press("Enter")
    accept = by(page, "confirm-accept")
    for control in ("confirm-cancel", "mention-all-close"):
        expect(accept).to_be_visible()
        with use(page, control, effect="keeps the text", holds=is_gone(accept)):
            by(page, control).click()
        expect(composer).to_have_value("@all hello")
        composer.press("Enter")
    with use(page, "confirm-accept", effect="sends the message", holds=is_there(ana.row("@all hello"))):
        accept.click()
    expect(ben.row("@all hello")).to_have_attribute("data-mentions-me", "true")


def person_named(user, number):
    """Somebody without a browser."""
    name = f"{user.username}x{number}"
    body = {"username": name, "display_name": name.title(), "password": "correct horse battery"}
    answer = user.context.browser.new_context(base_url=user.origin).request.post("/api/v1/auth/register", data=body)
    assert answer.ok
    return name


def test_a_reply_quotes_its_original_and_leads_to_it(person):
    ana, ben = person(), person()
    room = make_group(ana, "Quotes", ben.username)
    first = post(ana, f"conversations/{room}/messages", {"text": "the original"})
    say(ana, room, *(f"number {number + 1}." for number in range(90)))
    reply = {"text": "the reply", "reply_to": first["message_id"]}
    post(ana, f"conversations/{room}/messages", reply)
    ben.page.goto(f"/c/{room}?m=92")
    row = ben.row("the reply")
    quote = by(row, "reply-quote")
    expect(quote).to_have_attribute("data-message-id", first["message_id"])
    expect(quote).to_contain_text("the original")
    original = ben.rows().filter(has_text="the original").and_(ben.page.locator("[data-seq='1']"))
    with use(ben.page, "reply-quote", effect="leads to the original", holds=lambda: original.count() == 1):
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
