// Actions of the conversation's controls. A shell.

import { setDropping } from "../files/drop_zone.js";
import { typeText } from "../base/typing.js";
import { openEmojiPicker } from "../emoji/emoji_picker.js";
import { pickedFiles } from "../files/picked_files.js";

/** @param {() => import("./open_conversation.js").OpenConversation | null} open */
export function createComposerActions(open) {
  /**
   * Do what needs the module for files; if it cannot be loaded, show a notice with Retry.
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
    edit_draft: (/** @type {string} */ text) => {
      open()?.composer.edit(text);
      open()?.mentionInput.look();
    },
    composer_key: (/** @type {any} */ event) => {
      if (open()?.mentionInput.key(event)) return;
      if (sends(event)) void open()?.composer.submit();
      else if (isEditKey(event)) {
        // Nothing to edit: the key has its usual effect.
        if (!open()?.beginEdit()) return;
      } else if (event.key !== "Escape" || !open()?.composer.cancel()) return;
      event.preventDefault();
    },
    cancel: () => {
      open()?.composer.cancel();
      findComposer()?.focus();
    },
    choose_emoji: (/** @type {any} */ event) =>
      openEmojiPicker(event.currentTarget, (emoji) => {
        const composer = findComposer();
        if (composer) typeText(composer, emoji);
      }),
    send: () => void open()?.composer.submit(),
    attach: (/** @type {any} */ event) => {
      setDropping(event, false);
      const files = pickedFiles(event);
      void withFiles(() => open()?.composer.attach(files));
    },
    drag_over: (/** @type {DragEvent} */ event) => {
      event.preventDefault();
      if (event.dataTransfer?.types.includes("Files")) setDropping(event, true);
    },
    drag_leave: (/** @type {any} */ event) => {
      if (!event.currentTarget.contains(event.relatedTarget)) setDropping(event, false);
    },
    detach: (/** @type {string} */ key) => open()?.composer.detach(key),
    describe: (/** @type {string} */ key, /** @type {any} */ event) => open()?.messenger.files?.describe(key, event.target.value),
    retry_file: (/** @type {string} */ key) => open()?.messenger.files?.uploads.retry(key),
    retry: (/** @type {string} */ clientId) => open()?.messenger.outboxWorker.retry(clientId),
    edit: (/** @type {string} */ clientId) => void withFiles(() => open()?.composer.withdraw(clientId)),
    discard: (/** @type {string} */ clientId) => open()?.composer.discard(clientId),
    keep_edit: (/** @type {string} */ clientId) => open()?.keepEdit(clientId),
    discard_edit: (/** @type {string} */ clientId) => {
      const edit = open()?.rowOf(clientId)?.failed_edit;
      if (edit) open()?.messenger.outboxWorker.discard(edit);
    },
    undo: (/** @type {string} */ clientId) => open()?.messenger.outboxWorker.discard(clientId),
  };
}

const TOUCH = "(hover: none) and (pointer: coarse)";
/** Elements that may lose the focus, because nothing is typed or chosen there. */
const IDLE = "body, #content, [data-testid=message], [data-testid=conversation-item], [data-testid=conversation-new], [data-timeline-scroll]";

/**
 * Focus the composer of a conversation that was opened, unless the user is doing something else. On a touch screen the
 * keyboard would cover the messages.
 * @param {boolean} isLedElsewhere  to a message that the address names
 */
export function focusComposer(isLedElsewhere) {
  const composer = findComposer();
  if (!composer || composer.disabled || isLedElsewhere || matchMedia(TOUCH).matches) return;
  const dialog = document.querySelector("dialog[open]");
  // The dialog that created this conversation is about to close, and returns the focus to its button first.
  if (dialog) dialog.addEventListener("close", () => setTimeout(() => focusComposer(false)), { once: true });
  else if (document.activeElement?.matches(IDLE)) composer.focus({ preventScroll: true });
}

export function findComposer() {
  return /** @type {HTMLTextAreaElement | null} */ (document.querySelector("[data-testid=composer]"));
}

/**
 * The arrow up in an empty composer edits the last own message.
 * @param {any} event
 */
function isEditKey(event) {
  const isPlain = !event.shiftKey && !event.altKey && !event.ctrlKey && !event.metaKey && !isComposing(event);
  return event.key === "ArrowUp" && isPlain && event.target.value === "";
}

/** @param {any} event */
function isComposing(event) {
  return event.isComposing || event.nativeEvent?.isComposing || event.keyCode === 229;
}

/**
 * Enter sends; Shift+Enter breaks the line, and so does Enter on a touch keyboard or while
 * characters are composed.
 * @param {KeyboardEvent} event
 */
function sends(event) {
  if (event.key !== "Enter" || event.shiftKey || isComposing(event)) return false;
  return !matchMedia(TOUCH).matches;
}
