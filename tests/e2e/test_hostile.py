"""What a network, a browser or a person does that nobody asked for: it is said in words, and nothing is lost."""

import json
import re

import httpx
import pytest
from playwright.sync_api import expect

from nova_app.protocol.codes import UNFIT_ADDRESSES, UNFIT_TERMS
from tests.e2e.conftest import shared_server
from tests.e2e.pages import by, in_account_menu, open_new_group
from tests.e2e.test_errors import broken_conversations
from tests.processes import until

INTERNALS = re.compile(f"{UNFIT_ADDRESSES}|{UNFIT_TERMS}", re.IGNORECASE)
PORTAL = "<html><title>Hotel</title>Sign in to http://portal.example to use the network</html>"
FORBID_STORAGE = """
Object.defineProperty(window, "indexedDB", { get() { throw new DOMException("denied", "SecurityError"); } });
const store = Storage.prototype.setItem;
Storage.prototype.setItem = function (...given) {
  if (this === localStorage) throw new DOMException("denied", "QuotaExceededError");
  store.apply(this, given);
};
"""


server = shared_server()


@pytest.fixture
def ana(person, wire):
    ana = person(origin=wire.origin)
    ana.room = ana.start_group("Hostile")
    return ana


def expect_plain(page):
    """Nothing on the page speaks of internals."""
    assert not INTERNALS.search(page.locator("body").inner_text())


@pytest.mark.expects("status 401")
def test_a_session_that_ends_in_the_middle_of_typing_is_one_notice_and_loses_nothing(person, server):
    ana = person()
    room = ana.start_group("Typing")
    page = ana.page
    ana.end_session()
    notice = by(page, "notice")
    expect(notice).to_have_attribute("data-kind", "UNAUTHORIZED")
    ana.write("waits")
    by(page, "composer").fill("half a thou")
    for name in ("Posts", "Search", "Status"):
        page.get_by_role("link", name=name, exact=True).click()
        page.wait_for_url(f"**/{name.lower()}")
    page.evaluate("for (let n = 0; n < 30; n += 1) dispatchEvent(new Event('online'))")
    page.wait_for_timeout(1_000)  # a second notice would come within it, and what is asked for has its answer
    expect(notice).to_have_count(1)
    expect(notice).not_to_contain_text("times")
    assert [entry["code"] for entry in ana.error_log()] == ["not_signed_in"]
    page.goto(f"{server.origin}/c/{room}")
    expect(by(page, "composer")).to_have_value("half a thou")
    expect(notice).to_have_count(1)
    notice.get_by_role("link", name="Sign in").click()
    page.wait_for_url("**/login**")
    expect(notice).to_have_count(0)
    ana.submit_credentials()

    page.wait_for_url(f"**/c/{room}")
    ana.expect_truth(room, "waits")
    expect(by(page, "composer")).to_have_value("half a thou")
    assert {entry["code"] for entry in ana.error_log()} == {"not_signed_in"}
    by(page, "sign-out").click()
    page.wait_for_url("**/login**")
    assert ana.error_log() == []


def test_a_captive_portal_is_distinguished_from_an_empty_conversation(ana):
    page = ana.page
    page.route("**/api/v1/**", lambda route: route.fulfill(status=200, content_type="text/html", body=PORTAL))
    page.reload()
    expect(by(page, "history-retry")).to_be_visible()
    assert by(page, "timeline").get_by_text("No messages yet").count() == 0
    page.get_by_role("link", name="Posts").click()
    expect(by(page, "feed-retry")).to_be_visible()
    page.get_by_role("link", name="Search", exact=True).click()
    by(page, "search-text").fill("hello")
    expect(by(page, "search-retry")).to_be_visible()
    page.get_by_role("link", name="Status", exact=True).click()
    expect(by(page, "status-retry")).to_be_visible()
    expect_plain(page)
    assert {entry["kind"] for entry in ana.error_log()} == {"UNKNOWN"}
    assert "Hotel" not in json.dumps(ana.error_log())


@pytest.mark.expects("lost connection")
def test_what_failed_while_the_line_was_cut_is_loaded_as_soon_as_it_is_back(ana, wire):
    ana.write("kept")
    ana.expect_state("kept", "sent", "delivered", "read")
    page = ana.page
    page.route("**/messages?limit=*", lambda route: route.abort("connectionreset"))
    page.reload()
    # Enough failures in a row to stop asking for ten seconds and more.
    expect(by(page, "history-retry")).to_be_visible()
    by(page, "history-retry").click()
    expect(by(page, "history-retry")).to_be_visible(timeout=10_000)
    expect(page.locator(".timeline-empty")).to_contain_text(re.compile("cannot be reached|not available"))
    page.unroute("**/messages?limit=*")
    wire.cut()
    ana.expect_not_connected()
    wire.heal()
    ana.try_now()
    ana.expect_connected()
    expect(ana.row("kept")).to_be_visible(timeout=4_000)


@pytest.mark.expects("status 503")
def test_older_messages_that_do_not_come_say_why_and_come_with_retry(ana, server):
    token = ana.context.request.post("/api/v1/auth/tokens", data={"name": "s"}, headers={"Origin": ana.origin}).json()[
        "token"
    ]
    with httpx.Client(base_url=f"{server.origin}/api/v1", headers={"Authorization": f"Bearer {token}"}) as client:
        for number in range(60):
            client.post(
                f"/conversations/{ana.room}/messages",
                json={"text": f"m{number:02}"},
                headers={"Idempotency-Key": f"0197a000-0000-7000-8000-0000000000{number:02}"},
            ).raise_for_status()
    page = ana.page
    page.route("**/messages?before_seq=*", lambda route: route.fulfill(status=503, body="<html>Service Unavailable"))
    page.reload()
    expect(ana.row("m59")).to_be_visible()
    page.locator(".older").first.scroll_into_view_if_needed()
    failure = by(page, "older-failure")
    expect(failure).to_contain_text("not available right now")
    expect_plain(page)
    page.unroute("**/messages?before_seq=*")
    retry = failure.get_by_role("button", name="Retry")

    def is_asked_again():
        # After many failures in a row the page waits some seconds before it asks, also when it is told to.
        if not ana.row("m00").count() and retry.is_visible():
            retry.click()
        return ana.row("m00").count()

    until(is_asked_again, "older messages")
    expect(ana.row("m00")).to_be_visible()


def test_without_the_socket_the_list_says_so_and_is_not_empty(person, wire):
    ana = person(origin=wire.origin)
    ana.page.route_web_socket(re.compile("/api/v1/socket"), lambda route: route.close(code=1011))
    ana.page.reload()
    expect(by(ana.page, "conversations-failed")).to_be_visible(timeout=10_000)
    assert ana.page.get_by_text("No chats yet").count() == 0
    expect_plain(ana.page)


def test_a_browser_that_forbids_storage_still_sends_and_still_notifies(person):
    ana = person(script=FORBID_STORAGE)
    room = ana.start_group("Forbidden")
    ana.write("hello")
    ana.expect_truth(room, "hello")
    ana.page.evaluate("novaReport({ code: 'timed_out' })")
    expect(by(ana.page, "notice")).to_have_attribute("data-kind", "TIMEOUT")
    in_account_menu(ana.page, "error-history-toggle").click()
    with ana.page.expect_download() as download:
        by(ana.page, "errors-save").click()
    assert [entry["code"] for entry in json.loads(download.value.path().read_text())] == ["timed_out"]


@pytest.mark.expects("console Failed to save scroll positions")
@pytest.mark.expects("notice UNKNOWN")
def test_a_full_storage_keeps_the_text_and_offers_to_go_back_to_it(ana):
    page = ana.page
    page.evaluate("""() => {
        const full = () => { throw new DOMException("full", "QuotaExceededError"); };
        IDBObjectStore.prototype.put = Storage.prototype.setItem = full;
    }""")
    ana.write("must not vanish")
    notice = by(page, "notice")
    expect(notice).to_have_attribute("data-code", "outbox_unavailable")
    expect(by(page, "composer")).to_have_value("must not vanish")
    expect_plain(page)
    page.get_by_role("link", name="Skip to messages").focus()
    by(page, "notice-edit").click()
    expect(by(page, "composer")).to_be_focused()


@pytest.mark.expects("notice SERVER_ERROR", "traceback", "status 500")
def test_a_form_that_fails_on_the_server_says_so_above_its_dialog(person, server):
    ana = person()
    open_new_group(ana.page)
    by(ana.page, "conversation-title").fill("Broken")
    with broken_conversations(server):
        by(ana.page, "conversation-create").click()
        notice = by(ana.page, "notice").filter(has_text="chat")
        expect(notice).to_have_attribute("data-kind", "SERVER_ERROR")
        notice.get_by_test_id("notice-copy").click(timeout=3_000)
        expect(by(ana.page, "conversation-title")).to_have_value("Broken")
        notice.get_by_test_id("notice-dismiss").click(timeout=3_000)
        expect(notice).to_have_count(0)


def test_a_wait_is_shown_as_time_and_the_keyboard_comes_back_to_where_it_was(ana):
    page = ana.page
    by(page, "composer").focus()
    page.evaluate("novaReport({ code: 'too_many_attempts', retry_after_ms: 8000 })")
    notice = by(page, "notice")
    expect(page.get_by_role("status").filter(has=notice)).to_have_count(1)
    expect(notice).to_contain_text(re.compile(r"\(7 s\)"))
    page.keyboard.press("F6")
    page.keyboard.press("Escape")
    expect(notice).to_have_count(0)
    expect(by(page, "composer")).to_be_focused()


@pytest.mark.parametrize(
    "next_path", ["//evil.example", "/%09/evil.example", "/\\evil.example", "https://evil.example"]
)
def test_signing_in_leads_nowhere_else(person, server, next_path):
    ana = person()
    by(ana.page, "sign-out").click()
    ana.page.wait_for_url("**/login**")
    ana.page.goto(f"/login?next={next_path}")
    ana.submit_credentials()
    assert ana.page.url.startswith(server.origin)
