// Shows the pictures of the page large, one after the other. Loaded on demand. A shell.

import { DEFAULTS } from "../generated/stores/lightbox.js";
import { swipeOf } from "./swipe.js";

const PICTURES = "a.picture[href]";

export class Lightbox {
  /** @param {import("../base/store.js").Store<typeof DEFAULTS.lightbox>} store */
  constructor(store) {
    this.store = store;
    /** @type {HTMLAnchorElement | null} what was opened, and gets the focus back */
    this.opener = null;
    /** @type {{x: number, y: number} | null} where the pointer was pressed */
    this.pressed = null;
    // A picture whose message is deleted is not shown any longer.
    this.observer = new MutationObserver(() => this.#index() < 0 && this.close());
    // Of the window: it has the key also while nothing in the dialog has the focus.
    this.onKey = (/** @type {KeyboardEvent} */ { key }) => this.step(key === "ArrowLeft" ? -1 : key === "ArrowRight" ? 1 : 0);
  }

  /** @param {HTMLAnchorElement} link */
  open(link) {
    this.opener = link;
    this.observer.observe(document.body, { childList: true, subtree: true });
    addEventListener("keydown", this.onKey);
    this.#show(link);
  }

  /** Close the dialog; it comes here again once it is closed, whoever did it. */
  close() {
    const dialog = /** @type {HTMLDialogElement | null} */ (document.querySelector("dialog.lightbox"));
    if (dialog?.open) return dialog.close();
    this.observer.disconnect();
    removeEventListener("keydown", this.onKey);
    this.store.set({ is_open: false });
    // A link that a pointer has pressed has no focus in every browser.
    if (this.opener?.isConnected) this.opener.focus();
    this.opener = null;
  }

  /** @param {number} by  -1 or 1 */
  step(by) {
    const link = by && pictures()[this.#index() + by];
    if (link) this.#show(link);
    requestAnimationFrame(keepFocus);
  }

  /** @param {PointerEvent} event */
  press({ clientX, clientY }) {
    this.pressed = { x: clientX, y: clientY };
  }

  /** @param {PointerEvent} event  beside the picture it closes the viewer */
  release({ clientX, clientY, target, currentTarget }) {
    const from = this.pressed;
    this.pressed = null;
    const swipe = from && swipeOf(from, { x: clientX, y: clientY });
    if (swipe) this.step(swipe);
    else if (from && target === currentTarget) this.close();
  }

  #index() {
    const { url } = this.store.get();
    return pictures().findIndex((link) => link.href === url);
  }

  /** @param {HTMLAnchorElement} link */
  #show(link) {
    const [all, image] = [pictures(), link.querySelector("img")];
    const at = all.indexOf(link);
    const { name = "", alt = "" } = link.dataset;
    this.store.set({
      is_open: true,
      url: link.href,
      thumbnail_url: image?.src ?? "",
      name,
      alt: alt || name,
      caption: alt === name ? "" : alt,
      place_label: all.length > 1 ? `${at + 1} of ${all.length}` : "",
      has_previous: at > 0,
      has_next: at < all.length - 1,
      has_failed: false,
    });
  }
}

/** The button that led to the last picture is gone, and the focus with it. */
function keepFocus() {
  const dialog = document.querySelector("dialog.lightbox[open]");
  if (dialog && !dialog.contains(document.activeElement)) {
    /** @type {HTMLElement | null} */ (dialog.querySelector(".lightbox-stage"))?.focus();
  }
}

/** The pictures of the page, in order. */
function pictures() {
  return /** @type {HTMLAnchorElement[]} */ ([...document.querySelectorAll(PICTURES)]);
}
