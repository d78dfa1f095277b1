// What the controls of a conversation do.

const BOTTOM_PX = 100;
const TOP_PX = 400;

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
    retry: (/** @type {string} */ clientId) => open()?.messenger.sending.retry(clientId),
    edit: (/** @type {string} */ clientId) => open()?.takeBack(clientId),
    discard: (/** @type {string} */ clientId) => open()?.messenger.sending.discard(clientId),
    scrolled: (/** @type {any} */ event) => {
      // The list is drawn from the bottom (column-reverse): 0 is the newest, upwards is negative.
      const view = event.currentTarget;
      const above = view.scrollHeight - view.clientHeight + view.scrollTop;
      open()?.scrolled(view.scrollTop > -BOTTOM_PX, above < TOP_PX);
    },
    load_older: () => void open()?.history.loadOlder(open()?.messenger.activeId ?? ""),
    jump_to_latest: () => {
      document.querySelector("[data-timeline-scroll]")?.scrollTo({ top: 0 });
      open()?.scrolled(true, false);
    },
    reload_history: () => void open()?.history.reload(open()?.messenger.activeId ?? ""),
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
