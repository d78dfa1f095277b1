// What only the page of a conversation loads: see docs/decisions/0010-page-modules.md. A shell.

import { createComposerActions } from "./composer.js";
import { DEFAULTS } from "./defaults_conversation.js";
import { createHistoryActions } from "./history_actions.js";
import { createUseConversation, createUseStore } from "./hooks.js";
import { onMessenger } from "./index.js";
import { OpenConversation } from "./open_conversation.js";
import { createStore } from "./store.js";

const stores = { messages: createStore(DEFAULTS.messages) };
let activeId = "";
/** The message that the address names. */
let wanted = "";

/** @type {OpenConversation | null} */
let open = null;

onMessenger((messenger) => {
  open = messenger.view = new OpenConversation(messenger, stores.messages);
  open.activate(activeId);
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

export const messageActions = { messages: { ...createComposerActions(() => open), ...createHistoryActions(() => open) } };
