"""The text of messages: drawn from a tree, under the strictest policy, whatever it contains."""

import base64
import hashlib
import re

import pytest
from playwright.sync_api import expect

from tests.controls.acts import WIDE, fresh, reads, say
from tests.controls.ledger import use
from tests.controls.widths import widths_and_offline
from tests.e2e.conftest import shared_server
from tests.e2e.pages import by

server = shared_server()
LONG = "\n".join(f"line {number}" for number in range(40))
CODE = "```py\nreturn None\n```"
RICH = (
    "**Bold**, *italic*, ~~gone~~ and `code`",
    "> said\nanswered, see [the report](https://reports.example/a_b)",
    "Left:\n- cover\n- changelog",
    CODE,
    LONG,
)
HOSTILE = (
    "<script>window.isTaken = true</script>",
    "<img src=x onerror='window.isTaken = true'>",
    '"><svg/onload="window.isTaken = true">',
    "[click](javascript:window.isTaken=true)",
    "[click](data:text/html,<script>opener.isTaken=true</script>)",
    "[<img src=x onerror='window.isTaken=true'>](https://a.example)",
    "> <iframe srcdoc='<script>top.isTaken=true</script>'>",
    "- <style>*{display:none}</style>",
    "```html\n<script>window.isTaken = true</script>\n```",
    '```"><script>\nwindow.isTaken = true\n```',
    '[x](https://a.example"onmouseover=window.isTaken=true)',
    "<a href='javascript:window.isTaken=true'>x</a> <javascript:window.isTaken=true>",
    "{{constructor.constructor('window.isTaken = true')()}}",
)
EVIL_NAME = "<img src=x onerror='window.isTaken=true'>"
INLINE = re.compile(r"<script(?![^>]*\bsrc=)[^>]*>(.*?)</script>", re.DOTALL)
VIOLATIONS = """
window.violations = [];
addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) =>
  window.violations.push(`${violatedDirective} ${blockedURI}`));
"""


def under_policy(route):
    """Serve a page with a strict policy: its own scripts and styles alone, and no HTML from strings."""
    answer = route.fetch()
    scripts = (hashlib.sha256(script.encode()).digest() for script in INLINE.findall(answer.text()))
    hashes = " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in scripts)
    policy = (
        f"default-src 'none'; script-src 'self' {hashes}; style-src 'self'; img-src 'self' blob: data:; "
        "font-src 'self'; media-src 'self' blob:; connect-src 'self' ws:; manifest-src 'self'; "
        "base-uri 'none'; object-src 'none'; frame-ancestors 'none'; form-action 'self'; "
        "require-trusted-types-for 'script'"
    )
    route.fulfill(response=answer, headers={**answer.headers, "content-security-policy": policy})


@pytest.fixture
def visit(guest):
    def visit(*texts, **options):
        user = guest("", **options)
        room = user.make_group(fresh("Room"))
        say(user, room, *texts)
        user.page.goto(f"/c/{room}")
        expect(by(user.page, "composer")).to_be_enabled()
        user.expect_connected()
        expect(user.rows()).to_have_count(len(texts))
        return user

    return visit


def test_marked_text_is_drawn_and_its_controls_work(visit):
    user, opened = visit(*RICH), []
    rows = user.rows()
    user.context.on("page", lambda tab: opened.extend([tab]))
    user.context.route("https://reports.example/**", lambda route: route.fulfill(body="report"))
    # What copies is loaded while there is a network.
    copy = by(rows.nth(3), "code-copy")
    copy.click()
    expect(copy).to_have_text("Copied")
    for _ in widths_and_offline(user):
        expect_marks(rows)
        expect(copy).to_have_text("Copy")
        with use(user.page, "code-copy", effect="copies the code", holds=reads(copy, "Copied")):
            copy.click()
        fold_and_unfold(user.page, rows.nth(4))
        opened.clear()
        tab_is_opened = lambda: len(opened) == 1  # noqa: E731
        with use(user.page, "message-link", effect="opens the address in a tab of its own", holds=tab_is_opened):
            by(rows.nth(1), "message-link").click()
        assert opened[0].evaluate("opener") is None
        opened[0].close()


def expect_marks(rows):
    for mark in ("strong", "em", "del", "code"):
        expect(rows.nth(0).locator(f"p > {mark}")).to_have_count(1)
    expect(rows.nth(1).locator("blockquote")).to_have_text("said")
    expect(by(rows.nth(1), "message-link")).to_have_attribute("rel", "noopener noreferrer nofollow")
    expect(rows.nth(2).locator("ul > li")).to_have_count(2)
    expect(rows.nth(3).locator("pre .hljs-keyword")).to_have_text("return")


def fold_and_unfold(page, row):
    fold = by(row, "message-fold")
    height = row.evaluate("row => row.offsetHeight")
    with use(page, "message-fold", effect="shows all of a long text", holds=reads(fold, "Show less")):
        fold.click()
    assert row.evaluate("row => row.offsetHeight") > 2 * height
    fold.click()
    expect(fold).to_have_text("Show all")


def test_it_looks_the_same_before_the_server_has_it(visit):
    texts = RICH[:3]
    user = visit(*texts, size=WIDE)
    expect(user.page.locator(".formatted")).to_have_count(3)
    user.context.set_offline(True)
    user.expect_not_connected()
    for text in texts:
        by(user.page, "composer").fill(text)
        by(user.page, "composer").press("Enter")
    expect(user.rows()).to_have_count(6)
    expect(user.rows().last).to_have_attribute("data-state", "queued")
    drawn = user.rows().locator(".row-text").evaluate_all("texts => texts.map((text) => text.outerHTML)")
    assert drawn[3:] == drawn[:3]


@pytest.mark.expects("console Applying inline style violates")
def test_nothing_that_is_written_becomes_html_and_all_of_it_runs_under_the_strictest_policy(person):
    ana = person(path="")
    room = ana.make_group(EVIL_NAME)
    say(ana, room, *HOSTILE, *RICH, "🎉")
    page = ana.page
    # A page that the test answers for comes from the network, for Chromium, and the server from this machine.
    ana.context.grant_permissions(["local-network-access"])
    page.route("**/c/*", under_policy)
    page.add_init_script(VIOLATIONS)
    page.goto(f"/c/{ana.make_group(fresh('Empty'))}")
    expect(by(page, "composer")).to_be_enabled()
    before = page.evaluate("window.violations")
    page.goto(f"/c/{room}")
    expect(ana.rows()).to_have_count(len(HOSTILE) + len(RICH) + 1)
    expect(page.locator("pre .hljs-keyword").last).to_be_visible()
    for at, text in enumerate(HOSTILE[:3]):
        expect(ana.rows().nth(at).locator(".row-text")).to_have_text(text)
    by(page, "composer-emoji").click()
    by(page, "emoji-option").first.click()
    by(page, "composer").press_sequentially(" **sent**")
    by(page, "composer").press("Enter")
    expect(page.locator(".row-text strong", has_text="sent")).to_be_visible()
    inside = page.locator(".rows")
    expect(inside.locator("script, iframe, style, object, embed, form, svg[onload], img[onerror]")).to_have_count(0)
    for href in page.locator(".row-text a").evaluate_all("links => links.map(link => link.href)"):
        assert href.startswith(("https://", "mailto:")), href
    for each in page.locator(".row-text :is(a, code, pre)").all()[:20]:
        each.dispatch_event("mouseover")
    assert page.evaluate("window.isTaken") is None
    # The sheet of styles that Reflex's components bring is there without any text, too.
    assert page.evaluate("window.violations") == before
