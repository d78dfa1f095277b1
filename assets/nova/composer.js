// What the controls of a conversation do.

import { takeFiles } from "./take_files.js";

/** @param {() => import("./open_conversation.js").OpenConversation | null} open */
export function createComposerActions(open) {
  return {
    edit_draft: (/** @type {string} */ text) => open()?.edit(text),
    composer_key: (/** @type {KeyboardEvent} */ event) => {
      if (!sends(event)) return;
      event.preventDefault();
      void open()?.submit();
    },
    send: () => void open()?.submit(),
    attach: (/** @type {any} */ event) => void open()?.attach(takeFiles(event)),
    drag_over: (/** @type {DragEvent} */ event) => event.preventDefault(),
    detach: (/** @type {string} */ key) => open()?.detach(key),
    retry_file: (/** @type {string} */ key) => open()?.messenger.files?.uploads.retry(key),
    retry: (/** @type {string} */ clientId) => open()?.messenger.sending.retry(clientId),
    edit: (/** @type {string} */ clientId) => void open()?.takeBack(clientId),
    discard: (/** @type {string} */ clientId) => void open()?.discard(clientId),
  };
}

/** @param {() => import("./open_conversation.js").OpenConversation | null} open */
export function createReceiptActions(open) {
  return {
    show: (/** @type {number} */ seq) => open()?.showReceipts(seq),
    close: () => open()?.showReceipts(0),
  };
}

/**
 * Enter sends; Shift+Enter breaks the line, and so does Enter on a touch keyboard or while
 * characters are composed.
 * @param {KeyboardEvent} event
 */
function sends(event) {
  const composing = event.isComposing || /** @type {any} */ (event).nativeEvent?.isComposing || event.keyCode === 229;
  if (event.key !== "Enter" || event.shiftKey || composing) return false;
  return !matchMedia("(hover: none) and (pointer: coarse)").matches;
}
