// Actions of a message's buttons. A shell.

import { findComposer } from "./composer_actions.js";
import { noteEmoji } from "../emoji/used_emoji.js";
import { entryPoints } from "./entry_points.js";
import { moveInBar, moveInRows } from "./message_bar.js";

const MENU_ID = "message-menu";

/** @param {() => import("./open_conversation.js").OpenConversation | null} open */
export function createMessageBarActions(open) {
  /** @param {keyof typeof entryPoints} name */
  const enter = (name) => (/** @type {any} */ event) => {
    const row = open()?.bar.row;
    closeMenu();
    if (row) entryPoints[name]?.(row, event.currentTarget);
  };
  return {
    point_at: (/** @type {PointerEvent} */ event) => {
      const bar = open()?.bar;
      if (!bar || event.pointerType === "touch") return;
      // The whole page is searched for what is open: not at each move of the rows.
      if (bar.areRowsMoving || !isHeldOpen()) bar.pointAt(/** @type {Element} */ (event.target));
    },
    focus_row: (/** @type {any} */ event) => {
      if (event.target.closest("[data-testid=message]")) open()?.bar.show(event.target);
    },
    leave: (/** @type {any} */ event) => {
      // A finger leaves when it is lifted, and wants the buttons then.
      if (event.pointerType === "touch") return;
      const bar = open()?.bar;
      if (bar && event.type !== "blur") bar.pointed = null;
      // The focus went, or the pointer; where the other still is, the bar stays.
      const frame = event.currentTarget;
      const isIn = frame.contains(event.type === "blur" ? event.relatedTarget : document.activeElement);
      if (!isIn && !isHeldOpen()) bar?.hide();
    },
    press: (/** @type {PointerEvent} */ event) => {
      open()?.bar.press(event);
      open()?.shield.press(event);
    },
    release: (/** @type {PointerEvent} */ event) => open()?.bar.release(event),
    wheel: () => open()?.shield.raise(),
    click_through: (/** @type {any} */ event) => open()?.shield.click(event.nativeEvent),
    lift: (/** @type {TouchEvent} */ event) => open()?.bar.lift(event),
    row_key: moveInRows,
    bar_key: (/** @type {any} */ event) => {
      const bar = open()?.bar;
      if (bar) moveInBar(bar, event);
    },
    react: enter("react"),
    react_with: (/** @type {string} */ emoji) => {
      const { row, element } = open()?.bar ?? {};
      closeMenu();
      if (!row) return;
      const isMine = row.reactions.some((reaction) => reaction.emoji === emoji && reaction.is_mine);
      noteEmoji(emoji);
      void open()?.commands.react(row.key, emoji, !isMine);
      element?.focus();
    },
    reply: enter("reply"),
    copy_link: enter("copy_link"),
    show_details: enter("show_details"),
    mark_unread: () => {
      const { row, element } = open()?.bar ?? {};
      closeMenu();
      if (row?.seq) open()?.reading.markUnread(row.seq);
      element?.focus();
    },
    edit: () => {
      const key = open()?.bar.row?.key;
      closeMenu();
      if (key && open()?.beginEdit(key)) findComposer()?.focus();
    },
    remove: () => {
      const element = open()?.bar.element;
      const key = open()?.bar.row?.key;
      closeMenu();
      if (key) void open()?.remove(key);
      element?.focus();
    },
  };
}

const menu = () => /** @type {HTMLElement | null} */ (document.getElementById(MENU_ID));
const isMenuOpen = () => menu()?.matches(":popover-open") ?? false;
/** Whether a popover stands at one of the buttons, such as the emoji: the bar stays for as long. */
const isHeldOpen = () => document.querySelector(":popover-open") !== null;
const closeMenu = () => isMenuOpen() && menu()?.hidePopover();
