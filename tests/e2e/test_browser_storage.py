"""A browser whose storage or locks fail in the middle of the day: messages go, and nothing that waits is lost."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import shared_server
from tests.e2e.pages import by, open_new_group
from tests.e2e.test_message_changes import choose, number_of, row_of
from tests.e2e.without_network import emulate_network
from tests.processes import until

server = shared_server()

BROKEN_TRANSACTIONS = """
const transaction = IDBDatabase.prototype.transaction;
window.failures = 0;
IDBDatabase.prototype.transaction = function (...given) {
  if (window.failures > 0) {
    window.failures -= 1;
    throw new DOMException("The database connection is closing.", window.failureName ?? "InvalidStateError");
  }
  return transaction.apply(this, given);
};
"""
NEVER_OPENS = "IDBFactory.prototype.open = () => new EventTarget();"
NEVER_LOADS = "IDBObjectStore.prototype.getAll = () => new EventTarget(); IDBTransaction.prototype.commit = () => {};"
NEVER_LOCKS = "LockManager.prototype.request = () => new Promise(() => {});"
THROWING_LOCKS = 'LockManager.prototype.request = () => { throw new DOMException("no", "SecurityError"); };'
NO_CHANNEL = 'window.BroadcastChannel = class { constructor() { throw new DOMException("no", "SecurityError"); } };'
WHOLE = "half � end"


def read_store(person):
    """The texts that the page's database holds."""
    return person.page.evaluate(
        """async () => {
          const [found] = (await indexedDB.databases()).filter(({ name }) => name.startsWith("nova:"));
          if (!found) return null;
          const { name } = found;
          const database = await new Promise((resolve, reject) => {
            const request = indexedDB.open(name);
            request.onsuccess = () => resolve(request.result);
            request.onerror = reject;
          });
          const items = await new Promise((resolve) => {
            const request = database.transaction("outbox").objectStore("outbox").getAll();
            request.onsuccess = () => resolve(request.result);
          });
          database.close();
          return items.map((item) => item.text);
        }"""
    )


def clear_database(person):
    cdp = person.context.new_cdp_session(person.page)
    cdp.send("Storage.clearDataForOrigin", {"origin": person.origin, "storageTypes": "indexeddb"})


OLD_OUTBOX = Path(__file__).parents[1] / "js" / "fixtures" / "outbox_format_2.js"
OLD_TAB = """async (userId) => {
  const OutboxWorker = (() => { BUNDLE })();
  const nothing = () => {};
  const stats = { resends: 0, duplicate_acks: 0, acked: nothing, refused: nothing };
  const socket = new WebSocket(`ws://${location.host}/api/v1/socket`);
  const sent = [];
  const send = (text) => { sent.push(JSON.parse(text)); socket.send(text); };
  const calls = ["onFilesNeeded", "onChange", "onUnanswered", "onSendFailed", "onStorageFault"];
  const worker = new OutboxWorker({ send, stats, ...Object.fromEntries(calls.map((name) => [name, nothing])) });
  window.oldTab = { worker, sent };
  const takes = {
    welcome: () => (window.oldTab.isWelcome = true),
    ack: (frame) => worker.ack(frame),
    nack: (frame) => worker.nack(frame),
    message: (frame) => worker.settle(frame.client_id),
  };
  socket.onmessage = ({ data }) => { for (const frame of [JSON.parse(data)].flat()) takes[frame.type]?.(frame); };
  socket.onopen = () => socket.send(JSON.stringify({ type: "hello", protocol: 1, cursors: {} }));
  setInterval(() => socket.readyState === 1 && socket.send(JSON.stringify({ type: "ping", id: 1 })), 2_000);
  await worker.open(userId);
}"""


def offline_switch(person):
    """What ``set_offline`` of a context does, for the person's page alone."""
    return lambda is_offline: emulate_network(person.page, offline=is_offline)


DELETE_ELSEWHERE = """async () => {
  const names = (await indexedDB.databases()).map(({ name }) => name).filter((name) => name.startsWith("nova:"));
  await Promise.all(names.map((name) => new Promise((resolve, reject) => {
    const request = indexedDB.deleteDatabase(name);
    request.onsuccess = resolve;
    request.onerror = request.onblocked = reject;
  })));
}"""


def test_a_database_that_is_cleared_under_the_page_is_opened_again(person):
    ana = person()
    room = ana.start_group("Cleared")

    clear_database(ana)
    ana.write("after the data was cleared")

    ana.expect_truth(room, "after the data was cleared")
    expect(by(ana.page, "notice")).to_have_count(0)


def test_a_database_that_another_tab_deletes_is_filled_again_with_what_waits(person, wire):
    ana = person(origin=wire.origin)
    room = ana.start_group("Deleted")
    wire.cut()
    ana.expect_not_connected()
    ana.write("waits in the page")
    ana.expect_state("waits in the page", "queued")

    ana.page.evaluate(DELETE_ELSEWHERE)

    until(lambda: read_store(ana) == ["waits in the page"], "the message in the new database")
    wire.heal()
    ana.try_now()
    ana.expect_truth(room, "waits in the page")
    until(lambda: read_store(ana) == [], "an empty outbox")


@pytest.mark.parametrize("name", ["InvalidStateError", "UnknownError", "AbortError"])
def test_one_transaction_that_fails_costs_nothing(person, name):
    ana = person(script=BROKEN_TRANSACTIONS)
    room = ana.start_group("Transactions")

    ana.page.evaluate(f"window.failureName = '{name}'; window.failures = 1;")
    ana.write("in spite of it")

    ana.expect_truth(room, "in spite of it")
    until(lambda: read_store(ana) == [], "an empty outbox")


def test_a_database_that_fails_for_good_gives_way_to_the_next_storage(person):
    ana = person(script=BROKEN_TRANSACTIONS)
    room = ana.start_group("For good")

    ana.page.evaluate("window.failures = 1e9")
    ana.write("kept elsewhere")

    ana.expect_truth(room, "kept elsewhere")
    expect(by(ana.page, "notice")).to_have_count(0)


@pytest.mark.expects("uncaught error")
@pytest.mark.parametrize("script", [NEVER_OPENS, NEVER_LOADS, NEVER_LOCKS, THROWING_LOCKS, NO_CHANNEL])
def test_what_never_answers_or_is_refused_is_done_without(person, script):
    ana = person(script=script)
    room = ana.start_group("Silence")

    ana.write("goes all the same")

    expect(ana.row("goes all the same")).to_have_attribute(
        "data-state", re.compile("sent|delivered|read"), timeout=30_000
    )
    ana.expect_truth(room, "goes all the same")


def type_half(page, testid):
    """Put half a character into a field, as a paste of a text does that some program cut."""
    by(page, testid).evaluate(
        """(field) => {
          const text = `half ${String.fromCharCode(0xd83d)} end`;
          const owner = field.tagName === "TEXTAREA" ? HTMLTextAreaElement : HTMLInputElement;
          Object.getOwnPropertyDescriptor(owner.prototype, "value").set.call(field, text);
          field.dispatchEvent(new Event("input", { bubbles: true }));
        }"""
    )


def test_half_a_character_is_replaced_and_the_message_goes(person):
    ana = person()
    room = ana.start_group("Halves")
    composer = by(ana.page, "composer")

    type_half(ana.page, "composer")
    composer.press("Enter")

    ana.expect_truth(room, WHOLE)


def test_half_a_character_can_be_searched_posted_and_be_a_title(person):
    ana = person(path="")
    page = ana.page

    page.goto("/search")
    type_half(page, "search-text")
    expect(page).to_have_url(re.compile("q=half"))
    page.goto("/posts")
    type_half(page, "post-text")
    by(page, "post-publish").click()
    expect(by(page, "post").first).to_contain_text(WHOLE)
    page.goto("/")
    open_new_group(page)
    type_half(page, "conversation-title")
    by(page, "conversation-create").click()
    expect(by(page, "conversation-item").first).to_contain_text(WHOLE)
    expect(by(page, "notice")).to_have_count(0)


@pytest.mark.expects("lost connection")
def test_a_tab_of_the_previous_version_leaves_waiting_changes_alone(person):
    ana, ben = person(), person()
    room = ana.start_group("Upgrade", ben.username)
    ben.open(room)
    for text in ("one", "two", "three"):
        ana.write(text)
    numbers = {text: number_of(ana, text) for text in ("one", "two", "three")}
    user_id = ana.context.request.get("/api/v1/users/me").json()["user_id"]
    old = ana.context.new_page()
    # A page of this server in which nothing of the present version runs.
    old.route("**/*.js", lambda route: route.fulfill(body="", content_type="text/javascript"))
    old.goto("/login")
    bundle = re.sub(r"export \{[^}]*\};?\s*$", "return OutboxWorker;", OLD_OUTBOX.read_text(encoding="utf-8"))
    old.evaluate(OLD_TAB.replace("BUNDLE", bundle), user_id)
    old.wait_for_function("() => window.oldTab.isWelcome")
    # Written by the old tab, which is not yet told that it may send; then the page of the new version is loaded.
    old.evaluate("room => window.oldTab.worker.submit(room, 'from the old tab')", room)
    ana.page.reload()
    # The other page may have read it by now.
    ana.expect_state("from the old tab", "sent", "delivered", "read")

    set_offline = offline_switch(ana)  # the context's own would be for both tabs
    set_offline(True)
    ana.expect_not_connected()
    choose(ana, row_of(ana, numbers["two"]), "message-delete")
    choose(ana, row_of(ana, numbers["one"]), "message-edit")
    ana.write("one, edited")
    expect(row_of(ana, numbers["one"])).to_have_attribute("data-pending", "edit")
    expect(by(ana.page, "composer")).to_have_attribute("data-mode", "new")
    ana.write("new, from the new tab")
    expect(by(ana.page, "outbox-count")).to_have_text("3")

    # The old tab, whose socket is still there, sends all that it finds.
    old.evaluate("window.oldTab.worker.resume()")
    old.evaluate("room => window.oldTab.worker.submit(room, 'late, from the old tab')", room)
    expect(ben.row("late, from the old tab")).to_be_visible()
    assert {frame["type"] for frame in old.evaluate("window.oldTab.sent")} == {"send"}
    assert ben.stored(room) == ["one", "two", "three", "from the old tab", "late, from the old tab"]
    old.close()
    set_offline(False)
    ana.page.reload()
    expect(by(ana.page, "outbox-count")).to_have_text("0", timeout=20_000)
    texts = ("one, edited", "", "three", "from the old tab", "late, from the old tab", "new, from the new tab")
    until(lambda: ben.stored(room) == list(texts), "the changes on the server", lambda: str(ben.stored(room)))
    ben.expect_texts(*(text or "Message deleted" for text in texts))
