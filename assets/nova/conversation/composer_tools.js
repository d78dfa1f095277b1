// What helps with writing in the composer: marks, codes of emoji, long pastes, and texts that were discarded. A shell.

import { listLabel, HERE } from "../base/dates.js";
import { cut } from "../base/graphemes.js";
import { readText, writeText } from "../base/local_storage.js";
import { closeOpenPopover } from "../base/popovers.js";
import { typeText } from "../base/typing.js";
import { emojiOf, findEmoji } from "../emoji/catalogue.js";
import { loadEmoji } from "../emoji/emoji_data.js";
import { noteEmoji } from "../emoji/used_emoji.js";
import { DiscardedTexts } from "../messages/discarded_texts.js";
import { closedCodeAt, openCodeAt } from "./emoji_codes.js";
import { withMark } from "./formatting.js";

/**
 * @typedef {typeof import("../generated/stores/conversation.js").DEFAULTS.composer} Tools
 * @typedef {import("./formatting.js").Mark} Mark
 */

const FORMAT_KEY = "nova:format";
const OFFERED_MAX = 6;
/** A longer paste is offered as a file. */
const PASTE_MAX = 2_000;
const SHOWN_MAX = 120;
/** @type {Record<string, Mark>} with Ctrl or Cmd */
const SHORTCUTS = { b: "bold", i: "italic", e: "code" };

export class ComposerTools {
  /**
   * @param {string} userId
   * @param {import("../base/store.js").Store<Tools>} store
   * @param {() => HTMLTextAreaElement | null} field
   */
  constructor(userId, store, field) {
    this.store = store;
    this.field = field;
    this.discarded = new DiscardedTexts(userId);
    /** @type {import("../emoji/catalogue.js").Emoji[] | null} */
    this.catalogue = null;
    /** @type {import("./emoji_codes.js").Typed | null} the code that is completed */
    this.typed = null;
    /** A code that was replaced, and is not again: replacing it was undone. */
    this.replaced = "";
    /** The longest text since the composer was empty. */
    this.written = "";
    this.pasted = "";
    store.set({ shows_format: Boolean(readText(FORMAT_KEY)), enter_breaks: readText("nova:enter") === "break" });
    this.showDiscarded();
  }

  /**
   * The text was changed by typing.
   * @param {string} before
   * @param {string} text
   */
  edited(before, text) {
    this.#noteDiscarded(before, text);
    // A new text: nothing in it was undone yet.
    if (!before) this.replaced = "";
    if (this.pasted && !text.includes(this.pasted)) this.keepPaste();
    queueMicrotask(() => this.lookForCode(text.length > before.length));
  }

  /** The text was sent, or another conversation was opened. */
  reset() {
    this.written = "";
    this.closeCodes();
    this.keepPaste();
  }

  /**
   * @param {any} event  a key in the composer
   * @returns {boolean}  whether that is all it does
   */
  key(event) {
    if (event.isComposing || event.nativeEvent?.isComposing) return false;
    const isUsed = this.#codeKey(event) || this.#shortcut(event);
    if (isUsed) event.preventDefault();
    return isUsed;
  }

  /** @param {Mark} mark */
  format(mark) {
    const field = this.field();
    if (!field || field.disabled) return;
    const change = withMark(field.value, field.selectionStart, field.selectionEnd, mark);
    field.setSelectionRange(change.start, change.end);
    typeText(field, change.insert);
    field.setSelectionRange(...change.select);
  }

  toggleFormat() {
    const shows_format = !this.store.get().shows_format;
    writeText(FORMAT_KEY, shows_format ? "on" : null);
    this.store.set({ shows_format });
  }

  /**
   * Offer the code that is being typed, or replace the one that was completed.
   * @param {boolean} isLonger
   */
  lookForCode(isLonger) {
    const field = this.field();
    const isPoint = field && field.selectionStart === field.selectionEnd;
    const closed = isPoint && isLonger ? closedCodeAt(field.value, field.selectionStart) : null;
    if (closed && this.catalogue) this.#replaceClosed(closed);
    this.typed = isPoint && !closed ? openCodeAt(field.value, field.selectionStart) : null;
    if (!this.typed) return this.closeCodes();
    if (!this.catalogue) return void loadEmoji().then((catalogue) => this.#loaded(catalogue));
    this.#offer(0);
  }

  /** @param {string} emoji */
  chooseCode(emoji) {
    const { typed } = this;
    this.closeCodes();
    if (typed) this.#replace(typed.start, emoji);
  }

  closeCodes() {
    this.typed = null;
    if (this.store.get().code_options.length) this.store.set({ code_options: [], chosen_code_id: "" });
  }

  /** @param {any} event  of the composer, which takes the text itself */
  pasted_text(event) {
    const text = event.defaultPrevented ? "" : (event.clipboardData?.getData("text/plain") ?? "").replace(/\r\n?/g, "\n");
    if (text.length <= PASTE_MAX) return;
    this.pasted = text;
    this.store.set({ pasted: [...text].length });
  }

  keepPaste() {
    this.pasted = "";
    if (this.store.get().pasted) this.store.set({ pasted: 0 });
  }

  /** @returns {File | null}  what was pasted, which is taken out of the text */
  takePaste() {
    const field = this.field();
    const { pasted } = this;
    const at = field?.value.indexOf(pasted) ?? -1;
    this.keepPaste();
    if (!field || !pasted || at < 0) return null;
    field.setSelectionRange(at, at + pasted.length);
    // It is in the file: nothing is discarded.
    this.written = "";
    typeText(field, "");
    return new File([pasted], "pasted.txt", { type: "text/plain" });
  }

  /** @param {string} text */
  discard(text) {
    this.discarded.add(text);
    this.showDiscarded();
  }

  /** @param {string} id */
  restore(id) {
    closeOpenPopover("discarded-texts");
    const text = this.discarded.take(id);
    const field = this.field();
    this.showDiscarded();
    if (field && text) typeText(field, text);
  }

  showDiscarded() {
    const now = new Date();
    const shown = this.discarded.items.map(({ id, text, at }) => ({
      id,
      text: cut(text.replace(/\s+/g, " ").trim(), SHOWN_MAX),
      time_label: listLabel(new Date(at), HERE, now),
    }));
    this.store.set({ discarded: shown });
  }

  /**
   * @param {string} before
   * @param {string} text
   */
  #noteDiscarded(before, text) {
    if (before.length > this.written.length) this.written = before;
    // Emptied, or replaced as a whole: taking back a few letters discards nothing.
    const isGone = !text || (before.length >= 20 && text.length * 2 < before.length);
    if (!isGone || this.pasted) return;
    if (this.written) this.discard(this.written);
    this.written = "";
  }

  /** @param {any} event */
  #shortcut(event) {
    const isModified = (event.ctrlKey || event.metaKey) && !event.altKey;
    const key = event.key.toLowerCase();
    const mark = event.shiftKey ? (key === "x" ? "strike" : undefined) : SHORTCUTS[key];
    if (!isModified || !mark) return false;
    this.format(mark);
    return true;
  }

  /** @param {any} event */
  #codeKey({ key, shiftKey }) {
    const { code_options } = this.store.get();
    const { length } = code_options;
    if (!length) return false;
    const at = code_options.findIndex((option) => option.is_chosen);
    if (key === "ArrowDown") this.#offer((at + 1) % length);
    else if (key === "ArrowUp") this.#offer((at + length - 1) % length);
    else if ((key === "Enter" || key === "Tab") && !shiftKey) this.chooseCode(code_options[at].emoji);
    else if (key === "Escape") this.closeCodes();
    else return false;
    return true;
  }

  /** @param {import("../emoji/catalogue.js").Emoji[]} catalogue */
  #loaded(catalogue) {
    this.catalogue = catalogue;
    this.lookForCode(true);
  }

  /** @param {number} chosen */
  #offer(chosen) {
    const found = findEmoji(this.catalogue ?? [], this.typed?.code ?? "").slice(0, OFFERED_MAX);
    const code_options = found.map(({ emoji, codes }, i) => ({
      id: `emoji-code-${i}`,
      code: codes[0],
      emoji,
      is_chosen: i === chosen,
    }));
    this.store.set({ code_options, chosen_code_id: code_options[chosen]?.id ?? "" });
  }

  /** @param {import("./emoji_codes.js").Typed} typed */
  #replaceClosed({ start, code }) {
    const emoji = emojiOf(this.catalogue ?? [], code);
    const place = `${start} ${code}`;
    if (emoji && this.replaced !== place) this.#replace(start, emoji);
    this.replaced = emoji && this.replaced !== place ? place : "";
  }

  /**
   * @param {number} start
   * @param {string} emoji
   */
  #replace(start, emoji) {
    const field = this.field();
    if (!field) return;
    noteEmoji(emoji);
    field.setSelectionRange(start, field.selectionStart);
    typeText(field, emoji);
  }
}
