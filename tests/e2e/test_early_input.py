"""What is typed before a page works, or just as it begins to: it is there afterwards, and counts."""

import contextlib

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import shared_server
from tests.e2e.pages import by

server = shared_server()

FIELDS = pytest.mark.parametrize(
    ("path", "field", "control"),
    [
        ("/posts", "post-text", "post-publish"),
        ("/search", "search-text", "search-results"),
        ("/", "quick-search", "quick-search-messages"),
    ],
)

# React runs effects in a turn of their own, after it has rendered: that turn comes here when it is let.
HOLD_EFFECTS = """(testid) => {
    const post = MessagePort.prototype.postMessage;
    const held = [];
    const isRendered = () => {
        const key = Object.keys(document).find((key) => key.startsWith("__reactContainer$"));
        const isHydrated = key && !document[key].stateNode.current.memoizedState.isDehydrated;
        return isHydrated && document.querySelector(`[data-testid=${testid}]`) !== null;
    };
    window.isHeld = false;
    MessagePort.prototype.postMessage = function (...args) {
        window.isHeld ||= isRendered();
        if (window.isHeld) held.push(() => post.apply(this, args));
        else post.apply(this, args);
    };
    window.letGo = () => {
        MessagePort.prototype.postMessage = post;
        held.forEach((again) => again());
    };
}"""


@contextlib.contextmanager
def scripts_held(page):
    """Within the block pages come without what makes them work, as over a slow line."""
    held = []
    page.route("**/*.js", lambda route: held.append(route) if held is not None else route.continue_())
    yield
    held, coming = None, held
    for route in coming:
        route.continue_()


@FIELDS
def test_what_is_typed_before_the_page_works_counts(person, path, field, control):
    page = person(path="").page
    with scripts_held(page):
        page.goto(path, wait_until="commit")
        by(page, field).press_sequentially("early words")
    expect_typed(page, path, field, control)


def type_before_effects(page, field):
    page.wait_for_function("() => window.isHeld")
    by(page, field).press_sequentially("early words")
    page.evaluate("() => window.letGo()")


@FIELDS
def test_what_is_typed_before_the_effects_of_the_page_counts(person, path, field, control):
    user = person(path="")
    user.add_script(f"({HOLD_EFFECTS})('{field}')")
    user.page.goto(path)
    type_before_effects(user.page, field)
    expect_typed(user.page, path, field, control)


@FIELDS
def test_what_is_typed_before_the_effects_of_the_next_page_counts(person, path, field, control):
    user = person(path="/status")
    link = user.page.locator(f"a[href='{path}']").first
    expect(link).to_be_visible()
    user.page.wait_for_load_state("networkidle")
    user.page.evaluate(HOLD_EFFECTS, field)
    link.click()
    type_before_effects(user.page, field)
    expect_typed(user.page, path, field, control)


def test_what_is_typed_as_the_search_is_come_back_to_counts(person):
    page = person(path="/search?q=before").page
    expect(by(page, "search-results")).to_contain_text("No results")
    page.locator("a[href='/status']").first.click()
    expect(by(page, "search-text")).to_have_count(0)
    page.evaluate(HOLD_EFFECTS, "search-text")
    page.locator("a[href='/search']").first.click()
    type_before_effects(page, "search-text")
    expect_typed(page, "/search", "search-text", "search-results")


def expect_typed(page, path, field, control):
    expect(by(page, field)).to_have_value("early words")
    expect(by(page, control)).to_be_enabled()
    expect(by(page, control)).to_be_visible()
    if path == "/search":
        expect(by(page, control)).to_contain_text("No results")
    assert by(page, field).evaluate("(field) => field.selectionStart") == len("early words")
