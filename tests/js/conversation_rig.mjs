// A signed-in page without a browser: the real messenger and the real open conversation over requests that a test answers.

import { mock } from "bun:test";
import { DEFAULTS as PAGE } from "../../assets/nova/generated/stores/conversation.js";
import { DEFAULTS as SHARED } from "../../assets/nova/generated/stores/shared.js";
import { createStore } from "../../assets/nova/base/store.js";

// The page's modules ask the build where the server is.
mock.module("$/env.json", () => ({ default: { PING: "http://nova/ping" } }));
const { Messenger } = await import("../../assets/nova/messages/messenger.js");
const { OpenConversation } = await import("../../assets/nova/conversation/open_conversation.js");

export const { readViewInput } = await import("../../assets/nova/conversation/view_input.js");

export const ROOM = "room";
export const me = { user_id: "me", username: "me", display_name: "Me" };
const ANSWER_TICKS = 12;

/** Let pending promises settle, so that what they change is rendered. */
export async function settle() {
  for (let tick = 0; tick < ANSWER_TICKS; tick += 1) await Promise.resolve();
}

/** What the page reads of its browser; returns a function that puts the old values back. */
export function stubBrowser() {
  const names = /** @type {const} */ (["document", "location"]);
  const old = names.map((name) => Object.getOwnPropertyDescriptor(globalThis, name));
  Object.assign(globalThis, {
    document: { hidden: false, hasFocus: () => true, querySelector: () => null },
    location: { href: "http://nova/", hostname: "nova" },
  });
  return () => names.forEach((name, n) => (old[n] ? Object.defineProperty(globalThis, name, old[n]) : delete globalThis[name]));
}

function messengerWith(get) {
  const stats = { gaps: 0, resets: 0, resends: 0, duplicate_acks: 0, acked() {}, refused() {}, connectionChanged() {} };
  const nothing = () => {};
  return new Messenger({ ...me }, {
    store: createStore(SHARED.conversations),
    connectionView: { stats, setQueued: nothing, connectionChanged: nothing, sendAttempted: nothing, serverHas: nothing, banner: { acked: nothing } },
    api: { get, call: () => new Promise(nothing), recover: nothing, onFault: nothing, account: () => "me" },
    notify: nothing,
    loadNow: () => new Promise(nothing),
    onSignedOut: nothing, onConnectionChanged: nothing, onOtherAccount: nothing, onMe: nothing, onNews: nothing, onPosts: nothing, onAccountEvent: nothing,
    socket: {
      onFault(fault) {
        throw fault;
      },
      url: "ws://nova", open: () => ({ close: nothing }), now: () => 0, random: () => 0, isOnline: () => true, isHidden: () => false,
      setTimer: nothing, clearTimer: nothing,
    },
  });
}

const opened = [];

/** Stop every page that a test has opened, and its timers. */
export function stopPages() {
  for (const messenger of opened.splice(0)) messenger.stop();
}

/** The page of one conversation; `answer` resolves the oldest request with what the server finds. */
export function openRoom() {
  const asked = [];
  // The newest number that this page has seen: an answer is never older than what was seen when it was asked for.
  const server = { seen: 0 };
  const messenger = messengerWith((path) => new Promise((resolve) => asked.push({ path, resolve, seen: server.seen })));
  const stores = { messages: createStore(PAGE.messages), mentions: createStore(PAGE.mentions), receipts: createStore(PAGE.receipts), message_actions: createStore(PAGE.message_actions), versions: createStore(PAGE.versions) };
  const open = new OpenConversation(messenger, stores);
  messenger.attachView(open);
  opened.push(messenger);
  const answer = async (find) => {
    const request = asked.shift();
    request?.resolve(find(request));
    await settle();
  };
  return { messenger, open, stores, server, asked, answer, rows: () => stores.messages.get().rows };
}
