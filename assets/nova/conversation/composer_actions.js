// Actions of the conversation's controls. A shell.

import { pickedFiles } from "../files/picked_files.js";

/** @param {() => import("./open_conversation.js").OpenConversation | null} open */
export function createComposerActions(open) {
  /**
   * What needs the module for files; where it cannot be loaded, that is said, with a way to try again.
   * @param {() => Promise<void> | undefined} work
   */
  const withFiles = async (work) => {
    try {
      await work();
    } catch (fault) {
      const { code = "page_failed" } = /** @type {{code?: string}} */ (fault);
      open()?.messenger.deps.notify({ code, detail: String(fault), retry: () => void withFiles(work) });
    }
  };
  return {
    focus_composer: () => findComposer()?.focus(),
    edit_draft: (/** @type {string} */ text) => open()?.edit(text),
    composer_key: (/** @type {KeyboardEvent} */ event) => {
      if (!sends(event)) return;
      event.preventDefault();
      void open()?.submit();
    },
    send: () => void open()?.submit(),
    attach: (/** @type {any} */ event) => {
      const files = pickedFiles(event);
      void withFiles(() => open()?.attach(files));
    },
    drag_over: (/** @type {DragEvent} */ event) => event.preventDefault(),
    detach: (/** @type {string} */ key) => open()?.detach(key),
    retry_file: (/** @type {string} */ key) => open()?.messenger.files?.uploads.retry(key),
    retry: (/** @type {string} */ clientId) => open()?.messenger.outboxWorker.retry(clientId),
    edit: (/** @type {string} */ clientId) => void withFiles(() => withdraw(open(), clientId)),
    discard: (/** @type {string} */ clientId) => discard(open(), clientId),
  };
}

/**
 * Text and files of a message that did not leave go back to where they were written.
 * @param {import("./open_conversation.js").OpenConversation | null} open
 * @param {string} clientId
 */
export async function withdraw(open, clientId) {
  if (!open) return;
  const { messenger } = open;
  const { outboxWorker, drafts } = messenger;
  const known = outboxWorker.outbox.find(clientId);
  const files = known?.files ? await messenger.attachments() : null;
  const bytes = known && files ? await files.bytesOf(known) : new Map();
  const item = outboxWorker.discard(clientId);
  if (!item) return;
  files?.withdraw(item, bytes);
  // Where it was written: another conversation may be open by now.
  const id = item.conversation_id;
  if (item.text) drafts.set(id, [drafts.get(id), item.text].filter(Boolean).join("\n"));
  open.isEditedSince = true;
  messenger.render();
}

/**
 * The message is gone in any case; without an answer the server forgets its files after some days.
 * @param {import("./open_conversation.js").OpenConversation | null} open
 * @param {string} clientId
 */
function discard(open, clientId) {
  const item = open?.messenger.outboxWorker.discard(clientId);
  if (item?.files) void open?.messenger.attachments().then((files) => files.discard(item), () => null);
}

/** @param {() => import("./open_conversation.js").OpenConversation | null} open */
export function createReceiptActions(open) {
  return {
    show: (/** @type {number} */ seq) => open()?.showReceipts(seq),
    close: () => open()?.showReceipts(0),
  };
}

const TOUCH = "(hover: none) and (pointer: coarse)";
/** Where the focus may be taken from: nothing is typed or chosen there. */
const IDLE = "body, #content, [data-testid=conversation-item], [data-testid=conversation-new], [data-timeline-scroll]";

/**
 * Let whoever opened a conversation write at once, unless they are about something else. On a touch screen the
 * keyboard would cover what they came to read.
 * @param {boolean} isLedElsewhere  to a message that the address names
 */
export function focusComposer(isLedElsewhere) {
  const composer = findComposer();
  if (!composer || composer.disabled || isLedElsewhere || matchMedia(TOUCH).matches) return;
  const dialog = document.querySelector("dialog[open]");
  // The one that started this conversation is about to close, and gives the focus back to its button first.
  if (dialog) dialog.addEventListener("close", () => setTimeout(() => focusComposer(false)), { once: true });
  else if (document.activeElement?.matches(IDLE)) composer.focus({ preventScroll: true });
}

function findComposer() {
  return /** @type {HTMLTextAreaElement | null} */ (document.querySelector("[data-testid=composer]"));
}

/**
 * Enter sends; Shift+Enter breaks the line, and so does Enter on a touch keyboard or while
 * characters are composed.
 * @param {KeyboardEvent} event
 */
function sends(event) {
  const composing = event.isComposing || /** @type {any} */ (event).nativeEvent?.isComposing || event.keyCode === 229;
  if (event.key !== "Enter" || event.shiftKey || composing) return false;
  return !matchMedia(TOUCH).matches;
}
