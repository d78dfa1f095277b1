// What is typed before the page works: React hears of it once it is there. A shell.

/**
 * Report what each text field holds beyond what the page came with; its caret and what is being composed stay.
 *
 * React takes what it finds at hydration for what it has rendered, so that the field shows words that no store has.
 */
export function reportEarlyInput() {
  for (const field of /** @type {NodeListOf<HTMLInputElement | HTMLTextAreaElement>} */ (document.querySelectorAll("input, textarea"))) {
    if (field.value === field.defaultValue || field.type === "file") continue;
    // React drops an event that changes nothing against this note of its own.
    /** @type {any} */ (field)._valueTracker?.setValue(field.defaultValue);
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
}
