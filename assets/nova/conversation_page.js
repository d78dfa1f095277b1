// What only the page of a conversation loads: see docs/decisions/0010-page-modules.md. A shell.

import { createComposerActions, createReceiptActions } from "./composer.js";
import { DEFAULTS } from "./defaults_conversation.js";
import { createHistoryActions } from "./history_actions.js";
import { createUseConversation, createUseStore } from "./hooks.js";
import { onMessenger } from "./index.js";
import { OpenConversation } from "./open_conversation.js";
import { Receipts } from "./receipts.js";
import { createStore } from "./store.js";

const stores = { messages: createStore(DEFAULTS.messages), receipts: createStore(DEFAULTS.receipts) };
let activeId = "";
/** The message that the address names. */
let wanted = "";

/** @type {OpenConversation | null} */
let open = null;

onMessenger((messenger) => {
  open = messenger.view = new OpenConversation(messenger, stores.messages, new Receipts(stores.receipts));
  open.activate(activeId);
  // Here before it is needed: files can be chosen while the line is away.
  void messenger.attachments().catch(() => null);
  if (wanted) open.jumpTo(wanted);
});

export const useMessageStore = createUseStore(stores, DEFAULTS, () => {});

export const useConversation = createUseConversation({
  activate(id) {
    activeId = id;
    open?.activate(id);
  },
  jump(seq) {
    wanted = seq;
    if (seq) open?.jumpTo(seq);
  },
  settle: () => open?.settled(),
  rows: { subscribe: stores.messages.subscribe, get: () => stores.messages.get().rows },
});

export const messageActions = {
  messages: { ...createComposerActions(() => open), ...createHistoryActions(() => open) },
  receipts: createReceiptActions(() => open),
};
