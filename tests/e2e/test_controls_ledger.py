"""What counts as a used control, and what does not."""

import json
from functools import partial

import pytest

from tests.controls import ledger as ledgers
from tests.e2e.pages import by

PAGE = """
<div class="app">
  <button data-testid="one" onclick="document.title = 'one'">One</button>
  <button data-testid="two" onclick="document.title = 'two'">Two</button>
  <form onsubmit="event.preventDefault(); document.title = 'sent'">
    <input data-testid="field" name="field" aria-keyshortcuts="Alt+S">
    <button data-testid="send" type="submit">Send</button>
  </form>
</div>
"""


@pytest.fixture
def own(tmp_path):
    """A ledger of the test's own: what is on this page is no control of Nova."""
    return ledgers.Ledger(tmp_path)


@pytest.fixture
def use(own):
    return partial(ledgers.use, ledger=own)


@pytest.fixture
def page(chromium, own):
    context = chromium.new_context(ledger=own)
    page = context.new_page()
    page.route("http://page.test/", lambda route: route.fulfill(body=PAGE, content_type="text/html"))
    page.goto("http://page.test/")
    yield page
    context.close()


def entries(own, kind):
    """The entries of this kind that were written."""
    lines = [line for file in own.directory.glob("*.jsonl") for line in file.read_text(encoding="utf-8").splitlines()]
    return [entry for entry in map(json.loads, lines) if entry["kind"] == kind]


def used(own):
    return entries(own, "used")


def titled(page, title):
    return lambda: page.title() == title


def test_a_control_that_a_person_operated_and_that_had_its_effect_counts(page, own, use):
    with use(page, "one", effect="the title is one", holds=titled(page, "one")):
        by(page, "one").click()
    (entry,) = used(own)
    assert (entry["control"], entry["width"], entry["state"]) == ("one", "wide", "")


def test_an_effect_that_was_there_before_counts_for_nothing(page, own, use):
    with pytest.raises(AssertionError, match="already"), use(page, "one", effect="any", holds=lambda: True):
        by(page, "one").click()
    assert used(own) == []


def test_an_effect_that_does_not_come_counts_for_nothing(page, own, use, monkeypatch):
    monkeypatch.setattr("tests.controls.ledger.PATIENCE_SECONDS", 0.3)
    with pytest.raises(AssertionError, match="not: none"), use(page, "one", effect="none", holds=lambda: False):
        by(page, "one").click()
    assert used(own) == []


def test_a_click_that_a_script_made_counts_for_nothing(page, own, use, monkeypatch):
    monkeypatch.setattr("tests.controls.ledger.PATIENCE_SECONDS", 0.3)
    with pytest.raises(AssertionError, match="did not see"), use(page, "one", effect="", holds=titled(page, "one")):
        by(page, "one").evaluate("button => button.click()")
    assert used(own) == []


def test_one_control_alone_is_operated_in_a_block(page, own, use):
    def click_both():
        with use(page, "two", effect="", holds=titled(page, "two")):
            by(page, "one").click()
            by(page, "two").click()

    with pytest.raises(AssertionError, match="others"):
        click_both()
    assert used(own) == []


def test_typing_and_keys_are_seen_by_their_names(page, own, use):
    field = by(page, "field")
    with use(page, "field", effect="holds the text", holds=lambda: field.input_value() == "text"):
        field.press_sequentially("text")
    page.evaluate("addEventListener('keydown', (event) => event.altKey && (document.title = 'saved'))")
    with use(page, "field+Alt+S", effect="saves", holds=titled(page, "saved")):
        field.press("Alt+s")
    assert {entry["control"] for entry in used(own)} == {"field", "field+Alt+S"}


def test_a_form_says_how_it_was_sent(page, own, use):
    with (
        pytest.raises(AssertionError, match="declare sends"),
        use(page, "send", effect="", holds=titled(page, "sent")),
    ):
        by(page, "send").click()
    page.evaluate("document.title = ''")
    with use(page, "send", effect="sends", holds=titled(page, "sent"), sends="empty"):
        by(page, "send").click()
    (entry,) = entries(own, "sent")
    assert (entry["form"], entry["sends"]) == ("send(field)", "empty")


def test_an_element_without_a_test_id_is_reported(page, own):
    page.evaluate("document.querySelector('.app').append(document.createElement('textarea'))")
    ledgers.wait_until(page, lambda: own.unnamed, "the element was not reported")
    (html,) = own.unnamed
    assert html.startswith("<textarea")


SLOW_REPORTS = """() => {
    const report = window.novaControls;
    window.novaControls = (text) => new Promise((done) => setTimeout(() => done(report(text)), 300));
}"""


def test_what_was_typed_before_a_block_is_no_part_of_it(page, own, use):
    page.evaluate(SLOW_REPORTS)
    by(page, "field").fill("text")
    with use(page, "one", effect="the title is one", holds=titled(page, "one")):
        by(page, "one").click()
    (entry,) = used(own)
    assert entry["control"] == "one"
