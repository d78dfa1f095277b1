// Actions of the history's controls. A shell.

/** @param {() => import("./open_conversation.js").OpenConversation | null} open */
export function createHistoryActions(open) {
  return {
    scrolled: () => {
      open()?.scrolled();
      open()?.bar.scrolled();
      open()?.shield.moved();
    },
    load_older: () => void open()?.windowLoader.loadOlder(true),
    load_newer: () => void open()?.windowLoader.loadNewer(true),
    jump_to_newest: () => {
      open()?.jumpToNewest();
      // The button that was pressed is gone: the keyboard focus moves to the list.
      focusList();
    },
    jump_to_unread: () => {
      open()?.reading.jumpToUnread();
      focusList();
    },
    jump_to_quote: (/** @type {number} */ seq) => open()?.jumpTo(String(seq)),
    jump_again: () => void open()?.windowLoader.jumpAgain(),
    dismiss_jump: () => {
      open()?.windowLoader.dismiss();
      focusList();
    },
    go_to_date: (/** @type {{date: string}} */ { date }, /** @type {any} */ event) => {
      const begin = beginOf(date);
      if (!begin) return;
      event.target.closest("[popover]")?.hidePopover?.();
      void open()?.windowLoader.jumpToMoment(begin);
    },
    reload_history: () => void open()?.historyLoader.reload(open()?.activeId ?? ""),
  };
}

/**
 * When a day begins where the reader is.
 * @param {string} day  "2026-01-31"
 * @returns {string}  ISO 8601; empty where it is no day
 */
export function beginOf(day) {
  const [year, month, date] = day.split("-").map(Number);
  const begin = new Date(0);
  begin.setFullYear(year, month - 1, date);
  begin.setHours(0, 0, 0, 0);
  // The server's days have four digits for their year.
  return begin.getTime() > -62_135_000_000_000 && begin.getTime() < 253_402_000_000_000 ? begin.toISOString() : "";
}

function focusList() {
  /** @type {HTMLElement | null} */ (document.querySelector("[data-timeline-scroll]"))?.focus({ preventScroll: true });
}
