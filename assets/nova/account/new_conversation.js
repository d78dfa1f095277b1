// The form of a new conversation, kept in the browser, so that nothing typed is lost without the server. A shell around
// `completionsOf`.

import { DEFAULTS } from "../generated/stores/shared.js";
import { mintId } from "../base/ids.js";

const SHOWN_MAX = 20;

/**
 * Who may be meant by what is typed last. Pure.
 * @param {string} members  user names, in a group separated by commas
 * @param {string} kind
 * @param {Iterable<import("../base/types.js").Person>} people  whom the user knows
 * @returns {import("../generated/types.js").Completion[]}
 */
export function completionsOf(members, kind, people) {
  const before = kind === "group" ? members.slice(0, members.lastIndexOf(",") + 1) : "";
  const chosen = before.split(",").map((name) => name.trim());
  const word = members.slice(before.length).trim().toLowerCase();
  const isMeant = (/** @type {import("../base/types.js").Person} */ { username, display_name }) =>
    !chosen.includes(username) && `${username}\n${display_name.toLowerCase()}`.includes(word);
  const meant = [...people].filter(isMeant).slice(0, SHOWN_MAX);
  return meant.map(({ username, display_name }) => ({ value: before + (before && " ") + username, name: display_name }));
}

/**
 * @param {import("../base/store.js").Store<typeof DEFAULTS.dialog>} store
 * @param {() => Iterable<import("../base/types.js").Person>} people  whom the user knows
 */
export function createDialogActions(store, people) {
  const set = (/** @type {Partial<typeof DEFAULTS.dialog>} */ changes) => {
    const { members, kind } = { ...store.get(), ...changes };
    store.set({ ...changes, completions: completionsOf(members, kind, people()) });
  };
  return {
    // The key is minted when the form opens: however often it is sent, one conversation is made.
    show: () => set({ ...DEFAULTS.dialog, is_open: true, key: mintId() }),
    close: () => store.set({ is_open: false }),
    set_kind: (/** @type {string} */ kind) => set({ kind }),
    edit_title: (/** @type {string} */ title) => store.set({ title }),
    edit_members: (/** @type {string} */ members) => set({ members }),
  };
}
