// One device of a user, driven over standard input: the real messenger, outbox and open conversation over a real socket, with
// a browser's storage in this process and a line that can be cut. One command a line, one answer a line, both JSON.

import { plugin } from "bun";
import { IDBDatabase, IDBFactory, IDBKeyRange } from "fake-indexeddb";
import { createInterface } from "node:readline";
import { FakeLockManager } from "./fake_locks.mjs";
import { FakeStorage } from "./fake_storage.mjs";

const PATIENCE_MS = 30_000;
const origin = process.argv[2];

plugin({
  name: "build",
  setup: (build) => build.module("$/env.json", () => ({ exports: { default: { PING: `${origin}/ping` } }, loader: "object" })),
});
Object.assign(globalThis, {
  document: { hidden: false, hasFocus: () => true, querySelector: () => null },
  location: { href: `${origin}/`, hostname: new URL(origin).hostname },
  localStorage: new FakeStorage(),
  indexedDB: new IDBFactory(),
  IDBKeyRange,
});
Object.defineProperty(navigator, "locks", { value: new FakeLockManager(), configurable: true });

const { DEFAULTS: PAGE } = await import("../../assets/nova/generated/stores/conversation.js");
const { DEFAULTS: SHARED } = await import("../../assets/nova/generated/stores/shared.js");
const { createStore } = await import("../../assets/nova/base/store.js");
const { ConnectionStats } = await import("../../assets/nova/connection/connection_stats.js");
const { createApi } = await import("../../assets/nova/http/api.js");
const { Messenger } = await import("../../assets/nova/messages/messenger.js");
const { OpenConversation } = await import("../../assets/nova/conversation/open_conversation.js");
const { isWaiting } = await import("../../assets/nova/messages/outbox_items.js");

/** The line to the server: `isMute` loses what leaves, `isDeaf` what arrives, `isDown` is a line without a server. */
const line = { isDown: false, isMute: false, isDeaf: false, socket: null };
const nothing = () => {};
let who = { me: { user_id: "", username: "", display_name: "" }, cookie: "", room: "" };
let page;

const headersOf = (more = {}) => ({ ...more, Cookie: who.cookie, Origin: origin });

/** What the runtime takes for a WebSocket. */
class LineSocket {
  constructor(url) {
    this.readyState = 0;
    this.onopen = this.onmessage = this.onclose = nothing;
    line.socket = this;
    if (line.isDown) {
      setTimeout(() => this.#closed({ code: 1006, reason: "" }));
      return;
    }
    this.inner = new WebSocket(url, { headers: headersOf() });
    this.inner.onopen = () => {
      this.readyState = 1;
      this.onopen?.();
    };
    this.inner.onmessage = ({ data }) => line.isDeaf || this.onmessage?.({ data });
    this.inner.onclose = ({ code, reason }) => this.#closed({ code, reason });
  }
  send(text) {
    if (!line.isMute) this.inner.send(text);
  }
  close() {
    this.inner?.close();
  }
  /** As when the network is gone: nobody is told properly. */
  cut() {
    if (this.inner) this.inner.onclose = this.inner.onmessage = this.inner.onopen = nothing;
    this.inner?.close();
    this.#closed({ code: 1006, reason: "" });
  }
  #closed(event) {
    if (this.readyState === 3) return;
    this.readyState = 3;
    this.onclose?.(event);
  }
}

const fetcher = (url, init) => (line.isDown ? Promise.reject(new TypeError("no network")) : fetch(url, { ...init, headers: headersOf(init.headers) }));

function openPage() {
  const stats = Object.assign(new ConnectionStats(), { acked: nothing });
  const api = createApi(origin, { fetcher, account: () => who.me.user_id });
  const notices = [];
  const messenger = new Messenger(who.me, {
    store: createStore(SHARED.conversations),
    connectionView: { stats, setQueued: nothing, connectionChanged: nothing, sendAttempted: nothing, serverHas: nothing, outdated: nothing, banner: { acked: nothing } },
    api: { ...api, onFault: nothing, account: () => who.me.user_id },
    notify: (failed) => notices.push(failed.code),
    loadNow: () => new Promise(nothing),
    onSignedOut: nothing, onConnectionChanged: nothing, onOtherAccount: nothing, onMe: nothing, onNews: nothing, onPosts: nothing, onAccountEvent: nothing,
    socket: {
      onFault: (fault) => faults.push(String(fault?.stack ?? fault)),
      url: `${origin.replace(/^http/, "ws")}/api/v1/socket`,
      open: (url) => new LineSocket(url),
      now: Date.now, random: () => 0, isOnline: () => true, isHidden: () => false,
      setTimer: (work, ms) => setTimeout(work, ms), clearTimer: clearTimeout,
    },
  });
  const stores = Object.fromEntries(["messages", "mentions", "receipts", "message_actions", "versions"].map((name) => [name, createStore(PAGE[name])]));
  const open = new OpenConversation(messenger, stores);
  messenger.attachView(open);
  open.activate(who.room);
  return { messenger, open, stores, notices };
}

/** What went wrong inside the page; any ends the test. */
const faults = [];
process.on("uncaughtException", (fault) => faults.push(String(fault?.stack ?? fault)));
process.on("unhandledRejection", (fault) => faults.push(String(fault?.stack ?? fault)));

const tick = (ms = 1) => new Promise((resolve) => setTimeout(resolve, ms));

async function until(is, what) {
  const deadline = Date.now() + PATIENCE_MS;
  while (!is()) {
    if (Date.now() > deadline) throw new Error(`${what()} did not come`);
    await tick();
  }
}

/** Leave the page as a browser that kills it: nothing is said, and nothing is stored any more. */
function kill() {
  const { messenger } = page;
  messenger.outboxWorker.storage = null;
  if (line.socket) line.socket.onclose = line.socket.onmessage = nothing;
  line.socket?.cut();
  messenger.stop();
}

const isSettled = (seq) => {
  const { messenger, open } = page;
  const log = messenger.conversationStore.logs.get(who.room);
  const items = messenger.outboxWorker.outbox.items;
  const { state, synced } = messenger.connection.model;
  // A page that was loaded after it finds nothing.
  const isLeft = messenger.conversationStore.left.has(who.room) || open.historyLoader.stateOf(who.room) === "missing";
  const hasAll = isLeft || (log?.seeded && log.last >= seq && open.historyLoader.stateOf(who.room) === "ready");
  return state === "CONNECTED" && synced && hasAll && !items.some((item) => isWaiting(item) || item.state === "acked");
};

async function show() {
  await tick(2);
  const { messenger, stores, notices } = page;
  messenger.render();
  const rows = stores.messages.get().rows.filter(({ kind }) => kind === "message");
  // Requests to the database are answered in order: what was put before is in it.
  const stored = (await messenger.outboxWorker.storage?.load()) ?? [];
  return {
    rows: rows.map((row) => ({
      key: row.key,
      text: row.text,
      deleted: row.is_deleted,
      edited: row.edited_title !== "",
      state: row.state,
      pending: row.pending,
      reactions: row.reactions.map(({ emoji, count, is_mine }) => [emoji, count, is_mine]),
      quote: row.quote.author_name ? [row.quote.text, row.quote.is_deleted] : null,
      failed_edit: row.failed_edit_text,
    })),
    seqs: rows.map(({ seq }) => seq).filter(Boolean),
    outbox: messenger.outboxWorker.outbox.items.map(({ client_id, kind = "send", state, text, error }) => [client_id, kind, state, text, error?.code ?? ""]),
    stored: stored.map(({ client_id }) => client_id).sort(),
    notices: notices.splice(0),
    is_former: stores.messages.get().is_former,
  };
}

const commands = {
  /** A browser of its own, whoever had the device before. */
  async start(fields) {
    if (page) kill();
    who = fields;
    Object.assign(line, { isDown: false, isMute: false, isDeaf: false });
    localStorage = new FakeStorage();
    indexedDB = new IDBFactory();
    page = openPage();
    await page.messenger.start();
  },
  async reload() {
    kill();
    page = openPage();
    await page.messenger.start();
  },
  async cut() {
    line.isDown = true;
    line.socket?.cut();
    await tick();
    Object.assign(line, { isMute: false, isDeaf: false });
  },
  async fail({ direction }) {
    line[direction === "up" ? "isMute" : "isDeaf"] = true;
  },
  async restore() {
    line.isDown = false;
    page.messenger.connection.apply({ type: "retry" });
    page.open.historyLoader.retryFailed();
  },
  /** Let the next so many transactions of the database fail. */
  async break_storage({ times }) {
    const { transaction } = IDBDatabase.prototype;
    IDBDatabase.prototype.transaction = function (...args) {
      if (args[1] !== "versionchange" && times-- > 0) throw new DOMException("refused", "InvalidStateError");
      IDBDatabase.prototype.transaction = transaction;
      return transaction.apply(this, args);
    };
  },
  async write({ text, reply_to }) {
    const { messenger, open } = page;
    if (reply_to) open.composer.beginReply(reply_to);
    open.composer.edit(text);
    messenger.render();
    const known = new Set(messenger.outboxWorker.journal.entries.keys());
    await open.composer.submit();
    const added = [...messenger.outboxWorker.journal.entries.keys()].filter((id) => !known.has(id));
    if (added.length !== 1) throw new Error(`expected one new message, got ${added.length}`);
    return added[0];
  },
  async edit({ key, text }) {
    const { messenger, open } = page;
    const row = open.stores.messages.get().rows.find((one) => one.key === key);
    open.composer.beginEdit(key, row.text);
    open.composer.edit(text);
    messenger.render();
    await open.composer.submit();
    if (open.composer.editing) throw new Error("the edit was not taken");
  },
  delete: ({ key }) => page.open.commands.remove(key),
  react: ({ key, emoji, on }) => page.open.commands.react(key, emoji, on),
  async settle({ seq }) {
    await until(() => isSettled(seq), () => `number ${seq} and an empty outbox (${JSON.stringify(page.messenger.outboxWorker.outbox.items)}, ${JSON.stringify(page.messenger.connection.model)}, log at ${page.messenger.conversationStore.logs.get(who.room)?.last})`);
    return show();
  },
  /** Wait until what was done has left the page. */
  async leave() {
    const waiting = () => page.messenger.outboxWorker.outbox.items.filter(isWaiting);
    await until(() => waiting().every((item) => item.state === "sending"), () => `a send (${JSON.stringify(waiting())})`);
  },
  show,
};

for await (const text of createInterface({ input: process.stdin })) {
  const { do: name, ...fields } = JSON.parse(text);
  let answer;
  try {
    answer = { result: (await commands[name](fields)) ?? null };
  } catch (fault) {
    answer = { error: String(fault?.stack ?? fault) };
  }
  if (faults.length) answer = { error: faults.splice(0).join("\n") };
  console.log(JSON.stringify(answer));
}
process.exit(0);
