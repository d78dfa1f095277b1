"""Parts of the app that cannot be loaded: the page stays, says so, and goes on when they can."""

import contextlib
import re

import pytest
from playwright.sync_api import Error, expect

from tests.controls.acts import expect_loaded_ahead
from tests.e2e.conftest import shared_server
from tests.e2e.pages import by, in_account_menu

server = shared_server()

PAGES = {
    "settings": ("_settings_", "Settings"),
    "posts": ("_posts_", "Posts"),
    "search": ("_search_", "Search"),
    "status": ("_status_", "Status"),
    "conversation": ("_c_", ""),
}


def unloadable(person, *chunks):
    """Requests for these chunks of the build fail, as without a connection."""
    for chunk in chunks:
        person.context.route(f"**/assets/{chunk}*", lambda route: route.abort())


def loadable(person, *chunks):
    for chunk in chunks:
        person.context.unroute(f"**/assets/{chunk}*")


def retry(user):
    """Click "Retry", unless the page was faster."""
    with contextlib.suppress(Error):
        notice(user, "page_unreachable").get_by_role("button", name="Retry").click(timeout=1_000)


def notice(person, code):
    return by(person.page, "notice").and_(person.page.locator(f'[data-code="{code}"]'))


def mark(page):
    """Leave a mark that is gone when the document is loaded again."""
    page.evaluate("window.isSamePage = true")


def expect_same_page(page):
    assert page.evaluate("window.isSamePage") is True, "the document was loaded again"


def place(person, name):
    """The link to a page."""
    if name == "settings":
        return in_account_menu(person.page, "settings-link")
    return person.page.get_by_role("navigation", name="Pages").get_by_role("link", name=PAGES[name][1])


def reload_without(person, *chunks):
    """Load the page again while these chunks cannot be fetched ahead."""
    unloadable(person, *chunks)
    person.page.reload()
    person.expect_connected()
    mark(person.page)


@pytest.mark.expects("lost connection")
@pytest.mark.parametrize("name", ["settings", "posts", "search", "status"])
def test_a_page_that_cannot_be_loaded_says_so_and_opens_when_it_can(person, name):
    ana = person()
    room = ana.start_group("Plans")
    chunk, heading = PAGES[name]
    reload_without(ana, chunk)
    expect(by(ana.page, "composer")).to_be_enabled()
    by(ana.page, "composer").fill("half a thought")

    place(ana, name).click()

    expect(notice(ana, "page_unreachable")).to_contain_text("This page needs the connection")
    expect(by(ana.page, "composer")).to_have_value("half a thought")
    assert ana.conversation_id == room
    loadable(ana, chunk)
    retry(ana)
    expect(ana.page.get_by_role("heading", name=heading, level=1)).to_be_visible()
    expect(by(ana.page, "notice")).to_have_count(0)
    expect_same_page(ana.page)
    ana.open(room)
    expect(by(ana.page, "composer")).to_have_value("half a thought")


@pytest.mark.expects("lost connection")
def test_a_conversation_that_cannot_be_loaded_opens_when_it_can(person):
    ana = person()
    room = ana.start_group("Plans")
    ana.page.goto("/")
    reload_without(ana, "_c_")

    ana.item(room).click()

    expect(notice(ana, "page_unreachable")).to_be_visible()
    loadable(ana, "_c_")
    retry(ana)
    expect(by(ana.page, "composer")).to_be_enabled()
    expect_same_page(ana.page)


@pytest.mark.expects("lost connection")
def test_pages_asked_for_without_a_connection_open_when_it_is_back(person, wire):
    ana = person(origin=wire.origin, register=False, is_fresh=True)
    # From the start: what was fetched once comes from the browser's cache.
    unloadable(ana, *(chunk for chunk, _ in PAGES.values()))
    ana.register()
    ana.page.wait_for_url(wire.origin + "/")
    ana.expect_connected()
    mark(ana.page)
    wire.cut()
    ana.expect_not_connected()
    loadable(ana, *(chunk for chunk, _ in PAGES.values()))

    place(ana, "settings").click()
    expect(notice(ana, "page_unreachable")).to_be_visible()
    place(ana, "posts").click()
    expect(notice(ana, "page_unreachable")).to_have_count(1)

    wire.heal()
    expect(ana.page).to_have_url(re.compile(r"/posts/?$"), timeout=40_000)
    expect(ana.page.get_by_role("heading", name="Posts", level=1)).to_be_visible()
    expect(notice(ana, "page_unreachable")).to_have_count(0)
    expect_same_page(ana.page)


@pytest.mark.expects("lost connection")
def test_a_server_that_never_answers_is_named_instead_of_waited_for_in_silence(person, wire):
    ana = person(origin=wire.origin, register=False, is_fresh=True)
    unloadable(ana, "_settings_")
    ana.register()
    ana.page.wait_for_url(wire.origin + "/")
    ana.expect_connected()
    mark(ana.page)
    wire.set("tarpit")
    wire.reset()
    ana.expect_not_connected()
    loadable(ana, "_settings_")

    place(ana, "settings").click()

    expect(notice(ana, "page_unreachable")).to_be_visible(timeout=8_000)
    wire.heal()
    wire.reset()
    expect(ana.page.get_by_role("heading", name="Settings", level=1)).to_be_visible(timeout=40_000)
    expect_same_page(ana.page)


@pytest.mark.expects("notice UNKNOWN", "status 404")
def test_after_an_upgrade_the_old_page_is_kept_and_a_reload_offered(person):
    ana = person()
    room = ana.start_group("Plans")
    ana.context.route("**/assets/_settings_*", lambda route: route.fulfill(status=404, body="gone"))
    ana.page.reload()
    expect(by(ana.page, "composer")).to_be_enabled()
    mark(ana.page)
    by(ana.page, "composer").fill("half a thought")

    place(ana, "settings").click()

    outdated = notice(ana, "page_outdated")
    expect(outdated).to_contain_text("a newer version may be ready")
    expect_same_page(ana.page)
    ana.context.unroute("**/assets/_settings_*")
    outdated.get_by_role("link", name="Reload").click()
    ana.page.wait_for_function("() => window.isSamePage === undefined")
    expect(by(ana.page, "composer")).to_have_value("half a thought")
    assert ana.conversation_id == room


@pytest.mark.expects("lost connection")
def test_what_is_loaded_at_rest_is_asked_for_again_without_troubling_anybody(person, wire):
    ana = person(origin=wire.origin, register=False, is_fresh=True)
    at_rest = ("telemetry", "notice_focus", "create_attachments")
    unloadable(ana, *at_rest)
    seen = []
    ana.context.on("requestfinished", lambda request: seen.append(request.url))
    ana.register()
    ana.start_group("Plans")
    expect(by(ana.page, "notice")).to_have_count(0)
    assert not any(chunk in url for url in seen for chunk in at_rest)

    loadable(ana, *at_rest)
    wire.reset()

    # Nothing of the page shows it: F6 leads to a notice only once that module is there.
    for chunk in at_rest:
        while not any(f"/assets/{chunk}" in url for url in seen):
            ana.page.context.wait_for_event("requestfinished")
    expect(by(ana.page, "notice")).to_have_count(0)


@pytest.mark.expects("lost connection")
def test_files_that_cannot_be_carried_yet_say_so_and_are_kept(person):
    ana = person()
    room = ana.start_group("Plans")
    reload_without(ana, "create_attachments")
    expect(by(ana.page, "composer")).to_be_enabled()

    by(ana.page, "composer-files").set_input_files([{"name": "a.txt", "mimeType": "text/plain", "buffer": b"a"}])

    expect(by(ana.page, "notice")).to_contain_text("cannot be reached")
    loadable(ana, "create_attachments")
    by(ana.page, "notice-retry").click()
    expect(by(ana.page, "composer-file")).to_have_count(1)
    expect_same_page(ana.page)
    assert ana.conversation_id == room


@pytest.mark.expects("lost connection", "status 401")
def test_signing_in_without_its_module_says_so(person):
    ana = person(register=False, is_fresh=True)
    unloadable(ana, "sign_in")
    ana.page.goto("/login")
    by(ana.page, "auth-username").fill("ana")
    by(ana.page, "auth-password").fill("whatever it is")

    by(ana.page, "auth-submit").click()

    expect(ana.page.get_by_role("alert").filter(has_text="cannot be reached")).to_be_visible()
    loadable(ana, "sign_in")
    by(ana.page, "auth-submit").click()
    expect(ana.page.get_by_role("alert").filter(has_text=re.compile("password"))).to_be_visible()


MESSAGES_PARTS = re.compile(
    r"/assets/(?:_c_|formatted_text|highlighter|emoji|compact|lightbox|create_attachments|create_uploads|prefetch_pages)"
)


def test_sign_in_pages_load_nothing_of_messages(person):
    user = person(register=False, is_fresh=True)
    loaded = []
    user.page.on("request", lambda request: loaded.append(request.url))
    for path in ("/login", "/register", "/reset"):
        user.page.goto(path, wait_until="networkidle")
    assert any("/assets/_login_" in url for url in loaded), "expected to see what pages load"
    assert [url for url in loaded if MESSAGES_PARTS.search(url)] == []


def test_other_pages_are_fetched_once_this_one_shows_what_it_has(person):
    user = person()
    room = user.start_group("Fetched")
    user.write("first")
    user.expect_state("first", "sent")
    drawn = """() => {
        window.early = [];
        window.isDrawn = false;
        new MutationObserver(() => {
            window.isDrawn ||= document.querySelector("[data-testid=message]") !== null;
            const ahead = document.querySelectorAll('link[rel=modulepreload][href*="_posts_"]').length;
            if (ahead && !window.isDrawn) window.early.push(ahead);
        }).observe(document, { childList: true, subtree: true });
    }"""
    user.context.add_init_script(f"({drawn})()")
    user.page.goto(f"/c/{room}")
    expect(user.page.locator('link[rel=modulepreload][href*="_posts_"]')).to_have_count(1)
    assert user.page.evaluate("window.early") == []


def test_the_first_chat_opens_without_a_network_too(person):
    expect_loaded_ahead(person().page, "c/:conversation_id")
