"""Two people in two browsers, through a real server."""

import re
import sqlite3

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import server_of_file
from tests.e2e.pages import by

server = server_of_file()


def test_two_people_talk_both_ways(person):
    ana, ben = person(), person()

    room = ana.start_group_in_page("Plans", ben.username)
    ben.open(room)
    ana.write("hello Ben")
    expect(ben.row("hello Ben")).to_have_attribute("data-state", "received")
    ben.write("hello Ana")

    expect(ana.row("hello Ana")).to_be_visible()
    ana.expect_texts("hello Ben", "hello Ana")
    ben.expect_texts("hello Ben", "hello Ana")
    ana.expect_state("hello Ben", "delivered", "read")
    assert ana.seqs() == ben.seqs() == [1, 2]
    expect(by(ana.page, "outbox-count")).to_have_text("0")
    expect(ana.row("hello Ben")).to_have_attribute("data-author", ana.username)


def test_a_fast_writer_sends_everything_in_order_and_a_double_enter_once(person):
    ana = person()
    ana.start_group("Notes")

    texts = [f"fast {number}" for number in range(15)]
    for text in texts:
        ana.write(text)
    composer = by(ana.page, "composer")
    composer.fill("once")
    composer.evaluate(
        """field => { for (let i = 0; i < 3; i += 1) field.dispatchEvent(
            new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true })) }"""
    )

    ana.expect_texts(*texts, "once")
    expect(composer).to_have_value("")


def test_an_unopened_conversation_shows_what_is_unread(person):
    ana, ben = person(), person()
    room = ana.start_group("Plans", ben.username)

    ana.write("one")
    ana.write("two")

    item = by(ben.page, "conversation-item")
    expect(item).to_have_attribute("data-unread", "2")
    ben.open(room)
    ben.expect_texts("one", "two")
    expect(item).to_have_attribute("data-unread", "0")
    ana.expect_state("two", "read")


def test_a_reload_in_the_middle_of_a_send_loses_and_doubles_nothing(person, server):
    ana, ben = person(), person()
    room = ana.start_group("Plans", ben.username)
    ben.open(room)

    for number in range(12):
        ana.write(f"message {number:02}")
        ana.page.reload()
        expect(by(ana.page, "composer")).to_be_enabled()

    texts = [f"message {number:02}" for number in range(12)]
    ana.expect_texts(*texts)
    ben.expect_texts(*texts)
    expect(by(ana.page, "outbox-count")).to_have_text("0")


def test_what_is_written_without_a_server_goes_out_once_after_its_return(person, server):
    ana, ben = person(), person()
    room = ana.start_group("Plans", ben.username)
    ben.open(room)
    ana.write("before")
    ana.expect_state("before", "delivered", "read")

    server.kill()
    ana.expect_not_connected()
    texts = [f"while away {number}" for number in range(5)]
    for text in texts:
        ana.write(text)
        ana.expect_state(text, "queued", "sending")
    expect(by(ana.page, "outbox-count")).to_have_text("5")
    server.start()

    ana.expect_texts("before", *texts)
    ben.expect_texts("before", *texts)
    ana.expect_state(texts[-1], "delivered", "read")
    expect(by(ana.page, "outbox-count")).to_have_text("0")
    ben.write("welcome back")
    expect(ana.row("welcome back")).to_be_visible()


def test_the_outbox_survives_a_closed_tab(person, server):
    ana = person()
    room = ana.start_group("Notes")
    server.kill()
    ana.expect_not_connected()
    for number in range(3):
        ana.write(f"kept {number}")
        ana.expect_state(f"kept {number}", "queued", "sending")

    ana.page.close()
    server.start()
    ana.page = ana.new_page()
    ana.page.goto(f"/c/{room}")

    ana.expect_texts("kept 0", "kept 1", "kept 2")
    ana.expect_state("kept 2", "sent", "delivered", "read")


def test_a_planned_restart_is_survived_by_both_sides(person, server):
    ana, ben = person(), person()
    room = ana.start_group("Plans", ben.username)
    ben.open(room)
    ana.write("one")
    ben.expect_texts("one")

    server.stop()
    ana.expect_not_connected()
    server.start()
    ana.expect_connected()
    ben.expect_connected()
    ana.write("two")

    ben.expect_texts("one", "two")
    assert ana.seqs() == ben.seqs()


NO_SECURE_CONTEXT = """
delete Crypto.prototype.randomUUID;
for (const name of ["locks", "serviceWorker", "storage", "clipboard"])
  Object.defineProperty(Navigator.prototype, name, { get: () => undefined });
Object.defineProperty(window, "isSecureContext", { get: () => false });
"""
NO_INDEXEDDB = "Object.defineProperty(window, 'indexedDB', { get: () => undefined });"


@pytest.mark.parametrize("script", [NO_SECURE_CONTEXT, NO_INDEXEDDB], ids=["plain http address", "no IndexedDB"])
def test_a_browser_that_gives_less_is_enough(person, server, script):
    ana = person(script=script)
    room = ana.start_group("Notes")
    ana.write("one")
    ana.expect_state("one", "sent", "delivered", "read")
    server.kill()
    ana.expect_not_connected()
    ana.write("two")
    ana.expect_state("two", "queued", "sending")
    ana.page.close()
    server.start()
    ana.page = ana.new_page()

    ana.page.goto(f"/c/{room}")

    ana.expect_texts("one", "two")
    ana.expect_state("two", "sent", "delivered", "read")


def test_signing_out_and_in_again(person):
    ana = person()
    ana.start_group("Notes")
    by(ana.page, "sign-out").click()
    ana.page.wait_for_url(re.compile("/login"))
    ana.page.goto("/")
    ana.page.wait_for_url(re.compile("/login"))

    ana.sign_in()

    expect(by(ana.page, "conversation-item")).to_have_count(1)


@pytest.mark.expects("status 422")
def test_a_refused_form_says_why_at_its_field(person):
    ana = person()
    other = person(register=False)
    other.page.goto("/register")
    by(other.page, "auth-username").fill(ana.username)
    by(other.page, "auth-display-name").fill("Ana")
    by(other.page, "auth-password").fill("correct horse battery")

    by(other.page, "auth-submit").click()

    expect(other.page.get_by_text("taken")).to_be_visible()


def test_no_session_secret_is_written_or_shown(person, server):
    ana = person()
    ana.start_group("Notes")
    (cookie,) = [item for item in ana.context.cookies() if "nova_session" in item["name"]]
    secret = cookie["value"]

    assert cookie["httpOnly"]
    assert secret not in ana.page.content()
    assert secret not in ana.page.evaluate("JSON.stringify({...localStorage}) + JSON.stringify({...sessionStorage})")
    assert secret not in server.log()
    for path in server.directory.rglob("*"):
        if path.is_file():
            assert secret.encode() not in path.read_bytes(), path
    with sqlite3.connect(server.directory / "data" / "nova.db") as database:
        assert database.execute("SELECT count(*) FROM session").fetchone()[0] >= 1
