"""The controls under a post: edit, delete, react, comment."""

import json
import uuid

import pytest
from playwright.sync_api import expect

from tests.controls.acts import WIDE, fresh, go_offline, holds_value, is_gone, is_there, refuse
from tests.controls.ledger import use
from tests.controls.widths import widths, widths_and_offline
from tests.e2e.conftest import shared_server
from tests.e2e.pages import by

server = shared_server()


@pytest.fixture
def written(guest):
    """Somebody on the page of posts with a post of theirs: the user, and its place on the page."""

    def write(*, comments=0, **options):
        user, text = guest("", **options), fresh("A post")
        key = {"Idempotency-Key": str(uuid.uuid4())}
        answer = user.context.request.post("/api/v1/posts", data={"text": text}, headers=key)
        assert answer.ok, answer.text()
        for number in range(comments):
            user.post(f"posts/{json.loads(answer.text())['id']}/comments", {"text": f"Comment {number}"})
        user.page.goto("/posts")
        user.expect_connected()
        place = by(user.page, "post").filter(has_text=text)
        expect(place).to_be_visible()
        return user, place

    return write


def test_a_post_is_edited_and_the_edit_cancelled(written):
    user, place = written()
    page, field = user.page, by(user.page, "post-edit-text")
    for _ in widths(user):
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
        place = by(page, "post").filter(has_text=f"{text} again")


@pytest.mark.expects("lost connection")
def test_offline_an_edit_is_kept_and_can_be_cancelled(written):
    user, place = written(size=WIDE)
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


def test_a_post_is_deleted_after_a_question(written, guest):
    other = fresh("Another post")
    guest("").post("posts", {"text": other})
    user, place = written()
    page, question = user.page, by(user.page, "confirm-accept")
    places = (place, by(page, "post").filter(has_text=other))
    for place, _ in zip(places, widths(user), strict=True):
        kept = lambda: is_gone(question)() and is_there(place)()  # noqa: E731
        with use(page, "post-delete", effect="asks", holds=is_there(question)):
            by(place, "post-delete").click()
        with use(page, "confirm-cancel", effect="keeps the post", holds=kept):
            by(page, "confirm-cancel").click()
        by(place, "post-delete").click()
        with use(page, "confirm-accept", effect="deletes the post", holds=is_gone(place)):
            question.click()


@pytest.mark.expects("lost connection")
def test_offline_a_post_that_was_to_be_deleted_is_kept(written):
    user, place = written(size=WIDE)
    page = user.page
    by(place, "post-delete").click()
    go_offline(user)
    expect(by(page, "confirm-accept")).to_be_disabled()
    with use(page, "confirm-cancel", effect="keeps the post", holds=is_gone(by(page, "confirm-accept"))):
        by(page, "confirm-cancel").click()


def test_reactions_are_set_and_removed(written):
    user, place = written()
    page, chip = user.page, by(place, "reaction")
    picker = by(page, "emoji-picker")
    for _ in widths(user):
        with use(page, "post-react", effect="opens the picker", holds=is_there(picker)):
            by(place, "post-react").click()
        with use(page, "emoji-option", effect="sets a reaction", holds=is_there(chip)):
            by(picker, "emoji-option").first.click()
        with use(page, "reaction", effect="removes it", holds=is_gone(chip)):
            chip.click()


@pytest.mark.expects("lost connection")
def test_comments_are_opened_and_closed(written):
    user, place = written(comments=1)
    page, thread = user.page, by(user.page, "comments")
    for _, is_offline in widths_and_offline(user):
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


def test_a_comment_is_written_and_sent(written):
    user, place = written()
    page = user.page
    by(place, "post-comments").click()
    field, comments = by(page, "comment-text"), by(page, "comment")
    for there, _ in zip((0, 2), widths(user), strict=True):
        with use(page, "comment-text", effect="takes the text", holds=holds_value(field, "Hello")):
            field.press_sequentially("Hello")
        with use(page, "comment-send", effect="sends the comment", holds=lambda: comments.count() == there + 1):
            by(page, "comment-send").click()
        expect(field).to_have_value("")
        field.fill("Again")
        with use(page, "comment-text+Control+Enter", effect="sends it", holds=lambda: comments.count() == there + 2):
            field.press("Control+Enter")


def test_a_comment_is_deleted_after_a_question(written):
    user, place = written(comments=2)
    page, question = user.page, by(user.page, "confirm-accept")
    by(place, "post-comments").click()
    for number, _ in enumerate(widths(user)):
        comment = by(page, "comment").filter(has_text=f"Comment {number}")
        with use(page, "comment-delete", effect="asks", holds=is_there(question)):
            by(comment, "comment-delete").click()
        with use(page, "confirm-accept", effect="deletes the comment", holds=is_gone(comment)):
            question.click()
        expect(by(place, "post-comments")).to_contain_text(("1 comment", "Comment")[number])


@pytest.mark.expects("lost connection", "status 418")
def test_comments_that_could_not_be_loaded_come_by_retry(written):
    user, place = written(comments=51)
    page, shown = user.page, by(user.page, "comment")
    for _ in widths(user):
        refuse(page, "**/comments")
        by(place, "post-comments").click()
        expect(by(page, "comments-retry")).to_be_visible(timeout=20_000)
        page.unroute("**/comments")
        with use(page, "comments-retry", effect="loads them", holds=lambda: shown.count() == 50):
            by(page, "comments-retry").click()
        with use(page, "comments-older", effect="loads older ones", holds=lambda: shown.count() == 51):
            by(page, "comments-older").click()
        page.reload()
        user.expect_connected()
