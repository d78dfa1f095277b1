// What only the page of a conversation loads: see docs/decisions/0010-page-modules.md. A shell.

import { createComposerActions, createReceiptActions } from "./composer.js";
import { DEFAULTS } from "./defaults_conversation.js";
import { createUseConversation, createUseStore } from "./hooks.js";
import { onMessenger } from "./index.js";
import { OpenConversation } from "./open_conversation.js";
import { Receipts } from "./receipts.js";
import { createStore } from "./store.js";

const stores = { messages: createStore(DEFAULTS.messages), receipts: createStore(DEFAULTS.receipts) };
let activeId = "";

/** @type {OpenConversation | null} */
let open = null;

onMessenger((messenger) => {
  open = messenger.view = new OpenConversation(messenger, stores.messages, new Receipts(stores.receipts));
  open.activate(activeId);
});

export const useMessageStore = createUseStore(stores, DEFAULTS, () => {});

export const useConversation = createUseConversation((id) => {
  activeId = id;
  open?.activate(id);
});

export const messageActions = {
  messages: createComposerActions(() => open),
  receipts: createReceiptActions(() => open),
};
