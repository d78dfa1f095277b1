"""The line is cut in the middle of what people do: everything happens once, and the screen says what waits meanwhile.

Edits and deletions are in test_message_changes.py.
"""

import uuid

import pytest
from playwright.sync_api import expect

from tests.controls.acts import fresh, say
from tests.e2e.conftest import shared_server
from tests.e2e.pages import by

server = shared_server()
HEART, THUMB = "\N{HEAVY BLACK HEART}\N{VARIATION SELECTOR-16}", "\N{THUMBS UP SIGN}"
PATIENCE_MS = 40_000


def chip(member, text, emoji):
    return by(member.row(text), "reaction").and_(member.page.locator(f'[data-emoji="{emoji}"]'))


def press(member, text, testid):
    """Press a button of a message's bar, or of the menu behind it."""
    member.row(text).hover()
    bar = by(member.page, "message-actions")
    expect(bar).to_be_visible()
    if testid not in ("message-reply", "message-react"):
        by(bar, "message-more").click()
    by(member.page, testid).click()


def react(user, room, seq, emoji):
    """Set a reaction over the API."""
    items = user.context.request.get(f"/api/v1/conversations/{room}/messages").json()["items"]
    (message_id,) = [item["message_id"] for item in items if item["seq"] == seq]
    path = f"/api/v1/conversations/{room}/messages/{message_id}/reactions/{emoji}"
    assert user.context.request.put(path, headers={"Idempotency-Key": str(uuid.uuid4())}).ok


def messages_of(user, room):
    return user.context.request.get(f"/api/v1/conversations/{room}/messages").json()["items"]


@pytest.mark.parametrize("fault", ["hole_down", "refuse"])  # one loses the answers, one everything
def test_replies_reactions_mentions_and_forwarded_messages_go_out_once(person, wire, fault):
    ana, ben = person(path="", origin=wire.origin), person(path="")
    name = fresh("Elsewhere")
    room, other = ben.make_group(fresh("Cut"), ana.username), ben.make_group(name, ana.username)
    say(ben, room, "question", "liked", "praised")
    react(ana, room, messages_of(ana, room)[1]["seq"], THUMB)
    for member, place in ((ana, room), (ben, other)):
        member.page.goto(f"/c/{place}")
        member.expect_connected()
        expect(by(member.page, "composer")).to_be_enabled()
    expect(chip(ana, "liked", THUMB)).to_have_attribute("data-mine", "true")
    # What is loaded on demand has to be there, as it is a moment later.
    press(ana, "praised", "message-react")
    option = by(ana.page, "emoji-option").and_(ana.page.locator(f'[data-emoji="{HEART}"]')).first
    expect(option).to_be_visible()

    wire.set(fault)
    option.click()
    expect(chip(ana, "praised", HEART)).to_have_attribute("data-mine", "true")
    chip(ana, "liked", THUMB).click()
    expect(chip(ana, "liked", THUMB)).to_have_count(0)
    press(ana, "question", "message-reply")
    ana.write("answer")
    expect(by(ana.row("answer"), "reply-quote")).to_contain_text("question")
    expect(by(ana.page, "composer")).to_have_attribute("data-mode", "new")
    ana.write(f"@{ben.username}, see this")
    expect(ana.row("see this")).to_have_count(1)
    press(ana, "praised", "message-details")
    by(ana.page, "forward-to").press_sequentially(name)
    by(ana.page, "forward-send").click()
    expect(by(ana.page, "message-info-result")).to_contain_text(f"Forwarded to {name}.")
    ana.page.keyboard.press("Escape")

    # The screen says what is not known to be stored.
    ana.expect_not_connected()
    ana.expect_state("answer", "queued", "sending")
    ana.expect_state("see this", "queued", "sending")
    for text in ("liked", "praised"):
        expect(ana.row(text)).to_have_attribute("data-pending", "reaction")
    expect(by(ana.page, "outbox-count")).to_have_text("5")
    expect(ben.item(room)).to_have_attribute("data-unread", "2" if fault == "hole_down" else "0")
    wire.heal()

    expect(by(ana.page, "outbox-count")).to_have_text("0", timeout=PATIENCE_MS)
    for text in ("answer", "see this"):
        ana.expect_state(text, "sent", "delivered", "read")
    expect(by(ben.item(room), "conversation-mentions")).to_have_attribute("data-count", "1")
    expect(ben.item(room)).to_have_attribute("data-unread", "2")
    expect(ben.row("praised")).to_have_count(1)
    ben.open(room)
    expect(ben.row("see this")).to_have_attribute("data-mentions-me", "true")
    expect(by(ben.row("answer"), "reply-quote")).to_contain_text("question")
    for member in (ana, ben):
        member.expect_texts("question", "liked", "praised", "answer", "see this")
        expect(chip(member, "praised", HEART)).to_have_attribute("data-count", "1")
        expect(chip(member, "liked", THUMB)).to_have_count(0)
    assert ben.stored(other) == ["praised"]
    # Three messages that were there, a reaction that was, and four events of the cut: nothing happened twice.
    assert messages_of(ben, room)[-1]["seq"] <= 8
    assert ben.context.request.get(f"/api/v1/conversations/{room}").json()["last_seq"] == 8


def test_what_is_done_to_a_conversation_happens_once(person, wire):
    ana, ben = person(path="", origin=wire.origin), person(path="")
    room = ben.make_group(fresh("Settings"), ana.username)
    say(ben, room, "one", "two", "three")
    ana.page.goto(f"/c/{room}")
    ana.expect_connected()
    expect(ana.item(room)).to_have_attribute("data-unread", "0")
    by(ana.page, "details-open").click()
    pin, retry = by(ana.page, "conversation-pin"), by(ana.page, "details-retry")
    pinned = pin.and_(ana.page.locator("[aria-pressed=true]"))
    expect(pin).to_be_visible()

    wire.cut()
    press(ana, "two", "mark-unread")
    expect(ana.item(room)).to_have_attribute("data-unread", "2")
    pin.click()
    ana.expect_not_connected()
    wire.heal()

    finish(ana, retry, pinned)
    path = f"/api/v1/conversations/{room}"
    ana.wait_until(lambda: ana.context.request.get(path).json()["unread"] == 2, seconds=PATIENCE_MS / 1_000)
    assert ana.context.request.get(path).json()["pinned"]
    expect(ana.item(room)).to_have_attribute("data-unread", "2")

    mute, level = by(ana.page, "conversation-mute"), choice_of(ana, "conversation-notify", "mentions")
    mute.click()
    forever = choice_of(ana, "mute-choice", "forever")
    expect(forever).to_be_visible()
    for fault, control, done, key, value in (
        ("hole_down", forever, mute.filter(has_text="Muted"), "muted_until", "forever"),
        ("refuse", level, level.and_(ana.page.locator("[aria-pressed=true]")), "notify", "mentions"),
    ):
        ana.expect_connected()
        wire.set(fault)
        control.click()
        ana.expect_not_connected()
        wire.heal()
        finish(ana, retry, done)
        assert ana.context.request.get(path).json()[key] == value


def choice_of(user, testid, value):
    return by(user.page, testid).and_(user.page.locator(f'[data-value="{value}"]'))


def finish(user, retry, done):
    """What is not known to be done can be tried again, unless the server says that it was."""
    expect(retry.or_(done).first).to_be_visible(timeout=PATIENCE_MS)
    if retry.is_visible():
        user.expect_connected()
        retry.click()
    expect(done).to_be_visible()


def test_posts_are_edited_reacted_to_and_commented_on_once(person, wire):
    ana, ben = person(path="", origin=wire.origin), person(path="")
    text = fresh("Post")
    key = {"Idempotency-Key": str(uuid.uuid4())}
    assert ana.context.request.post("/api/v1/posts", data={"text": text}, headers=key).ok
    for member in (ana, ben):
        member.page.goto("/posts")
        member.expect_connected()
        expect(post_of(member, text)).to_be_visible()
    by(post_of(ana, text), "post-comments").click()
    by(ana.page, "comment-text").fill("a comment")
    by(post_of(ana, text), "post-react").click()
    option = by(ana.page, "emoji-option").and_(ana.page.locator(f'[data-emoji="{HEART}"]')).first
    expect(option).to_be_visible()

    wire.set("hole_down")  # without a line, what posts are changed with is disabled
    option.click()
    expect(by(post_of(ana, text), "reaction")).to_have_attribute("data-mine", "true")
    by(ana.page, "comment-send").click()
    by(post_of(ana, text), "post-edit").click()
    by(ana.page, "post-edit-text").fill(f"{text}, edited")
    by(ana.page, "post-edit-save").click()
    # Nothing typed has left its field.
    expect(by(ana.page, "comment-text")).to_have_value("a comment")
    expect(by(ana.page, "post-edit-text")).to_have_value(f"{text}, edited")
    wire.heal()

    expect(by(ana.page, "comment-text")).to_have_value("", timeout=PATIENCE_MS)
    expect(by(ana.page, "post-edit-text")).to_have_count(0, timeout=PATIENCE_MS)
    by(post_of(ben, text), "post-comments").click()
    for member in (ana, ben):
        expect(post_of(member, f"{text}, edited")).to_have_count(1)
        expect(by(post_of(member, text), "reaction")).to_have_attribute("data-count", "1")
        expect(by(member.page, "comment")).to_have_count(1)
    expect(by(ana.page, "notice")).to_have_count(0)


def post_of(member, text):
    return by(member.page, "post").filter(has_text=text)
