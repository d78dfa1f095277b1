// Changes a text field as typing does, so that the browser can undo it. A shell.

/**
 * Replace what is selected.
 * @param {HTMLTextAreaElement} field
 * @param {string} text
 */
export function typeText(field, text) {
  field.focus();
  // Deprecated, and still the only way that keeps the history of undo.
  const isDone = text ? document.execCommand("insertText", false, text) : document.execCommand("delete");
  if (isDone) return;
  field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
}
