// The form of a new conversation, kept in the browser, so that nothing typed is lost without the server. A shell.

import { DEFAULTS } from "../generated/stores/shared.js";
import { mintId } from "../base/ids.js";

/** @param {import("../base/store.js").Store<typeof DEFAULTS.dialog>} store */
export function createDialogActions(store) {
  return {
    // The key is minted when the form opens: however often it is sent, one conversation is made.
    show: () => store.set({ ...DEFAULTS.dialog, is_open: true, key: mintId() }),
    close: () => store.set({ is_open: false }),
    set_kind: (/** @type {string} */ kind) => store.set({ kind }),
    edit_title: (/** @type {string} */ title) => store.set({ title }),
    edit_members: (/** @type {string} */ members) => store.set({ members }),
  };
}
