// The module of the conversation page: see docs/decisions/0010-page-modules.md. A shell.

import { createComposerActions, createReceiptActions, focusComposer } from "./composer_actions.js";
import { DEFAULTS } from "../generated/stores/conversation.js";
import { createHistoryActions } from "./history_actions.js";
import { createMessageBarActions } from "./message_bar_actions.js";
import { createUseConversation, createUseStore } from "../base/react.js";
import { onMessenger } from "../runtime.js";
import { OpenConversation } from "./open_conversation.js";
import { createStore } from "../base/store.js";

const stores = {
  messages: createStore(DEFAULTS.messages),
  receipts: createStore(DEFAULTS.receipts),
  message_actions: createStore(DEFAULTS.message_actions),
};
let activeId = "";
/** The number of the message that the address names; empty for none. */
let wanted = "";
/** @type {Map<string, import("./open_conversation.js").ReadingPosition>} by entry of the browser's history */
const readingPositions = new Map();

/** @type {OpenConversation | null} */
let open = null;

onMessenger((messenger) => {
  open = new OpenConversation(messenger, stores);
  messenger.attachView(open);
  open.activate(activeId);
  // Loaded before it is needed, because files can be chosen without a connection.
  void messenger.attachments().catch(() => null);
  if (wanted) open.jumpTo(wanted);
});

export const useMessageStore = createUseStore(stores, DEFAULTS, () => {});

export const useConversation = createUseConversation({
  activate(id) {
    activeId = id;
    open?.activate(id);
  },
  leave(key) {
    if (open?.readingPosition) readingPositions.set(key, open.readingPosition);
    else readingPositions.delete(key);
  },
  arrive(key, isBack, seq) {
    wanted = seq;
    const readingPosition = isBack ? readingPositions.get(key) : undefined;
    if (readingPosition) open?.returnTo(readingPosition);
    else if (seq) open?.jumpTo(seq);
  },
  settle: () => open?.settled(),
  focus: () => focusComposer(wanted !== ""),
  watch: (field) => [stores.messages.subscribe, () => /** @type {any} */ (stores.messages.get())[field]],
});

/**
 * @satisfies {{
 *   messages: import("../generated/types.js").MessageActions, receipts: import("../generated/types.js").ReceiptActions,
 *   message_actions: import("../generated/types.js").MessageActionActions
 * }}
 */
export const messageActions = {
  messages: { ...createComposerActions(() => open), ...createHistoryActions(() => open) },
  receipts: createReceiptActions(() => open),
  message_actions: createMessageBarActions(() => open),
};
