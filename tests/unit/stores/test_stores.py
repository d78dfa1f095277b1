"""What Python declares is what the browser has."""

import dataclasses
import json
import shutil
import subprocess
from pathlib import Path

import pytest

from nova_app.protocol.reconnect_policy import STATE_LABELS
from nova_app.stores import STORES, ConnectionStore, MessageStore
from nova_app.stores.base import with_args
from nova_app.stores.conversations import ConversationItem
from nova_app.stores.messages import Row

ROOT = Path(__file__).parents[3]
READ_RUNTIME = """
import { DEFAULTS } from "./assets/nova/defaults/shared.js";
import { DEFAULTS as CONVERSATION } from "./assets/nova/defaults/conversation.js";
import { DEFAULTS as FILES } from "./assets/nova/defaults/posts.js";
import { DEFAULTS as SEARCH } from "./assets/nova/defaults/search.js";
import { DEFAULTS as SETTINGS } from "./assets/nova/defaults/settings.js";
import { DEFAULTS as STATUS } from "./assets/nova/defaults/status.js";
import { createComposerActions, createReceiptActions } from "./assets/nova/conversation/composer_actions.js";
import { createHistoryActions } from "./assets/nova/conversation/history_actions.js";
import { createAccountActions } from "./assets/nova/account/account.js";
import { createDialogActions } from "./assets/nova/account/new_conversation.js";
import { buildRows } from "./assets/nova/conversation/rows.js";
import { toItem } from "./assets/nova/conversation_list/list_items.js";
const me = { user_id: "a", username: "a", display_name: "A" };
const place = { locale: "en", timeZone: "UTC" };
const created_at = "2026-01-01T00:00:00Z";
const event = { type: "message", seq: 1, client_id: "c", author_id: "a", text: "t", created_at };
const view = { events: [event], pending: [], me, people: new Map(), known: new Map(),
  deliveredTo: 0, readTo: 0, othersSince: 0,
  newAfter: -1, origin: "", now: new Date(), place };
const summary = { id: "r", kind: "group", title: "T", members: [], last_seq: 0, read_seq: 0, unread: 0,
  created_at, last_message: null };
console.log(JSON.stringify({
  defaults: { ...DEFAULTS, ...CONVERSATION, ...FILES, ...SEARCH, ...SETTINGS, ...STATUS },
  actions: {
    messages: Object.keys({ ...createComposerActions(() => null), ...createHistoryActions(() => null) }),
    receipts: Object.keys(createReceiptActions(() => null)),
    account: Object.keys(createAccountActions({})),
    dialog: Object.keys(createDialogActions({})),
  },
  row: Object.keys(buildRows(view, [])[0]),
  item: Object.keys(toItem(summary, { myId: "a", activeId: "", origin: "", failed: new Set(), drafts: new Map(),
    online: new Set(), now: new Date(), place })),
}));
"""


@pytest.fixture(scope="module")
def runtime():
    """The browser runtime's own account of itself."""
    bun = shutil.which("bun", path=str(ROOT / ".venv" / "bin")) or shutil.which("bun")
    assert bun, "run 'make test', which installs bun"
    done = subprocess.run([bun, "-e", READ_RUNTIME], cwd=ROOT, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


@pytest.mark.parametrize("store", STORES, ids=lambda store: store.store_name)
def test_the_browsers_defaults_are_those_that_python_declares(runtime, store):
    assert runtime["defaults"][store.store_name] == store.defaults()


def test_python_declares_every_store_of_the_browser(runtime):
    assert {store.store_name for store in STORES} == set(runtime["defaults"])


@pytest.mark.parametrize("store", [s for s in STORES if s.store_name in {"messages", "receipts", "account", "dialog"}])
def test_the_browser_offers_the_actions_that_python_declares(runtime, store):
    assert set(runtime["actions"][store.store_name]) == store.action_names()


def test_rows_and_items_have_the_fields_that_pages_use(runtime):
    assert runtime["row"] == [field.name for field in dataclasses.fields(Row)]
    assert runtime["item"] == [field.name for field in dataclasses.fields(ConversationItem)]


def test_a_field_compiles_to_one_hook_and_one_import():
    data = ConnectionStore.reason._get_all_var_data()

    assert str(ConnectionStore.reason) == "connection_reason"
    assert data.hooks == ('const connection_reason = useStore("connection", "reason")',)
    assert [name for name, _ in data.imports] == ["$/public/nova/index.js"]


def test_an_action_is_a_plain_function_of_the_browser():
    assert str(MessageStore.send) == "messageActions.messages.send"
    assert str(with_args(MessageStore.retry, "c1")) == '(() => messageActions.messages.retry("c1"))'


def test_the_word_of_a_connection_is_the_contracts():
    word = str(ConnectionStore.label)

    for words in STATE_LABELS.values():
        for text in words.values():
            assert json.dumps(text) in word
    assert "connection_state" in word
