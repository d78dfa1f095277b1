"""Link previews on the page: shown, hidden, taken away, and never more than text."""

import html
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest
from playwright.sync_api import expect

from tests.controls.acts import LINES, SIZES, fresh, go_offline, is_gone, say
from tests.controls.ledger import use
from tests.e2e.conftest import WITHOUT_LIMITS_PER_ADDRESS, Server
from tests.e2e.injection import BROAD, CANARY, find_faults, letters, read_corpus
from tests.e2e.pages import by

TEXTS = [text for text in read_corpus(BROAD).texts if letters(text)][:12]


class _Site(BaseHTTPRequestHandler):
    """Each page is called by its address; those under /evil/ by what strangers write."""

    def do_GET(self):
        self.server.visits.append(self.path)
        at = self.path.removeprefix("/evil/")
        title = TEXTS[int(at)] if at != self.path else f"Page {self.path[1:]}"
        text = html.escape(title)
        body = f"<!doctype html><title>{text}</title><meta name=description content='About {text}'>".encode()
        self.send_response(200)
        self.send_header("content-type", "text/html; charset=utf-8")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Say nothing."""


@pytest.fixture(scope="module")
def site():
    """A web site on this machine; gives its origin."""
    made = ThreadingHTTPServer(("127.0.0.1", 0), _Site)
    made.visits, made.origin = [], f"http://127.0.0.1:{made.server_port}"
    threading.Thread(target=made.serve_forever, daemon=True).start()
    yield made
    made.shutdown()
    made.server_close()


@pytest.fixture(scope="module")
def server(tmp_path_factory, pages_built, profiles, site):
    settings = {"NOVA_LINK_PREVIEWS": "true", "NOVA_LINK_PREVIEW_ORIGINS": site.origin}
    made = Server(tmp_path_factory.mktemp("server"), **WITHOUT_LIMITS_PER_ADDRESS, **settings)
    made.start()
    yield made
    made.stop()
    profiles.close_all()


@pytest.fixture
def visit(guest, site):
    """Somebody who has written a link; gives them, their conversation and the preview."""

    def visit(size):
        user = guest("", size=size)
        room, link = user.make_group(fresh("Room")), f"{site.origin}/{fresh('page').replace(' ', '-')}"
        say(user, room, f"Look at {link}")
        user.page.goto(f"/c/{room}")
        preview = by(user.page, "link-preview")
        expect(preview).to_contain_text("Page page")
        user.expect_connected()
        return user, room, link, preview

    return visit


@pytest.mark.expects("lost connection")
@LINES
def test_a_preview_leads_to_the_page_and_is_taken_away_by_the_author(visit, size, is_offline):
    user, _, link, preview = visit(size)
    page, tabs = user.page, user.context.pages
    expect(preview).to_contain_text("127.0.0.1")
    expect(preview).to_have_attribute("rel", "noopener noreferrer nofollow")
    if is_offline:
        go_offline(user)
    with use(page, "link-preview", effect="opens a tab", holds=lambda: len(user.context.pages) > len(tabs)):
        preview.click()
    for tab in user.context.pages:
        if tab not in tabs:
            tab.close()
    with use(page, "link-preview-remove", effect="takes the preview away", holds=is_gone(preview)):
        by(page, "link-preview-remove").click()
    if is_offline:
        user.context.set_offline(False)
        user.expect_connected()
    expect(preview).to_have_count(0)
    page.wait_for_load_state("networkidle")
    page.reload()
    user.expect_texts(f"Look at {link}")
    user.expect_connected()
    expect(preview).to_have_count(0)


@SIZES
def test_a_user_hides_previews_and_shows_them_again(visit, size, site):
    user, room, link, preview = visit(size)
    page = user.page
    visits = len(site.visits)
    page.goto("/settings")
    expect(by(page, "settings")).to_have_attribute("data-state", "ready")
    switch = by(page, "switch-link-previews")

    def is_saved(wanted):
        return lambda: user.context.request.get("/api/v1/users/me").json()["link_previews"] is wanted

    with use(page, "switch-link-previews", effect="is off for the server too", holds=is_saved(wanted=False)):
        switch.click()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"/c/{room}")
    user.expect_texts(f"Look at {link}")
    user.expect_connected()
    page.wait_for_load_state("networkidle")
    expect(preview).to_have_count(0)
    assert [url for url in asked if "previews" in url] == []
    page.goto("/settings")
    expect(by(page, "settings")).to_have_attribute("data-state", "ready")
    with use(page, "switch-link-previews", effect="is on again", holds=is_saved(wanted=True)):
        switch.click()
    page.goto(f"/c/{room}")
    expect(preview).to_be_visible()
    assert len(site.visits) == visits


def in_one_room(person):
    """Two people who look at the same group, and its id."""
    ana, ben = person(path=""), person(path="")
    room = ana.make_group(fresh("Room"), ben.username)
    for user in (ana, ben):
        user.page.goto(f"/c/{room}")
        user.expect_connected()
    return ana, ben, room


@pytest.mark.expects("lost connection")
def test_a_preview_that_its_author_takes_away_leaves_every_open_page(person, site):
    ana, ben, room = in_one_room(person)
    say(ana, room, f"{site.origin}/one")
    say(ana, room, f"{site.origin}/two")
    for user in (ana, ben):
        expect(by(user.page, "link-preview")).to_have_count(2)
    by(ana.page, "link-preview-remove").first.click()
    for user in (ana, ben):
        expect(by(user.page, "link-preview")).to_have_count(1, timeout=2_000)
    # What happens while a page is offline it learns when it is back, without a reload.
    go_offline(ben)
    by(ana.page, "link-preview-remove").click()
    expect(by(ana.page, "link-preview")).to_have_count(0)
    ben.context.set_offline(False)
    ben.expect_connected()
    expect(by(ben.page, "link-preview")).to_have_count(0)


def test_a_preview_follows_its_message_on_every_page(person, site):
    ana, ben, room = in_one_room(person)
    say(ana, room, f"{site.origin}/one")
    previews = [by(user.page, "link-preview") for user in (ana, ben)]
    for preview in previews:
        expect(preview).to_contain_text("Page one")
    expect(by(ben.page, "link-preview-remove")).to_have_count(0)
    message = ben.page.request.get(f"/api/v1/conversations/{room}/messages").json()["items"][-1]["message_id"]
    place = f"/api/v1/conversations/{room}/messages/{message}"
    assert ana.context.request.patch(place, data={"text": f"now {site.origin}/two"}).ok
    for preview in previews:
        expect(preview).to_contain_text("Page two")
    assert ana.context.request.delete(place).ok
    for preview in previews:
        expect(preview).to_have_count(0, timeout=2_000)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@SIZES
def test_hostile_pages_are_text(person, site, size, scheme):
    user = person(path="", viewport=size, script=CANARY, color_scheme=scheme)
    page = user.page
    room = user.make_group(fresh("Room"))
    links = [f"{site.origin}/evil/{at}" for at in range(len(TEXTS))]
    for at in range(0, len(links), 3):
        say(user, room, " ".join(links[at : at + 3]))
    asked = []
    user.context.on("request", lambda request: asked.append(request.url))
    content = page.goto(f"/c/{room}").text()
    previews = by(page, "link-preview")
    expect(previews).to_have_count(len(TEXTS))
    shown = {preview.get_attribute("href"): preview.inner_text() for preview in previews.all()}
    assert [
        link for link, text in zip(links, TEXTS, strict=True) if letters(text)[:24] not in letters(shown[link])
    ] == []
    assert find_faults(page, content) == []
    assert {httpx.URL(url).host for url in asked} == {"localhost"}
