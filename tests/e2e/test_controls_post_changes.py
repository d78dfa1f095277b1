"""The controls under a post: edit, delete, react, comment."""

import json
import uuid

import pytest
from playwright.sync_api import expect

from tests.controls.acts import LINES, SIZES, WIDE, fresh, go_offline, holds_value, is_gone, is_there, post, refuse
from tests.controls.ledger import use
from tests.e2e.conftest import shared_server
from tests.e2e.pages import by

server = shared_server()


@pytest.fixture
def written(guest):
    """Somebody on the page of posts with a post of theirs: the user, and its place on the page."""

    def write(size, *, comments=0, is_offline=False):
        user, text = guest(size, ""), fresh("A post")
        key = {"Idempotency-Key": str(uuid.uuid4())}
        answer = user.context.request.post("/api/v1/posts", data={"text": text}, headers=key)
        assert answer.ok, answer.text()
        for number in range(comments):
            post(user, f"posts/{json.loads(answer.text())['id']}/comments", {"text": f"Comment {number}"})
        user.page.goto("/posts")
        user.expect_connected()
        place = by(user.page, "post").filter(has_text=text)
        expect(place).to_be_visible()
        if is_offline:
            go_offline(user)
        return user, place

    return write


@SIZES
def test_a_post_is_edited_and_the_edit_cancelled(written, size):
    user, place = written(size)
    page, field = user.page, by(user.page, "post-edit-text")
    with use(page, "post-edit", effect="shows the form", holds=is_there(field)):
        by(place, "post-edit").click()
    field.fill("")
    with use(page, "post-edit-text", effect="takes the text", holds=holds_value(field, "Other")):
        field.press_sequentially("Other")
    with use(page, "post-edit-cancel", effect="closes the form", holds=is_gone(field)):
        by(page, "post-edit-cancel").click()
    first = by(page, "post").first
    by(first, "post-edit").click()
    text = fresh("Other")
    by(first, "post-edit-text").fill(text)
    changed = is_there(page.locator(".post .row-text", has_text=text))
    with use(page, "post-edit-save", effect="changes the text", holds=changed):
        by(first, "post-edit-save").click()
    by(first, "post-edit").click()
    by(first, "post-edit-text").fill(f"{text} again")
    with use(page, "post-edit-text+Control+Enter", effect="saves", holds=is_gone(by(first, "post-edit-text"))):
        by(first, "post-edit-text").press("Control+Enter")


@pytest.mark.expects("lost connection")
def test_offline_an_edit_is_kept_and_can_be_cancelled(written):
    user, place = written(WIDE)
    page = user.page
    by(place, "post-edit").click()
    by(page, "post-edit-text").fill("")
    go_offline(user)
    kept = holds_value(by(page, "post-edit-text"), "kept")
    with use(page, "post-edit-text", effect="takes the text", holds=kept):
        by(page, "post-edit-text").press_sequentially("kept")
    with use(page, "post-edit-text+Control+Enter", effect="says why it is not saved", holds=is_there(alert(page))):
        by(page, "post-edit-text").press("Control+Enter")
    with use(page, "post-edit-cancel", effect="closes the form", holds=is_gone(by(page, "post-edit-text"))):
        by(page, "post-edit-cancel").click()


def alert(page):
    return page.locator(".post [role=alert]")


@SIZES
def test_a_post_is_deleted_after_a_question(written, size):
    user, place = written(size)
    page, question = user.page, by(user.page, "confirm-accept")
    with use(page, "post-delete", effect="asks", holds=is_there(question)):
        by(place, "post-delete").click()
    with use(page, "confirm-cancel", effect="keeps the post", holds=lambda: is_gone(question)() and is_there(place)()):
        by(page, "confirm-cancel").click()
    by(place, "post-delete").click()
    with use(page, "confirm-accept", effect="deletes the post", holds=is_gone(place)):
        question.click()


@pytest.mark.expects("lost connection")
def test_offline_a_post_that_was_to_be_deleted_is_kept(written):
    user, place = written(WIDE)
    page = user.page
    by(place, "post-delete").click()
    go_offline(user)
    expect(by(page, "confirm-accept")).to_be_disabled()
    with use(page, "confirm-cancel", effect="keeps the post", holds=is_gone(by(page, "confirm-accept"))):
        by(page, "confirm-cancel").click()


@SIZES
def test_reactions_are_set_and_removed(written, size):
    user, place = written(size)
    page, chip = user.page, by(place, "reaction")
    picker = by(page, "emoji-picker")
    with use(page, "post-react", effect="opens the picker", holds=is_there(picker)):
        by(place, "post-react").click()
    with use(page, "emoji-option", effect="sets a reaction", holds=is_there(chip)):
        by(picker, "emoji-option").first.click()
    with use(page, "reaction", effect="removes it", holds=is_gone(chip)):
        chip.click()


@pytest.mark.expects("lost connection")
@LINES
def test_comments_are_opened_and_closed(written, size, is_offline):
    user, place = written(size, comments=1, is_offline=is_offline)
    page, thread = user.page, by(user.page, "comments")
    with use(page, "post-comments", effect="shows the comments", holds=is_there(thread)):
        by(place, "post-comments").click()
    if is_offline:
        field = by(page, "comment-text")
        with use(page, "comment-text", effect="keeps what is written", holds=holds_value(field, "kept")):
            field.press_sequentially("kept")
        expect(by(page, "comment-send")).to_be_disabled()
        refused = page.locator(".comment-form [role=alert]")
        with use(page, "comment-text+Control+Enter", effect="says why it is not sent", holds=is_there(refused)):
            field.press("Control+Enter")
    with use(page, "post-comments", effect="hides them", holds=is_gone(thread)):
        by(place, "post-comments").click()


@SIZES
def test_a_comment_is_written_and_sent(written, size):
    user, place = written(size)
    page = user.page
    by(place, "post-comments").click()
    field, comments = by(page, "comment-text"), by(page, "comment")
    with use(page, "comment-text", effect="takes the text", holds=holds_value(field, "Hello")):
        field.press_sequentially("Hello")
    with use(page, "comment-send", effect="sends the comment", holds=lambda: comments.count() == 1):
        by(page, "comment-send").click()
    expect(field).to_have_value("")
    field.fill("Again")
    with use(page, "comment-text+Control+Enter", effect="sends it", holds=lambda: comments.count() == 2):
        field.press("Control+Enter")


@SIZES
def test_a_comment_is_deleted_after_a_question(written, size):
    user, place = written(size, comments=1)
    page, question, comment = user.page, by(user.page, "confirm-accept"), by(user.page, "comment")
    by(place, "post-comments").click()
    with use(page, "comment-delete", effect="asks", holds=is_there(question)):
        by(comment, "comment-delete").click()
    with use(page, "confirm-accept", effect="deletes the comment", holds=is_gone(comment)):
        question.click()
    expect(by(place, "post-comments")).to_contain_text("Comment")


@pytest.mark.expects("lost connection", "status 418")
@SIZES
def test_comments_that_could_not_be_loaded_come_by_retry(written, size):
    user, place = written(size, comments=51)
    page = user.page
    refuse(page, "**/comments")
    by(place, "post-comments").click()
    expect(by(page, "comments-retry")).to_be_visible(timeout=20_000)
    page.unroute("**/comments")
    shown = by(page, "comment")
    with use(page, "comments-retry", effect="loads them", holds=lambda: shown.count() == 50):
        by(page, "comments-retry").click()
    with use(page, "comments-older", effect="loads older ones", holds=lambda: shown.count() == 51):
        by(page, "comments-older").click()
