"""The controls of the page of posts, apart from those for files."""

import uuid

import httpx
import pytest
from playwright.sync_api import expect

from tests.controls.acts import SIZES, WIDE, fresh, holds_value, is_there, make_account, refuse
from tests.controls.ledger import use
from tests.controls.widths import widths, widths_and_offline
from tests.e2e.conftest import server_of_file
from tests.e2e.pages import PASSWORD, by

server = server_of_file()  # where nobody has written a post
MORE_THAN_A_PAGE = 25


def published(page, text):
    return is_there(by(page, "post").filter(has_text=text))


@pytest.mark.expects("status 422")
def test_a_post_is_written_and_published_with_nothing_something_wrong_and_all_right(guest):
    user = guest("/posts")
    page, field = user.page, by(user.page, "post-text")
    expect(by(page, "feed")).to_have_attribute("data-state", "ready")
    for _ in widths(user):
        text = fresh("A post")
        field.fill("")
        button = by(page, "post-publish")
        before = by(page, "post").count()
        box = button.bounding_box()
        with use(page, "post-text", effect="publishes nothing while empty", holds=button.is_enabled, sends="empty"):
            page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
            field.press_sequentially(text)
        assert by(page, "post").count() == before
        field.fill("x" * 10_001)
        refused = page.locator(".post-form [role=alert]")
        with use(page, "post-publish", effect="says that it is too long", holds=is_there(refused), sends="wrong"):
            button.click()
        field.fill(text)
        with use(page, "post-publish", effect="publishes it", holds=published(page, text), sends="right"):
            button.click()
        expect(field).to_have_value("")


def test_offline_what_is_written_stays(guest):
    page = guest("/posts", size=WIDE, is_offline=True).page
    field = by(page, "post-text")
    field.fill("")
    with use(page, "post-text", effect="holds what is written", holds=holds_value(field, "kept")):
        field.press_sequentially("kept")
    expect(by(page, "post-publish")).to_be_disabled()
    field.fill("")


@pytest.mark.expects("lost connection", "status 418")
@SIZES
def test_posts_that_could_not_be_loaded_come_by_retry(guest, size):
    user = guest("", size=size)
    page = user.page
    text = fresh("Kept")
    user.post("posts", {"text": text})
    refuse(page, "**/api/v1/posts*")
    page.goto("/posts")
    # What failed before the connection was there is asked for once more by itself.
    user.expect_connected()
    page.wait_for_load_state("networkidle")
    expect(by(page, "feed-retry")).to_be_visible(timeout=20_000)
    page.unroute("**/api/v1/posts*")
    with use(page, "feed-retry", effect="loads the posts", holds=published(page, text)):
        by(page, "feed-retry").click()


def write_posts(server):
    """Somebody else writes more posts than are shown at once."""
    with httpx.Client(base_url=f"{server.origin}/api/v1") as client:
        account = {"username": make_account(server, "writer"), "password": PASSWORD}
        client.post("/auth/login", json=account).raise_for_status()
        for number in range(MORE_THAN_A_PAGE):
            key = {"Idempotency-Key": str(uuid.uuid4())}
            client.post("/posts", json={"text": f"Post {number}"}, headers=key).raise_for_status()


@pytest.mark.expects("lost connection")
def test_older_posts_are_loaded_and_where_it_fails_offered_again(guest, server):
    for _ in range(3):
        write_posts(server)
    user = guest("/posts")
    page = user.page
    for _, is_offline in widths_and_offline(user):
        expect(by(page, "feed-older")).to_be_visible()
        if is_offline:
            with use(page, "feed-older", effect="says that it cannot", holds=is_there(by(page, "notice-retry"))):
                by(page, "feed-older").click()
            return
        before = by(page, "post").count()
        with use(page, "feed-older", effect="loads older posts", holds=lambda: by(page, "post").count() > before):
            by(page, "feed-older").click()
