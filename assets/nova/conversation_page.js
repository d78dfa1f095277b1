// What only the page of a conversation loads: see docs/decisions/0010-page-modules.md. A shell.

import { createComposerActions } from "./composer.js";
import { DEFAULTS } from "./defaults_conversation.js";
import { createUseConversation, createUseStore } from "./hooks.js";
import { onMessenger } from "./index.js";
import { OpenConversation } from "./open_conversation.js";
import { createStore } from "./store.js";

const stores = { messages: createStore(DEFAULTS.messages) };
let activeId = "";

/** @type {OpenConversation | null} */
let open = null;

onMessenger((messenger) => {
  open = messenger.view = new OpenConversation(messenger, stores.messages);
  open.activate(activeId);
  // Here before it is needed: files can be chosen while the line is away.
  void messenger.attachments().catch(() => null);
});

export const useMessageStore = createUseStore(stores, DEFAULTS, () => {});

export const useConversation = createUseConversation((id) => {
  activeId = id;
  open?.activate(id);
});

export const messageActions = { messages: createComposerActions(() => open) };
