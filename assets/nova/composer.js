// What the controls of a conversation do.

const BOTTOM_PX = 100;
const TOP_PX = 400;

/** @param {() => import("./messenger.js").Messenger | null} messenger */
export function createComposerActions(messenger) {
  return {
    edit_draft: (/** @type {string} */ text) => messenger()?.edit(text),
    composer_key: (/** @type {KeyboardEvent} */ event) => {
      if (!sends(event)) return;
      event.preventDefault();
      void messenger()?.submit();
    },
    send: () => void messenger()?.submit(),
    retry: (/** @type {string} */ clientId) => messenger()?.sending.retry(clientId),
    edit: (/** @type {string} */ clientId) => messenger()?.takeBack(clientId),
    discard: (/** @type {string} */ clientId) => messenger()?.sending.discard(clientId),
    scrolled: (/** @type {any} */ event) => {
      // The list is drawn from the bottom (column-reverse): 0 is the newest, upwards is negative.
      const view = event.currentTarget;
      const above = view.scrollHeight - view.clientHeight + view.scrollTop;
      messenger()?.scrolled(view.scrollTop > -BOTTOM_PX, above < TOP_PX);
    },
    load_older: () => void messenger()?.history.loadOlder(messenger()?.activeId ?? ""),
    jump_to_latest: () => {
      document.querySelector("[data-timeline-scroll]")?.scrollTo({ top: 0 });
      messenger()?.scrolled(true, false);
    },
    reload_history: () => void messenger()?.history.reload(messenger()?.activeId ?? ""),
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
