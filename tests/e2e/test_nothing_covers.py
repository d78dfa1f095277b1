"""What floats over a page leaves its words readable."""

from playwright.sync_api import expect

from tests.controls.acts import NARROW, WIDE
from tests.e2e.conftest import shared_server
from tests.e2e.pages import by

server = shared_server()

SHORT = "old and short"
BOX_OF_TEXT = """(element) => {
    const range = document.createRange();
    range.selectNodeContents(element);
    const { x, y, width, height } = range.getBoundingClientRect();
    return { x, y, width, height };
}"""


def overlap(one, other):
    """Whether two boxes have an area in common."""
    return (
        one["x"] < other["x"] + other["width"]
        and other["x"] < one["x"] + one["width"]
        and one["y"] < other["y"] + other["height"]
        and other["y"] < one["y"] + one["height"]
    )


def test_the_dot_on_the_own_face_leaves_the_initials_readable(person):
    page = person(viewport=NARROW).page
    dot = by(page, "own-presence")
    expect(dot).to_be_visible()

    letters = page.locator(".place.me .avatar").evaluate(BOX_OF_TEXT)

    assert letters["width"] > 0
    assert not overlap(letters, dot.bounding_box())


def test_news_of_the_account_leave_the_first_steps_readable(person, server):
    user = person(viewport=WIDE)
    server.use_password(user.username, SHORT)
    body = {"username": user.username, "password": SHORT}
    assert user.context.request.post("/api/v1/auth/login", data=body, headers={"Origin": user.origin}).ok
    user.page.goto("/")
    news, steps = by(user.page, "account-news"), by(user.page, "first-run")
    expect(news).to_be_visible()
    expect(steps).to_be_visible()

    # What is longer than the window can be scrolled from under it.
    steps.locator("xpath=..").evaluate("(page) => page.scrollTo(0, page.scrollHeight)")

    assert not overlap(news.bounding_box(), steps.bounding_box())
