// Copies a text, also where the page has no secure origin, and saves files. A shell.

import { withDeadline } from "./deadline.js";

/** A browser that asks its person first may never be answered. */
const CLIPBOARD_MS = 3_000;

/**
 * @param {string} text
 * @returns {Promise<boolean>}  whether it was copied
 */
export async function copyText(text) {
  try {
    await withDeadline(navigator.clipboard.writeText(text), CLIPBOARD_MS);
    return true;
  } catch {
    return copyBySelection(text);
  }
}

/** @param {string} text */
function copyBySelection(text) {
  const before = /** @type {HTMLElement | null} */ (document.activeElement);
  const field = document.createElement("textarea");
  field.value = text;
  // While a dialog is open, everything else is inert.
  (document.querySelector("dialog[open]") ?? document.body).append(field);
  field.select();
  const isCopied = document.execCommand("copy");
  field.remove();
  before?.focus();
  return isCopied;
}

/**
 * @param {string} name
 * @param {string} json
 */
export function saveFile(name, json) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([json], { type: "application/json" }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
