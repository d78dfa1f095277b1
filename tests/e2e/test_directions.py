"""Fields and names follow the direction of what is written in them."""

import contextlib
import sqlite3

from playwright.sync_api import expect

from tests.e2e.conftest import shared_server
from tests.e2e.pages import by

server = shared_server()

HEBREW = "שלום עולם!"


def direction(locator, name="direction"):
    return locator.evaluate("(element, name) => getComputedStyle(element)[name]", name)


def test_fields_turn_with_their_text(person):
    ana = person()
    ana.start_group_in_page(HEBREW)
    expect(ana.page.locator("h1")).to_have_css("direction", "rtl")
    for path, fields in (
        ("", ["composer", "quick-search"]),
        ("/search", ["search-text"]),
        ("/posts", ["post-text"]),
        ("/settings", ["settings-display-name", "settings-status"]),
    ):
        if path:
            ana.page.goto(path)
        for name in fields:
            field = by(ana.page, name)
            field.fill("Hello")
            expect(field).to_have_css("direction", "ltr")
            field.fill(HEBREW)
            expect(field).to_have_css("direction", "rtl")


def test_an_old_name_that_turns_the_line_turns_only_itself(person, server):
    ana, ben = person(), person()
    room = ana.start_group("Plans", ben.username)
    ana.write("hello")
    # Such names are refused today.
    with contextlib.closing(sqlite3.connect(server.directory / "data" / "nova.db")) as database, database:
        database.execute("UPDATE user SET display_name = ? WHERE username = ?", ("\u202enimdA", ana.username))
    ben.page.reload()
    ben.open(room)

    name = ben.rows().first.locator(".row-head bdi")
    expect(name).to_have_text("\u202enimdA")
    assert direction(name, "unicodeBidi") == "isolate"
    expect(ben.item(room).locator(".item-preview")).to_have_text("nimdA: hello")
