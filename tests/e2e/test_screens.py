"""The screens beside their references: a few main ones here, all of them by ``make screens``.

``make screens-update`` takes the references again. What was drawn is in ``.screens/``, with what differs in red.
"""

from __future__ import annotations

import os

import pytest
from playwright.sync_api import expect

from tests.controls.ledger import Ledger
from tests.e2e.axe import violations
from tests.e2e.conftest import ROOT, Server
from tests.e2e.guard import guard
from tests.e2e.pages import by
from tests.screens.compare import highlight, load, reduce, share_changed, store
from tests.screens.data import fill
from tests.screens.scenes import SCENES
from tests.screens.sockets import keep_unread
from tests.screens.world import NOW, secret_of

MODE = os.environ.get("NOVA_SCREENS", "")
"""``all`` compares every screen, ``update`` takes their references, ``main`` (or nothing) compares the main ones."""
REFERENCES = ROOT / "tests" / "screens" / "references"
README_SCREEN, README_PICTURE = "messages-1280-light", ROOT / "docs" / "screenshot.png"
"""The README shows this screen as it is."""
OUT = ROOT / ".screens"
PHONE = (360, 740)
DESKTOPS = ((768, 1024), (1280, 800), (1600, 900))
MAIN_DESKTOP = (1280, 800)
THEMES = ("light", "dark")
TOLERANCE = {"all": 0.002, "main": 0.02}
"""Which part of a picture may differ; the main ones only say that a page is not what it was."""
SETTLE = """async () => {
    await document.fonts.ready;
    await Promise.all([...document.images].map((image) => image.decode().catch(() => undefined)));
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
}"""
NAME_SERVER = """() => {
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) texts.currentNode.data = texts.currentNode.data.replace(location.host, "chat.example");
}"""
"""The port of the server is another in each run."""
FACE_IS_HERE = "() => [...document.fonts].some((face) => /Inter Nova/.test(face.family) && face.status === 'loaded')"

MOVING = """() => document.getAnimations().filter((one) => one.playState === "running").flatMap((one) =>
    one.effect.getKeyframes().flatMap(Object.keys).filter((name) => /transform|translate|rotate|scale/.test(name)))"""
"""What moves although the person wants less motion; what fades does not."""

CHOSEN = [scene for scene in SCENES if scene.is_main or MODE in {"all", "update"}]
pytestmark = pytest.mark.expects(
    "status 500", "status 401", "status 404", "status 422", "lost connection", "notice SERVER_ERROR", "notice UNKNOWN"
)


@pytest.fixture(scope="module")
def server(tmp_path_factory, pages_built):
    directory = tmp_path_factory.mktemp("screens")
    fill(directory / "data")
    server = Server(directory, NOVA_REGISTRATION="invite", NOVA_LINK_PREVIEWS="true")
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def ledger_of_the_screens(tmp_path_factory):
    """What is only looked at need not be operated in this state by another test."""
    return Ledger(tmp_path_factory.mktemp("ledger"))


def sizes_of(kind):
    """The sizes that a kind of device has on this run."""
    if kind == "phone":
        return [PHONE]
    return [MAIN_DESKTOP] if MODE not in {"all", "update"} else DESKTOPS


@pytest.fixture
def page_of(chromium, server, ledger_of_the_screens):
    contexts = []

    def open_page(scene, kind):
        phone = {"has_touch": True, "is_mobile": True} if kind == "phone" else {}
        width, height = sizes_of(kind)[0]
        context = chromium.new_context(
            ledger=ledger_of_the_screens,
            base_url=server.origin,
            viewport={"width": width, "height": height},
            locale="en-GB",
            timezone_id="UTC",
            reduced_motion="reduce",
            **phone,
        )
        guard.context(context)
        keep_unread(context)
        contexts.append(context)
        if scene.viewer:
            cookie = {"name": "nova_session", "value": secret_of(scene.viewer), "domain": "localhost", "path": "/"}
            context.add_cookies([cookie])
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()


def scene_of(name):
    """The scene of this name."""
    (found,) = [scene for scene in SCENES if scene.name == name]
    return found


def reach(page, scene):
    """Open the screen and wait until it is there."""
    page.clock.set_fixed_time(NOW)
    scene.before(page)
    page.goto(scene.path)
    expect(page.locator(scene.ready).first).to_be_visible()
    if scene.viewer and scene.is_online and by(page, "connection-status").count():
        expect(by(page, "connection-status")).to_have_attribute("data-state", "CONNECTED")
    page.wait_for_load_state("load")
    page.wait_for_function(FACE_IS_HERE)
    scene.act(page)


def connection_of(page):
    """The state of the connection that the screen shows, if it shows one."""
    sign = by(page, "connection-status").first
    return sign.get_attribute("data-state") if sign.count() else None


@pytest.mark.parametrize("kind", ["desktop", "phone"])
@pytest.mark.parametrize("scene", CHOSEN, ids=lambda scene: scene.name)
def test_the_screen_is_as_its_reference(page_of, scene, kind):
    page = page_of(scene, kind)
    reach(page, scene)

    differences, faults, connection = {}, {}, connection_of(page)
    for width, height in sizes_of(kind):
        page.set_viewport_size({"width": width, "height": height})
        for theme in THEMES:
            page.emulate_media(color_scheme=theme)
            name = f"{scene.name}-{width}-{theme}"
            if connection:
                # On a busy machine it may have been lost since.
                expect(by(page, "connection-status").first).to_have_attribute("data-state", connection)
            share = compare(page, name)
            if share > TOLERANCE.get(MODE, TOLERANCE["main"]):
                differences[name] = f"{share:.2%}"
            if MODE == "all" and (width, height) in (PHONE, MAIN_DESKTOP):
                faults[name] = violations(page)

    if MODE == "all" and kind == "phone":
        page.evaluate("document.documentElement.setAttribute('data-text-size', '18')")
        for name, size in SMALL.items():
            page.set_viewport_size(size)
            faults[name] = page.evaluate(TOO_WIDE)
    assert {name: found for name, found in faults.items() if found} == {}
    assert page.evaluate(MOVING) == []
    assert differences == {}, f"look at the pictures in {OUT}; make screens-update takes what is drawn as right"


def compare(page, name, *, keep=True):
    """Take a screenshot; return which part of it differs from its reference.

    Args:
        keep: What is drawn is kept to be looked at, or taken as the reference.
    """
    page.evaluate(SETTLE)
    # Last: what the page says of the server may have been drawn only now.
    page.evaluate(NAME_SERVER)
    shot = page.screenshot(animations="disabled", caret="hide")
    reference, picture = REFERENCES / f"{name}.webp", reduce(shot)
    if not keep:
        return share_changed(load(reference), picture)
    OUT.mkdir(exist_ok=True)
    (OUT / f"{name}.png").write_bytes(shot)
    if MODE == "update":
        store(picture, reference)
        if name == README_SCREEN:
            README_PICTURE.write_bytes(shot)
        return 0
    if not reference.exists():
        return 1
    known = load(reference)
    share = share_changed(known, picture)
    if share:
        highlight(known, picture).save(OUT / f"{name}-changed.png")
    return share


TOKENS = {
    "the main colour": ("--solid", "var(--green-9)"),
    "the ground of a page": ("--ground-page", "var(--ground-rail)"),
    "soft text": ("--soft", "var(--neutral-9)"),
    "a space": ("--s-16", "20px"),
    "the height of a row": ("--row", "50px"),
    "the size of all text": ("--scale", "1.03"),
    "the size of a picture": ("--avatar", "32px"),
}


def test_a_changed_token_is_a_difference(page_of):
    """Otherwise a comparison that passes says nothing."""
    scene = scene_of("list")
    page = page_of(scene, "desktop")
    width, height = MAIN_DESKTOP
    page.set_viewport_size({"width": width, "height": height})
    reach(page, scene)
    root, shares = "document.documentElement.style", {"nothing": compare(page, "list-1280-light")}
    for what, (token, value) in TOKENS.items():
        page.evaluate(f"([name, value]) => {root}.setProperty(name, value)", [token, value])
        shares[what] = compare(page, "list-1280-light", keep=False)
        page.evaluate(f"(name) => {root}.removeProperty(name)", token)

    assert shares.pop("nothing") <= TOLERANCE["all"]
    assert {what: share for what, share in shares.items() if share <= TOLERANCE["all"]} == {}


PLACES_OF_ROWS = """() => [...document.querySelectorAll("[data-testid=message], [data-testid=conversation-item]")]
    .map((row) => { const { top, height } = row.getBoundingClientRect(); return [top, height]; })"""
MOVED_PX = 1


def test_nothing_moves_when_the_font_arrives(page_of):
    scene = scene_of("group")
    page, held = page_of(scene, "desktop"), []
    page.route("**/fonts/inter-latin*.woff2", lambda route: held.append(route))  # noqa: PLW0108 - Playwright writes to it
    page.goto(scene.path, wait_until="commit")
    expect(page.locator(scene.ready)).to_have_count(9)
    expect(by(page, "conversation-item").first).to_be_visible()
    assert held
    assert not page.evaluate(FACE_IS_HERE)
    before = page.evaluate(PLACES_OF_ROWS)

    for route in held:
        route.continue_()

    page.wait_for_function(FACE_IS_HERE)
    page.evaluate(SETTLE)
    after = page.evaluate(PLACES_OF_ROWS)
    assert len(after) == len(before)
    moved = [
        abs(was - now) for one, other in zip(before, after, strict=True) for was, now in zip(one, other, strict=True)
    ]
    assert max(moved) <= MOVED_PX, f"by {max(moved):.1f} px"


SMALL = {"320 px": {"width": 320, "height": 640}, "200 % of 1280 px": {"width": 640, "height": 400}}
LARGEST_TEXT = "localStorage.setItem('nova:text-size', '18')"
# What is wider than the window, and not inside something that scrolls by itself.
TOO_WIDE = """() => {
    const scrolls = (element) => element && element !== document.body &&
        (/(auto|scroll|hidden|clip)/.test(getComputedStyle(element).overflowX) || scrolls(element.parentElement));
    const wide = [...document.querySelectorAll("body *")].filter((element) =>
        element.checkVisibility() && element.getBoundingClientRect().right > innerWidth + 1
        && !scrolls(element.parentElement) && !element.matches(".visually-hidden, .visually-hidden *, .skip-link"));
    const page = document.documentElement.scrollWidth > innerWidth ? ["the page"] : [];
    return [...page, ...wide.map((element) => element.outerHTML.slice(0, 120))];
}"""
NARROW_ONES = ("sign-in", "first-run", "list-names", "names", "posts", "search", "settings", "status-bad")


@pytest.mark.parametrize("size", SMALL.values(), ids=SMALL)
def test_nothing_is_wider_than_a_small_window(page_of, size):
    found = {}
    for scene in [scene for scene in SCENES if scene.name in NARROW_ONES]:
        page = page_of(scene, "phone")
        page.set_viewport_size(size)
        page.add_init_script(LARGEST_TEXT)
        reach(page, scene)
        page.evaluate(SETTLE)
        found[scene.name] = page.evaluate(TOO_WIDE)
        page.context.close()
    assert {name: what for name, what in found.items() if what} == {}


def test_a_dragged_file_covers_the_conversation_alone(page_of):
    page = page_of(scene_of("drop"), "desktop")
    reach(page, scene_of("drop"))

    note, conversation = page.locator(".drop-note").bounding_box(), page.locator("main").bounding_box()
    assert note["x"] >= conversation["x"]
    assert note["width"] > conversation["width"] * 0.9


def test_markup_on_a_phone_is_reached_with_the_keyboard(page_of):
    page = page_of(scene_of("markup"), "phone")
    reach(page, scene_of("markup"))

    assert violations(page) == []


def test_what_is_written_on_a_phone_has_the_whole_width(page_of):
    page = page_of(scene_of("composer"), "phone")
    reach(page, scene_of("composer"))

    box, field = page.locator(".composer-box").bounding_box(), by(page, "composer").bounding_box()
    assert field["width"] > box["width"] * 0.95


def test_the_menu_of_a_message_is_a_sheet_as_wide_as_the_phone(page_of):
    page = page_of(scene_of("message-menu"), "phone")
    reach(page, scene_of("message-menu"))

    assert page.locator(".message-menu").bounding_box()["width"] == PHONE[0]


def test_times_of_other_pages_follow_the_clock_that_was_chosen(page_of):
    posts = scene_of("posts")
    page = page_of(posts, "desktop")
    reach(page, posts)
    newest = by(page, "post").first.locator("time")
    expect(newest).to_have_text("08:55")
    by(page, "place-search").click()
    by(page, "search-text").fill("cover")
    hit = by(page, "search-hit").and_(page.locator("[data-kind=message]")).first.locator("time")
    expect(hit).to_contain_text("10:")
    by(page, "account-menu-open").click()
    by(page, "settings-link").click()

    page.locator("label", has=by(page, "clock-12")).click()

    page.go_back()
    expect(hit).to_contain_text("am")
    by(page, "place-posts").click()
    expect(newest).to_have_text("08:55 am")
