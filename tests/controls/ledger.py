"""What the browser tests used: told by the pages themselves, written down for each test."""

from __future__ import annotations

import contextlib
import json
import os
from pathlib import Path

from playwright.sync_api import Error

from tests.controls.tables import FORMLESS
from tests.processes import until

ROOT = Path(__file__).parents[2]
DIRECTORY = ROOT / ".controls"
RECORDER = Path(__file__).with_name("recorder.js")
PATIENCE_SECONDS = 30
POLL_MS = 30
SETTLE_MS = 5_000


class Ledger:
    """Collects what pages report during a test, and appends what is to be kept to this process's file.

    Attributes:
        directory: Where its files are.
        width: Where a test is that goes through several (``widths.py``); empty for one that does not.
    """

    def __init__(self, directory):
        self.directory = directory
        self.test = ""
        self.width = ""
        self.unnamed = []
        self._events = []
        self._written = set()

    def receive(self, source, text):
        """Take what a page tells."""
        for event in json.loads(text):
            self._receive(source["page"], event)

    def _receive(self, page, event):
        if event["kind"] == "unnamed":
            self.unnamed.append(event["html"])
        elif event["kind"] in {"seen", "brief", "form"}:
            self.write(event)
        else:
            self._events.append((page, event))

    def write(self, event):
        """Append an entry, once in a test for each that is the same."""
        line = json.dumps({**event, "test": self.test})
        if line in self._written:
            return
        self._written.add(line)
        self.directory.mkdir(exist_ok=True)
        with (self.directory / f"{os.getpid()}.jsonl").open("a", encoding="utf-8") as file:
            file.write(line + "\n")

    @contextlib.contextmanager
    def during(self, test):
        """Keep entries under the name of this test; fails it where an element without a test id was seen."""
        self.test, self.width = test, ""
        self.unnamed.clear()
        self._written.clear()
        yield
        self._events.clear()
        assert not self.unnamed, f"interactive elements without a data-testid: {self.unnamed}"

    def since(self, page, mark):
        """What this page told after the mark."""
        return [event for source, event in self._events[mark:] if source == page]

    @property
    def mark(self):
        return len(self._events)


LEDGER = Ledger(DIRECTORY)
"""That of the run."""


def watch(browser):
    """Let every context of this browser report what appears and what is operated, to the run's ledger unless given."""
    make = browser.new_context

    def new_context(*, ledger=LEDGER, **options):
        context = make(**options)
        context.expose_binding("novaControls", ledger.receive)
        context.add_init_script(path=RECORDER)
        return context

    browser.new_context = new_context
    return browser


@contextlib.contextmanager
def use(page, control, *, effect, holds, sends="", ledger=LEDGER):
    """Operate this one control within the block, and see what it alone does.

    Args:
        effect: What the control does, for the printed list.
        holds: Whether that has happened; false before, true within the patience after.
        sends: ``empty``, ``wrong`` or ``right``, where the control sends a form.
        ledger: Where this page's context reports to.
    """
    assert not _is_true(holds), f"{control}: before it was used, already: {effect}"
    _settle(page)
    mark = ledger.mark
    yield
    wait_until(page, lambda: _is_true(holds), f"{control} was used, and not: {effect}")
    wait_until(page, lambda: ledger.since(page, mark), f"the page did not see {control} operated")
    _settle(page)
    notified = ledger.since(page, mark)
    operated = [event for event in notified if event["kind"] == "operated"]
    others = {event["control"] for event in operated} - {control}
    assert not others, f"{control}: others were operated in the same block: {others}"
    assert operated, f"the page did not see {control} operated; it saw {notified}"
    sent = [event for event in notified if event["kind"] == "sent"]
    _check_sent(page, control, sent, sends)
    for event in operated:
        ledger.write({**event, "kind": "used", "effect": effect})
    if sends and not sent:
        sent = [{"form": FORMLESS[control]}]
    for event in sent:
        ledger.write({"kind": "sent", "form": event["form"], "sends": sends})


def _check_sent(page, control, sent, sends):
    """That a form went as it was declared to: with nothing in it, with something wrong, or right."""
    if not sent:
        return
    assert sends, f"{control} sends a form: declare sends='empty', 'wrong' or 'right'"
    assert {event["isEmpty"] for event in sent} == {sends == "empty"}, f"{control}: not sent {sends}: {sent}"
    if sends == "wrong":
        assert page.locator("form [role=alert]:not(:empty), form :invalid").count(), f"{control}: nothing is wrong"


def _settle(page):
    """Wait until everything that the page has reported so far has arrived."""
    # Unlike ``evaluate`` it ends in any case: a page that is exchanged for another one may not answer for long.
    with contextlib.suppress(Error):
        page.wait_for_function("() => !window.novaControlsOutstanding?.size", polling=POLL_MS, timeout=SETTLE_MS)


def _is_true(holds):
    # While a page is exchanged for another one, nothing holds.
    with contextlib.suppress(Error):
        return bool(holds())
    return False


def wait_until(page, condition, otherwise):
    """Wait, while the page goes on, until this is true; fails with the text otherwise."""
    until(condition, "what was expected", lambda: otherwise, PATIENCE_SECONDS, every=POLL_MS / 1_000, page=page)
