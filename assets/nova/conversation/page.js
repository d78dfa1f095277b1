// The module of the conversation page: see docs/decisions/0010-page-modules.md. A shell.

import { createComposerActions, findComposer, focusComposer } from "./composer_actions.js";
import { createComposerToolActions, withTools } from "./composer_tool_actions.js";
import { ComposerTools } from "./composer_tools.js";
import { ConversationDetails } from "./details.js";
import { createDetailsActions } from "./details_actions.js";
import { createReceiptActions } from "./message_info.js";
import { DEFAULTS } from "../generated/stores/conversation.js";
import { entryPoints } from "./entry_points.js";
import { createHistoryActions } from "./history_actions.js";
import { createMentionActions } from "./mention_input.js";
import { createReactionActions } from "./reaction_actions.js";
import { createMessageBarActions } from "./message_bar_actions.js";
import { createUseConversation, createUseStore, navigate } from "../base/react.js";
import { onDrawn } from "../base/idle.js";
import { openEmojiPicker, preloadEmojiPicker } from "../emoji/emoji_picker.js";
import { problemOf } from "../http/api.js";
import { loadWhenPossible } from "../loading/page_loading.js";
import { api, byHand, notify, onMessenger, stores as shared } from "../runtime.js";
import { OpenConversation } from "./open_conversation.js";
import { createStore } from "../base/store.js";

const stores = {
  messages: createStore(DEFAULTS.messages),
  mentions: createStore(DEFAULTS.mentions),
  receipts: createStore(DEFAULTS.receipts),
  message_actions: createStore(DEFAULTS.message_actions),
  versions: createStore(DEFAULTS.versions),
  composer: createStore(DEFAULTS.composer),
  details: createStore(DEFAULTS.details),
};
let activeId = "";
/** The number of the message that the address names; empty for none. */
let wanted = "";
/** @type {Map<string, import("./open_conversation.js").ReadingPosition>} by entry of the browser's history */
const readingPositions = new Map();

/** @type {OpenConversation | null} */
let open = null;
/** @type {ComposerTools | null} */
let tools = null;

entryPoints.react = (row, button) =>
  openEmojiPicker(button, (emoji) => {
    const isMine = row.reactions.some((reaction) => reaction.emoji === emoji && reaction.is_mine);
    void open?.commands.react(row.key, emoji, !isMine);
  });
entryPoints.reply = (row) => {
  open?.composer.beginReply(row.key);
  findComposer()?.focus();
};
/** @type {ConversationDetails | null} */
let details = null;

onMessenger((messenger) => {
  details = new ConversationDetails({
    store: stores.details,
    call: api.call,
    take(summary) {
      messenger.conversationStore.conversation(summary);
      messenger.renderSoon();
    },
    refresh: () => messenger.renderSoon(),
    go: navigate,
    now: () => new Date(),
    setTimer: (work, ms) => setTimeout(work, ms),
    clearTimer: (timer) => clearTimeout(timer),
  });
  open = new OpenConversation(messenger, stores, (input) => details?.render(input));
  tools = new ComposerTools(messenger.me.user_id, stores.composer, findComposer);
  messenger.attachView(open);
  open.activate(activeId);
  void showPreviews();
  // Loaded before it is needed, because files can be chosen without a connection.
  onDrawn(() => {
    void messenger.attachments().catch(() => null);
    // As emoji are.
    void preloadEmojiPicker();
  });
  if (wanted) open.jumpTo(wanted);
});

// Loaded only where the server has previews and this user wants them.
shared.account.subscribe(() => void showPreviews());

async function showPreviews() {
  const { link_previews: isOn } = shared.account.get();
  const to = open;
  if (!to || isOn === (to.linkPreviews !== null)) return;
  const made = isOn ? await loadWhenPossible(createLinkPreviews) : null;
  to.linkPreviews = shared.account.get().link_previews ? made : null;
  to.messenger.render();
}

async function createLinkPreviews() {
  const { LinkPreviews } = await import("./link_previews.js");
  return new LinkPreviews({
    call: api.call,
    onChange: () => open?.messenger.renderSoon(),
    onFault: (fault) => notify(problemOf(fault)),
    setTimer: (work, ms) => setTimeout(work, ms),
  });
}

// For the panel beside the conversation (nova_app/components/dialogs.py).
export { usePanel } from "../base/react.js";

export const useMessageStore = createUseStore(stores, DEFAULTS, () => {});

export const useConversation = createUseConversation({
  activate(id) {
    activeId = id;
    open?.activate(id);
    tools?.reset();
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

const composerActions = createComposerActions(() => open);
const historyActions = createHistoryActions(() => open);
const detailsActions = createDetailsActions(() => details);
/** Those that try again what failed. */
const againActions = { jump_again: byHand(historyActions.jump_again), reload_history: byHand(historyActions.reload_history) };

/**
 * @satisfies {{
 *   messages: import("../generated/types.js").MessageActions, mentions: import("../generated/types.js").MentionActions,
 *   receipts: import("../generated/types.js").ReceiptActions, message_actions: import("../generated/types.js").MessageActionActions,
 *   versions: import("../generated/types.js").VersionActions, composer: import("../generated/types.js").ComposerActions,
 *   details: import("../generated/types.js").DetailsActions
 * }}
 */
export const messageActions = {
  messages: { ...withTools(composerActions, () => tools, () => open), ...historyActions, ...againActions, ...createReactionActions(() => open) },
  mentions: createMentionActions(() => open),
  receipts: createReceiptActions(() => open),
  message_actions: createMessageBarActions(() => open),
  versions: {
    show: (/** @type {string} */ messageId) => void open?.versions.show(open.activeId, messageId),
    reload: byHand(() => void open?.versions.load()),
    close: () => open?.versions.close(),
  },
  composer: createComposerToolActions(() => tools, {
    attach: composerActions.attach,
    attach_files: (files) => void open?.composer.attach(files),
    leave: () => open?.mentionInput.close(),
  }),
  details: { ...detailsActions, retry: byHand(detailsActions.retry) },
};
