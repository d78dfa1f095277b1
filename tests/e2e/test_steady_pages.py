"""Nothing that can be seen moves while a page loads: nobody presses what was somewhere else a moment ago."""

import pytest
from playwright.sync_api import expect

from tests.controls.acts import NARROW, WIDE, refuse
from tests.e2e.conftest import shared_server
from tests.e2e.pages import by
from tests.e2e.without_network import emulate_network

server = shared_server()

ME = "**/api/v1/users/me"
LATENCY_MS = 300
MOST = 0.02
"""The sum of a page's layout shifts, of which browsers call up to 0.1 good."""
WATCH = """
window.moved = [];
const box = ({ x, y, width, height }) => [x, y, width, height].map(Math.round).join(" ");
new PerformanceObserver((list) => list.getEntries().forEach(({ value, hadRecentInput, sources }) => {
    const nameOf = (node) => node?.closest?.("[data-testid]")?.dataset.testid ?? node?.nodeName;
    const moves = sources.map((it) => `${nameOf(it.node)}: ${box(it.previousRect)} to ${box(it.currentRect)}`);
    if (!hadRecentInput) window.moved.push({ value, moves });
})).observe({ type: "layout-shift", buffered: true });
"""
ENDS = {
    "/": "welcome-new",
    "/settings": "settings-sessions",
    "/posts": "feed",
    "/search?q=line": "search-results",
    "/status": "status-board",
}


def slow_down(user):
    """Let each request of this tab take a moment, as between two continents."""
    emulate_network(user.page, latency=LATENCY_MS)


def find_moves(page, path):
    """What moved in this page, which has just been loaded, where that is too much."""
    page.wait_for_load_state("networkidle")
    moved = page.evaluate("window.moved")
    if sum(move["value"] for move in moved) <= MOST:
        return []
    return [f"{path} {move['value']:.3f}: {'; '.join(move['moves'])}" for move in moved]


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["narrow", "wide"])
@pytest.mark.parametrize("is_member", [False, True], ids=["newcomer", "member"])
def test_nothing_moves_while_a_page_loads(person, size, is_member):
    user = person(path="", viewport=size, script=WATCH)
    room = user.make_group("Plans") if is_member else ""
    if room:
        user.post(f"conversations/{room}/messages", {"text": "the last line"})
    slow_down(user)
    found = []
    for path, end in {**ENDS, **({f"/c/{room}": "composer"} if room else {})}.items():
        user.page.goto(path)
        user.expect_connected()
        expect(by(user.page, end).first).to_be_attached()
        found += find_moves(user.page, path)
    assert not found, "\n".join(found)


@pytest.mark.expects("status 418")
def test_what_was_shown_after_a_failure_stays_while_it_is_loaded_again(person):
    user = person(path="")
    refuse(user.page, ME)
    user.page.goto("/settings")
    user.expect_connected()
    user.page.wait_for_load_state("networkidle")
    expect(by(user.page, "settings-retry")).to_be_visible()
    expect(user.page.locator(".side-link:target-current")).to_have_text("Appearance")
    held = []
    user.page.unroute(ME)
    user.page.route(ME, lambda route: held.append(route))  # noqa: PLW0108 - Playwright refuses built-ins

    by(user.page, "settings-retry").press("Enter")
    user.wait_until(lambda: held)
    expect(by(user.page, "settings")).to_have_attribute("data-state", "loading")
    expect(by(user.page, "settings-appearance")).to_be_visible()
    for route in held:
        route.continue_()

    expect(by(user.page, "settings")).to_have_attribute("data-state", "ready")


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["narrow", "wide"])
def test_nothing_moves_while_a_page_for_strangers_loads(person, size):
    stranger = person(path="", register=False, viewport=size, script=WATCH)
    slow_down(stranger)
    found = []
    for path in ("/login", "/register"):
        stranger.page.goto(path)
        expect(by(stranger.page, "auth-submit")).to_be_visible()
        found += find_moves(stranger.page, path)
    assert not found, "\n".join(found)
