"""A browser that keeps nothing for this site says so in one sentence, and does not fail over and over."""

import json

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import CHROMIUM_ARGS, shared_server
from tests.e2e.pages import PASSWORD, by
from tests.tools import find_chromium

server = shared_server()

FORBID_SESSION_STORAGE = """
Object.defineProperty(window, "sessionStorage", {
  get() { throw new DOMException("denied", "SecurityError"); }, configurable: true,
});
"""
SENTENCE = "Allow cookies for this site"


@pytest.fixture
def without_cookies(chromium, server, tmp_path):
    """A page of a browser whose owner has blocked cookies; counts the errors that nobody caught."""
    profile = tmp_path / "profile" / "Default"
    profile.mkdir(parents=True)
    blocked = {"profile": {"default_content_setting_values": {"cookies": 2}}}
    (profile / "Preferences").write_text(json.dumps(blocked))
    context = chromium.browser_type.launch_persistent_context(
        profile.parent, executable_path=find_chromium(), args=CHROMIUM_ARGS, base_url=server.origin
    )
    page = context.pages[0]
    page.errors = []
    page.on("pageerror", lambda error: page.errors.append(str(error)))
    yield page
    context.close()


def test_a_browser_that_blocks_cookies_says_so_in_one_sentence(without_cookies):
    page = without_cookies

    page.goto("/login")

    expect(page.get_by_text(SENTENCE)).to_have_count(1)
    expect(by(page, "notice")).to_have_count(0)
    assert not page.errors


def test_signing_in_with_cookies_blocked_stays_and_says_why(without_cookies, person):
    ana = person()
    page = without_cookies
    page.goto("/login")

    by(page, "auth-username").fill(ana.username)
    by(page, "auth-password").fill(PASSWORD)
    by(page, "auth-submit").click()

    expect(page.get_by_text(SENTENCE)).to_have_count(1)
    expect(by(page, "auth-submit")).to_be_enabled()
    assert page.url.endswith("/login") or page.url.endswith("/login/")
    expect(by(page, "notice")).to_have_count(0)
    assert not page.errors


def test_a_browser_that_forbids_the_storage_of_the_session_works(person):
    ana = person(script=FORBID_SESSION_STORAGE)
    room = ana.start_group_in_page("Without it")

    ana.write("hello")

    ana.expect_truth(room, "hello")
    expect(by(ana.page, "notice")).to_have_count(0)


@pytest.mark.expects("notice UNKNOWN", "uncaught error")
def test_an_error_that_its_own_display_causes_is_shown_a_few_times_only(person):
    ana = person()
    page = ana.page
    page.evaluate(
        """() => {
          window.failures = 0;
          new MutationObserver(() => {
            window.failures += 1;
            reportError(new Error("the display fails"));
          }).observe(document.querySelector(".notices"), { childList: true, subtree: true, characterData: true });
        }"""
    )

    page.evaluate("reportError(new Error('the display fails'))")

    expect(by(page, "notice")).to_have_count(1)
    page.wait_for_function("() => window.failures > 3")
    page.wait_for_function(
        "() => (window.last === window.failures) || (window.last = window.failures, false)", polling=1_500
    )
    assert page.evaluate("window.failures") < 50
    ana.errors.clear()
