// Actions of the chips with reactions. A shell.

const HELD_AFTER_MS = 500;

/** @param {() => import("./open_conversation.js").OpenConversation | null} open */
export function createReactionActions(open) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  /** Whether a finger rested on the chip: it wanted the names. */
  let isHeld = false;
  return {
    toggle_reaction: (/** @type {string} */ messageKey, /** @type {string} */ emoji, /** @type {boolean} */ isOn) => {
      if (!isHeld) void open()?.commands.react(messageKey, emoji, isOn);
      isHeld = false;
    },
    dismiss_previews: (/** @type {string} */ messageId) => void open()?.linkPreviews?.dismiss(open()?.activeId ?? "", messageId),
    hold_reaction: (/** @type {any} */ { pointerType, currentTarget }) => {
      isHeld = false;
      if (pointerType !== "touch") return;
      timer = setTimeout(() => {
        isHeld = true;
        currentTarget.dataset.held = "true";
      }, HELD_AFTER_MS);
    },
    // An attribute of the element: it concerns the eye alone, and no store.
    release_reaction: (/** @type {any} */ { currentTarget }) => {
      clearTimeout(timer);
      setTimeout(() => delete currentTarget.dataset.held, isHeld ? 1_500 : 0);
    },
  };
}
