// What the buttons of a message lead to beside editing and deleting. A button is shown once its function is here; the
// module of the feature sets it when it is loaded. A shell.

/**
 * @typedef {import("../generated/types.js").Row} Row
 * @typedef {(row: Row, button: HTMLElement) => void} EntryPoint
 */

/** @type {{react: EntryPoint | null, reply: EntryPoint | null, copy_link: EntryPoint | null, show_details: EntryPoint | null}} */
export const entryPoints = { react: null, reply: null, copy_link: null, show_details: null };
