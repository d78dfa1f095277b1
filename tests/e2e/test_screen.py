"""What the screen owes to whoever looks at it, by mouse, keyboard or finger."""

import re

import httpx
import pytest
from playwright.sync_api import expect

from tests.controls.ledger import use
from tests.e2e.conftest import shared_server
from tests.e2e.pages import by, in_account_menu

server = shared_server()

PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
LONG = "\n".join(f"line {number}" for number in range(12))

TOP_OF_ROW = """text => [...document.querySelectorAll("[data-testid=message]")]
    .find((row) => row.textContent.includes(text)).getBoundingClientRect().top"""
# Whether a field's placeholder is as wide as the field at most.
FITS = """(field) => {
    const style = getComputedStyle(field);
    const probe = document.createElement("span");
    probe.style.cssText = `font: ${style.font}; position: absolute; white-space: pre`;
    probe.textContent = field.placeholder;
    document.body.append(probe);
    const { width } = probe.getBoundingClientRect();
    probe.remove();
    return width <= field.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
}"""
BLACK_SQUARE = """() => new Promise((done) => {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = 64;
    canvas.getContext("2d").fillRect(0, 0, 64, 64);
    canvas.toBlob(async (blob) => done([...new Uint8Array(await blob.arrayBuffer())]));
})"""


def fill_room(person, room, count):
    """Messages of this person, each a dozen lines high."""
    for number in range(count):
        answer = person.context.request.post(
            f"/api/v1/conversations/{room}/messages",
            data={"text": f"note {number}\n{LONG}"},
            headers={"Idempotency-Key": f"00000000-0000-4000-8000-{number:012}", "Origin": person.origin},
        )
        assert answer.status == 201, answer.text()


@pytest.mark.parametrize(
    "path", ["/", "/login", "/register", "/posts", "/search", "/settings", "/status", "/c/x", "/x"]
)
def test_no_page_waits_for_a_script_before_it_is_painted(server, path):
    html = httpx.get(f"{server.origin}{path}", follow_redirects=True).text

    blocking = [
        tag for tag in re.findall(r"<script[^>]*\bsrc=[^>]*>", html) if "module" not in tag and "async" not in tag
    ]
    assert blocking == []
    assert "novaApplyLook()" in html


PNG = ("image/png", b"\x89PNG")
ICONS = {
    # Browsers ask for it whatever the page names.
    "/favicon.ico": ("image/(x-icon|vnd.microsoft.icon)", b"\x00\x00\x01\x00"),
    "/icon.svg": (r"image/svg\+xml", b"<svg"),
    "/manifest.webmanifest": (r"application/manifest\+json", b"{"),
    "/icons/apple-touch-icon.png": PNG,
    "/icons/icon-192.png": PNG,
    "/icons/icon-512.png": PNG,
    "/icons/maskable-512.png": PNG,
    "/icons/share.png": PNG,
}


def test_icon_description_and_picture_of_the_site_are_there(person, server):
    for path, (kind, beginning) in ICONS.items():
        answer = httpx.get(f"{server.origin}{path}")
        assert answer.status_code == 200, path
        assert re.match(kind, answer.headers["content-type"]), (path, answer.headers["content-type"])
        assert answer.content.startswith(beginning), path
    ana = person(path="")
    for path in ("/", "/posts", "/search", "/settings", "/status"):
        ana.page.goto(path)
        assert ana.page.locator("meta[name=description]").get_attribute("content")
        image = ana.page.locator("meta[property='og:image']").get_attribute("content")
        assert ana.page.request.get(image).status == 200
        assert image.startswith("/"), "an address that depends on the page's own"


def test_a_tab_names_the_conversation_and_how_much_is_unread(person):
    ana, ben = person(), person()
    plans = ana.start_group("Plans", ben.username)
    expect(ana.page).to_have_title("Plans · Nova")
    ana.start_group("Lunch")
    expect(ana.page).to_have_title("Lunch · Nova")
    ben.open(plans)
    ben.write("hello")

    expect(ana.page).to_have_title("(1) Lunch · Nova")


def test_the_composer_has_the_focus_when_a_conversation_opens(person):
    ana = person()
    first, second = ana.start_group("First"), ana.start_group("Second")
    expect(by(ana.page, "composer")).to_be_focused()

    ana.item(first).click()
    expect(ana.page.get_by_role("heading", name="First", level=1)).to_be_visible()
    expect(by(ana.page, "composer")).to_be_focused()
    ana.item(second).focus()
    ana.page.keyboard.press("Enter")
    expect(ana.page.get_by_role("heading", name="Second", level=1)).to_be_visible()
    expect(by(ana.page, "composer")).to_be_focused()
    ana.page.reload()
    expect(by(ana.page, "composer")).to_be_focused()


def test_the_focus_is_not_taken_from_a_field_nor_from_a_dialog(person):
    ana = person()
    first = ana.start_group("First")
    ana.start_group("Second")
    by(ana.page, "quick-search").fill("fir")
    ana.page.go_back()
    expect(ana.page.get_by_role("heading", name="First", level=1)).to_be_visible()
    expect(by(ana.page, "quick-search")).to_be_focused()
    by(ana.page, "quick-search").fill("")
    by(ana.page, "conversation-new").click()
    expect(by(ana.page, "conversation-members")).to_be_focused()
    ana.page.evaluate("history.forward()")
    expect(ana.page.get_by_role("heading", name="Second", level=1, include_hidden=True)).to_be_attached()
    expect(by(ana.page, "conversation-members")).to_be_focused()
    assert first


def test_a_finger_does_not_get_a_keyboard_it_did_not_ask_for(person):
    ana = person(**PHONE)
    ana.start_group("First")
    ana.page.reload()

    expect(by(ana.page, "composer")).to_be_enabled()
    expect(by(ana.page, "composer")).not_to_be_focused()


def test_the_way_to_the_newest_is_offered_from_half_a_screen_on(person):
    ana = person()
    room = ana.start_group("Plans")
    fill_room(ana, room, 8)
    expect(ana.row("note 7")).to_be_visible()
    timeline = ana.page.locator("[data-timeline-scroll]")
    up = "(view, part) => { view.scrollTop = -part * view.clientHeight; }"

    timeline.evaluate(up, 0.4)
    expect(by(ana.page, "jump-to-newest")).to_have_count(0)
    timeline.evaluate(up, 0.6)
    expect(by(ana.page, "jump-to-newest")).to_be_visible()
    timeline.evaluate(up, 0.4)
    expect(by(ana.page, "jump-to-newest")).to_have_count(0)


def test_back_leads_to_the_place_that_was_read(person):
    ana = person()
    room = ana.start_group("Plans")
    other = ana.start_group("Lunch")
    fill_room(ana, room, 12)
    ana.open(room)
    expect(ana.row("note 11")).to_be_visible()
    timeline = ana.page.locator("[data-timeline-scroll]")
    timeline.evaluate("(view) => { view.scrollTop = -2.3 * view.clientHeight; }")
    expect(by(ana.page, "jump-to-newest")).to_be_visible()
    top = TOP_OF_ROW
    before = ana.page.evaluate(top, "note 6")

    for leave in (
        lambda: ana.open(other),
        lambda: ana.page.get_by_role("link", name="Posts").click(),
        lambda: in_account_menu(ana.page, "settings-link").click(),
    ):
        leave()
        expect(ana.page).not_to_have_url(re.compile(room))
        ana.page.go_back()
        expect(ana.page).to_have_url(re.compile(room))
        expect(ana.row("note 6")).to_be_visible()
        ana.page.wait_for_function(f"(was) => Math.abs(({top})('note 6') - was) < 3", arg=before)
        assert by(ana.page, "message").and_(ana.page.locator("[data-target=true]")).count() == 0
    ana.open(other)
    ana.open(room)
    expect(by(ana.page, "jump-to-newest")).to_have_count(0)


def test_ones_own_picture_is_wherever_one_is(person):
    ana = person(path="/settings")
    picture = ana.page.evaluate(BLACK_SQUARE)
    by(ana.page, "settings-avatar").set_input_files(
        [{"name": "me.png", "mimeType": "image/png", "buffer": bytes(picture)}]
    )

    foot = by(ana.page, "account-menu-open").locator(".avatar img")
    expect(foot).to_be_visible()
    ana.page.reload()
    expect(foot).to_be_visible()
    ana.start_group("Plans")
    ana.write("pelican")
    ana.expect_state("pelican", "sent")
    ana.page.get_by_role("link", name="Posts").click()
    by(ana.page, "post-text").fill("hello everybody")
    by(ana.page, "post-publish").click()
    expect(by(ana.page, "post").first.locator(".avatar img")).to_be_visible()
    ana.page.goto("/search?q=pelican")
    expect(by(ana.page, "search-hit").locator(".avatar img")).to_be_visible()


def test_the_details_of_the_connection_close_by_escape_and_by_a_click_elsewhere(person):
    ana = person()
    details, figures = by(ana.page, "connection-details"), ana.page.get_by_text("Round trip")
    expect(figures).to_be_hidden()

    details.click()
    expect(figures).to_be_visible()
    ana.page.keyboard.press("Escape")
    expect(figures).to_be_hidden()
    expect(details).to_be_focused()
    ana.page.keyboard.press("Enter")
    expect(figures).to_be_visible()
    ana.page.mouse.click(600, 500)
    expect(figures).to_be_hidden()
    details.click()
    details.click()
    expect(figures).to_be_hidden()


UNLOADED = "You are offline. This chat was not loaded yet."


def test_what_was_not_loaded_says_so_while_the_server_hangs_and_comes_when_it_answers(person, wire):
    ana = person(origin=wire.origin)
    room = ana.start_group("Plans")
    ana.write("already there")
    ana.expect_state("already there", "sent")
    ana.page.goto("/")
    ana.expect_connected()
    expect(ana.item(room)).to_be_visible()
    wire.set("tarpit")
    wire.reset()
    expect(by(ana.page, "connection-banner")).to_be_visible(timeout=30_000)

    ana.item(room).click()
    expect(ana.page.get_by_text(UNLOADED)).to_be_visible(timeout=1_000)
    expect(by(ana.page, "composer")).to_be_enabled()
    for name, words in (("Status", "The status was not loaded yet."), ("Posts", "The posts were not loaded yet.")):
        ana.page.get_by_role("navigation", name="Pages").get_by_role("link", name=name).click()
        expect(ana.page.get_by_text(words)).to_be_visible(timeout=1_000)
    in_account_menu(ana.page, "settings-link").click()
    expect(ana.page.get_by_text("Your settings were not loaded yet.")).to_be_visible(timeout=1_000)

    wire.heal()
    wire.reset()
    ana.expect_connected()
    expect(by(ana.page, "settings")).to_have_attribute("data-state", "ready", timeout=5_000)
    ana.page.go_back()
    expect(by(ana.page, "feed")).to_have_attribute("data-state", "ready", timeout=5_000)
    ana.page.go_back()
    expect(by(ana.page, "status-board")).to_have_attribute("data-state", "ready", timeout=5_000)
    ana.page.go_back()
    ana.expect_texts("already there")


def test_a_long_file_name_leaves_the_size_on_its_line(person):
    ana = person(viewport={"width": 360, "height": 740})
    ana.start_group("Plans")
    name = f"{'quarterly report of everything ' * 4}.txt"
    by(ana.page, "composer-files").set_input_files([{"name": name, "mimeType": "text/plain", "buffer": b"a" * 2_000}])
    expect(by(ana.page, "composer-file")).to_have_attribute("data-state", "done")
    by(ana.page, "composer-send").click()
    file = by(ana.page, "shown-file")
    expect(file).to_have_attribute("href", re.compile("/api/v1/uploads/"))

    size = file.locator(".file-size")
    expect(size).to_have_text(re.compile(r"2(\.0)? kB"))
    assert size.evaluate("(size) => size.getClientRects().length") == 1
    assert size.bounding_box()["height"] < 30
    assert file.evaluate("(file) => getComputedStyle(file).textDecorationLine") == "none"
    assert ana.page.evaluate("document.documentElement.scrollWidth") <= 360


def test_at_360_px_nothing_touches_and_nothing_is_cut(person):
    ana = person(viewport={"width": 360, "height": 740})
    others = [person(path="/") for _ in range(2)]
    ana.start_group("Plans", *(other.username for other in others))
    presence = ana.page.locator(".presence-word")
    expect(presence).to_be_visible()
    calendar = by(ana.page, "go-to-date")

    assert presence.bounding_box()["x"] + presence.bounding_box()["width"] + 8 <= calendar.bounding_box()["x"]
    fits = FITS
    assert by(ana.page, "composer").evaluate(fits)
    by(ana.page, "back").click()
    expect(by(ana.page, "quick-search")).to_be_visible()
    assert by(ana.page, "quick-search").evaluate(fits)
    in_account_menu(ana.page, "settings-link").click()
    expect(by(ana.page, "settings")).to_have_attribute("data-state", "ready")
    for field in ana.page.locator(".settings input[placeholder]").all():
        assert field.evaluate(fits), field.get_attribute("placeholder")
    by(ana.page, "back").click()
    ana.page.get_by_role("link", name="Posts").click()
    assert by(ana.page, "post-text").evaluate(fits)
    hint = ana.page.get_by_text("Paste or drop files here.")
    assert hint.bounding_box()["y"] > by(ana.page, "post-files").locator("..").bounding_box()["y"]


def test_delivered_and_read_differ_without_colour(person):
    ana, ben = person(), person(path="/")
    room = ana.start_group("Plans", ben.username)
    ana.write("hello")
    ana.expect_state("hello", "delivered")
    state = ana.row("hello").locator(".row-state")
    expect(state).to_contain_text("Delivered")
    assert state.get_attribute("title") == "Delivered"

    ben.open(room)
    ana.expect_state("hello", "read")

    expect(state).to_have_attribute("title", "Read")
    expect(state).to_contain_text("Read by 1")
    expect(ana.page.get_by_role("button", name=re.compile("^Read"))).to_be_visible()


# What the finger gets: the box of the control, or of what lies over it for that.
END_OF_LINE = """(row) => {
    const right = (part) => Math.round(row.querySelector(part).getBoundingClientRect().right);
    const middle = (part) => {
        const { top, bottom } = row.querySelector(part).getBoundingClientRect();
        return (top + bottom) / 2;
    };
    const [bubble, time, state] = [".row-body", ".row-time", ".row-state"].map(right);
    return [bubble - state, Math.sign(state - time), Math.abs(middle(".row-time") - middle(".row-state")) < 3];
}"""


def test_below_the_last_own_bubble_of_several_stand_time_and_state_at_its_end(person):
    ana, ben = person(), person(path="/")
    ana.open(ana.post("conversations", {"kind": "direct", "members": [ben.username]})["id"])
    for text in ("one", "two", "three"):
        ana.write(text)
    ana.expect_state("three", "delivered")
    for width in (1280, 360):
        ana.page.set_viewport_size({"width": width, "height": 800})
        assert ana.row("three").evaluate(END_OF_LINE) == [0, 1, True], width


TOO_SMALL = """() => {
    const found = [];
    const shown = "a[href], button, input:not([type=hidden]), textarea, select, summary, label:has(input)";
    for (const control of document.querySelectorAll(shown)) {
        if (!control.checkVisibility({ visibilityProperty: true }) || control.disabled) continue;
        // A field of files or a choice is touched by its label.
        if (control.matches(".visually-hidden, label :is([type=radio], [type=checkbox])")) continue;
        if (control.closest("[inert]")) continue;
        // A link between words is as high as they are.
        if (control.matches("[data-testid=message-link]")) continue;
        // The state of an earlier message shows, and takes a touch, once its row is touched.
        if (getComputedStyle(control).pointerEvents === "none") continue;
        if (control.matches(".skip-link:not(:focus)")) continue;
        const box = control.getBoundingClientRect();
        if (!box.width || !box.height) continue;
        // What is laid around it to be hit: as large as it is drawn, and nothing while it is not.
        const around = ["::before", "::after"].map((name) => getComputedStyle(control, name))
            .filter((style) => style.content !== "none" && style.position === "absolute" && style.display !== "none");
        const width = Math.max(box.width, ...around.map((style) => parseFloat(style.width)));
        const height = Math.max(box.height, ...around.map((style) => parseFloat(style.height)));
        // The field of a search box is as large as the box.
        const frame = (control.closest(".search-box") ?? control).getBoundingClientRect();
        if (Math.max(width, frame.width) < 44 || Math.max(height, frame.height) < 44) {
            found.push(`${control.outerHTML.slice(0, 140)} ${Math.round(width)} by ${Math.round(height)}`);
        }
    }
    return found;
}"""


def test_everything_that_is_touched_is_large_enough(person):
    ana, ben = person(**PHONE), person(path="/")
    room = ana.start_group("Plans", ben.username)
    by(ana.page, "composer-files").set_input_files([{"name": "a.txt", "mimeType": "text/plain", "buffer": b"a"}])
    expect(by(ana.page, "composer-file")).to_have_attribute("data-state", "done")
    assert ana.page.evaluate(TOO_SMALL) == []
    by(ana.page, "composer-send").click()
    # Enter breaks the line on a touch keyboard.
    by(ana.page, "composer").fill("hello")
    by(ana.page, "composer-send").click()
    ana.expect_state("hello", "delivered")
    assert ana.page.evaluate(TOO_SMALL) == []
    ben.open(room)
    ben.row("hello").hover()
    by(ben.page, "message-more").click()
    by(ben.page, "quick-reaction").first.click()
    expect(by(ana.page, "reaction")).to_have_count(1)
    assert ana.page.evaluate(TOO_SMALL) == []
    ana.row("hello").locator(".row-state").click()
    expect(by(ana.page, "receipts")).to_be_visible()
    assert ana.page.evaluate(TOO_SMALL) == []
    ana.page.keyboard.press("Escape")
    by(ana.page, "go-to-date").click()
    assert ana.page.evaluate(TOO_SMALL) == []
    ana.page.keyboard.press("Escape")
    ana.post("posts", {"text": "for the week"})
    for path in ("/", "/posts", "/search?q=hello", "/settings", "/status"):
        ana.page.goto(path)
        ana.expect_connected()
        expect(ana.page.locator(".skeleton")).to_have_count(0)
        if "search" in path:
            expect(by(ana.page, "search-details")).to_be_visible()
        assert ana.page.evaluate(TOO_SMALL) == [], path
    by(ana.page, "settings-token-name").count()
    ana.page.goto("/")
    by(ana.page, "conversation-new").click()
    assert ana.page.evaluate(TOO_SMALL) == []
    stranger = person(register=False, **PHONE)
    for path in ("/login", "/register"):
        stranger.page.goto(path)
        expect(by(stranger.page, "auth-submit")).to_be_visible()
        assert stranger.page.evaluate(TOO_SMALL) == [], path
    assert room


def test_one_step_leads_past_the_list_to_the_message_box(person):
    ana = person()
    for number in range(3):
        ana.start_group(f"Room {number}")
    skip = by(ana.page, "skip-to-composer")
    # The first that is reached from the page's start.
    by(ana.page, "skip-link").focus()

    ana.page.keyboard.press("Tab")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    composer = by(ana.page, "composer")
    has_focus = "(field) => field === document.activeElement"
    with use(ana.page, "skip-to-composer", effect="focus in the composer", holds=lambda: composer.evaluate(has_focus)):
        ana.page.keyboard.press("Enter")


def test_a_short_timeline_has_no_scroll_bar(person):
    ana = person()
    ana.start_group("Plans")
    ana.write("hello")
    ana.expect_state("hello", "sent")

    for view in (ana.page.locator("[data-timeline-scroll]"), ana.page.locator(".composer-field")):
        assert view.evaluate("(view) => view.scrollHeight - view.clientHeight") == 0
        assert view.evaluate("(view) => view.offsetWidth - view.clientWidth") == 0
