// The bar of buttons over one message: the one under the pointer, with the focus, or under a long press. A shell.

import { openPopover } from "../base/popovers.js";
import { usedEmoji } from "../emoji/used_emoji.js";
import { entryPoints } from "./entry_points.js";
import { REST_MS } from "./pointer_shield.js";

/**
 * @typedef {import("../base/store.js").Store<typeof import("../generated/stores/conversation.js").DEFAULTS.message_actions>} BarStore
 * @typedef {import("../generated/types.js").Row} Row
 */

const LONG_PRESS_MS = 500;
const MOVED_PX = 10;
/** How far it stands above the top edge of its message: it must not cover the words of a bubble. */
const ABOVE_PX = { line: 18, bubble: 32 };
const TOP_MIN_PX = 4;
const ROW = "[data-testid=message]";
const QUICK = 6;
const HIDDEN = { key: "" };

export class MessageBar {
  /**
   * @param {BarStore} store
   * @param {() => Row[]} rows
   */
  constructor(store, rows) {
    this.store = store;
    this.rows = rows;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.pressTimer = undefined;
    this.pressedAt = { x: 0, y: 0 };
    /** @type {Element | null} what the pointer is on */
    this.pointed = null;
    /** @type {ReturnType<typeof setTimeout> | undefined} runs while the rows move */
    this.restTimer = undefined;
    /** Whether the finger has rested long enough. */
    this.isHeld = false;
  }

  /** The row that the bar belongs to. */
  get row() {
    const { key } = this.store.get();
    return this.rows().find((row) => row.key === key && row.kind === "message");
  }

  /** The element of that row. */
  get element() {
    const { key } = this.store.get();
    return /** @type {HTMLElement | null} */ (key ? document.querySelector(`${ROW}[data-client-id="${CSS.escape(key)}"]`) : null);
  }

  /** @param {Element | null | undefined} target  something in a row */
  show(target) {
    const element = target?.closest(ROW);
    const frame = /** @type {HTMLElement | null | undefined} */ (element?.closest(".timeline-frame"));
    if (!element || !frame) return;
    const above = frame.matches(".talk") ? ABOVE_PX.bubble : ABOVE_PX.line;
    const top = element.getBoundingClientRect().top - frame.getBoundingClientRect().top - above;
    const key = element.getAttribute("data-client-id") ?? "";
    const quick = key === this.store.get().key ? {} : { quick: usedEmoji().slice(0, QUICK) };
    frame.style.setProperty("--message-bar-top", `${Math.max(TOP_MIN_PX, Math.round(top))}px`);
    this.store.set({ key, ...quick });
    this.update();
  }

  hide() {
    clearTimeout(this.pressTimer);
    this.store.set(HIDDEN);
  }

  /**
   * The pointer is on something in a row. While the rows move under it the bar would only flicker: it comes when they rest.
   * @param {Element} target
   */
  pointAt(target) {
    this.pointed = target;
    if (!this.areRowsMoving) this.show(target);
  }

  get areRowsMoving() {
    return this.restTimer !== undefined;
  }

  /** Offer what can be done with the message as it is now. */
  update() {
    if (!this.store.get().key) return;
    const { row } = this;
    if (!row?.can_act) return this.hide();
    const isStored = row.seq > 0;
    this.store.set({
      author: row.mine ? "you" : row.author_name,
      can_react: entryPoints.react !== null,
      can_reply: entryPoints.reply !== null,
      can_edit: row.can_edit,
      can_delete: row.can_delete,
      can_copy_link: isStored && entryPoints.copy_link !== null,
      can_show_details: entryPoints.show_details !== null,
      can_mark_unread: isStored,
    });
  }

  /** The rows were scrolled: stay with the row that has the focus. */
  scrolled() {
    clearTimeout(this.restTimer);
    this.restTimer = setTimeout(() => this.#rest(), REST_MS);
    if (!this.store.get().key) return;
    clearTimeout(this.pressTimer);
    if (document.activeElement?.closest(ROW) === this.element) this.show(this.element);
    else this.hide();
  }

  #rest() {
    this.restTimer = undefined;
    if (this.pointed?.isConnected && !this.store.get().key) this.show(this.pointed);
  }

  /**
   * Show the bar after a long press, and its menu when the finger is lifted: the browser closes what opened under it.
   * @param {PointerEvent} event
   */
  press(event) {
    if (event.pointerType !== "touch") return;
    const target = /** @type {Element} */ (event.target);
    if (target.closest(".message-actions")) return;
    this.hide();
    this.pressedAt = { x: event.clientX, y: event.clientY };
    this.isHeld = false;
    this.pressTimer = setTimeout(() => {
      this.isHeld = true;
      this.show(target);
    }, LONG_PRESS_MS);
  }

  /** @param {PointerEvent} event  the finger was lifted, or moves */
  release({ type, clientX, clientY }) {
    const isStill = Math.hypot(clientX - this.pressedAt.x, clientY - this.pressedAt.y) < MOVED_PX;
    if (type === "pointermove" && isStill) return;
    clearTimeout(this.pressTimer);
    // Where the browser takes the press for itself, no end of the touch follows.
    if (this.isHeld && type === "pointercancel") setTimeout(openMenu);
    if (type !== "pointerup") this.isHeld = false;
  }

  /**
   * The finger was lifted: nothing is clicked where it was, which is where the menu opens.
   * @param {TouchEvent} event
   */
  lift(event) {
    if (!this.isHeld) return;
    this.isHeld = false;
    event.preventDefault();
    setTimeout(openMenu);
  }
}

const MENU = "message-menu";

function openMenu() {
  const button = /** @type {HTMLElement | null} */ (document.querySelector(`[popovertarget=${MENU}]`));
  if (button) openPopover(MENU, button, () => {});
}

/**
 * Move the focus through the rows, and from a row to its bar.
 * @param {any} event  of React: a key, in the timeline
 */
export function moveInRows(event) {
  const row = event.target.matches(ROW) ? event.target : null;
  const isList = event.target === event.currentTarget;
  const to = row && (event.key === "Enter" || (event.key === "Tab" && !event.shiftKey)) ? firstButton() : null;
  const next = to ?? (row || isList ? neighbour(event.currentTarget, row, event.key) : null);
  if (!next) return;
  event.preventDefault();
  next.focus();
  if (!to) next.scrollIntoView({ block: "nearest" });
}

/**
 * @param {HTMLElement} timeline
 * @param {HTMLElement | null} row
 * @param {string} key
 * @returns {HTMLElement | null}
 */
function neighbour(timeline, row, key) {
  const step = key === "ArrowUp" ? -1 : key === "ArrowDown" ? 1 : 0;
  if (!step) return null;
  const rows = /** @type {HTMLElement[]} */ ([...timeline.querySelectorAll(ROW)]);
  if (row) return rows[rows.indexOf(row) + step] ?? null;
  // From the list itself: the last row that is visible.
  const bottom = timeline.getBoundingClientRect().bottom;
  return step < 0 ? (rows.findLast((each) => each.getBoundingClientRect().top < bottom) ?? null) : null;
}

const BUTTONS = ".message-actions > button";
const firstButton = () => /** @type {HTMLElement | null} */ (document.querySelector(BUTTONS));

/**
 * Move the focus through the bar, and back to its row.
 * @param {MessageBar} bar
 * @param {any} event  of React: a key, in the bar
 */
export function moveInBar(bar, event) {
  const buttons = /** @type {HTMLElement[]} */ ([...document.querySelectorAll(BUTTONS)]);
  const at = buttons.indexOf(event.target);
  if (at < 0) return;
  const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
  const isBack = event.key === "Escape" || (event.key === "Tab" && event.shiftKey);
  const next = isBack ? bar.element : step ? buttons[(at + step + buttons.length) % buttons.length] : null;
  if (!next) return;
  event.preventDefault();
  event.stopPropagation();
  next.focus();
}
