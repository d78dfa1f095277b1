"""The heart of the first hour in the distribution's Firefox: two people talk, a silent wire loses nothing."""

import re

import pytest

from tests.e2e.conftest import shared_server
from tests.e2e.firefox import ENTER, Firefox
from tests.e2e.pages import PASSWORD
from tests.faults.wire import Wire
from tests.tools import find_firefox

TEXTS = "[...document.querySelectorAll('[data-testid=message] .row-text')].map((row) => row.textContent)"
STATES = "[...document.querySelectorAll('[data-testid=message]')].map((row) => row.dataset.state)"
CONNECTION = "document.querySelector('[data-testid=connection-status]')?.dataset.state"
EXPECTED = re.compile(r"can.t establish a connection|NetworkError|The connection to .* was interrupted|status of 401")
"""What Firefox says of a wire that was silent."""

server = shared_server()


@pytest.fixture
def firefox(tmp_path):
    program = find_firefox()
    assert program, "run 'make test', which installs Firefox"
    browser = Firefox(program, tmp_path)
    yield browser
    browser.close()
    unexpected = [line for line in browser.console if not EXPECTED.search(line)]
    assert not unexpected


@pytest.fixture
def wire(server):
    wire = Wire(server.port)
    yield wire
    wire.close()


def register(tab, origin, username):
    tab.open(f"{origin}/register")
    tab.fill("auth-display-name", username.title())
    tab.fill("auth-username", username)
    tab.fill("auth-password", PASSWORD)
    tab.click("auth-submit")
    tab.until(CONNECTION, "CONNECTED")


def start_group(tab, title, member):
    tab.click("conversation-new")
    tab.click("conversation-kind-group")
    tab.fill("conversation-title", title)
    tab.fill("conversation-members", member)
    tab.click("conversation-create")
    tab.until("/^[/]c[/][0-9a-f-]{36}/.test(location.pathname)")
    tab.until("document.querySelector('[data-testid=composer]')?.disabled", wanted=False)


def write(tab, text):
    tab.fill("composer", text)
    tab.type(ENTER)
    tab.until("document.querySelector('[data-testid=composer]').value", "")


def test_two_people_talk_and_a_silent_wire_loses_nothing(firefox, person, server, wire):
    ben = person("benfirefox")
    tab = firefox.new_tab()
    register(tab, wire.origin, "anafirefox")
    start_group(tab, "Firefox", "benfirefox")
    write(tab, "hello Ben")
    ben.open(tab.evaluate("location.pathname").strip("/").split("/")[1])
    ben.expect_texts("hello Ben")
    ben.write("hello Ana")
    tab.until(TEXTS, ["hello Ben", "hello Ana"])

    wire.hole()
    silent = [f"silent {number}" for number in range(5)]
    for text in silent:
        write(tab, text)
    tab.until(f"{CONNECTION} === 'CONNECTED'", wanted=False)
    tab.until(TEXTS, ["hello Ben", "hello Ana", *silent])
    assert not {"sent", "delivered", "read"} & set(tab.evaluate(STATES)[2:])
    wire.heal()
    tab.reload()

    everything = ["hello Ben", "hello Ana", *silent]
    tab.until(TEXTS, everything)
    ben.expect_texts(*everything)
    tab.until(f"{STATES}.filter((state) => state === 'queued' || state === 'sending').length", 0)
    assert tab.evaluate(TEXTS) == everything
    assert ben.texts() == everything
