// What the user should know of their own account: shown on every page until they close it. Pure.

/** @typedef {import("../base/store.js").Store<typeof import("../generated/stores/shared.js").DEFAULTS.account>} AccountStore */

/** The question for a longer password, of which there is one. */
const SHORT_PASSWORD = "short_password";

/** @param {AccountStore} store  from now on it asks for a longer password */
export function askForLongerPassword(store) {
  const { news } = store.get();
  if (!news.some(({ id }) => id === SHORT_PASSWORD)) store.set({ news: [...news, { id: SHORT_PASSWORD, kind: SHORT_PASSWORD }] });
}

/** @param {AccountStore} store  the password is a longer one now */
export function hasLongerPassword(store) {
  store.set({ news: store.get().news.filter(({ kind }) => kind !== SHORT_PASSWORD) });
}

/**
 * Close an item; the question for a longer password is closed for good, on all devices.
 * @param {{store: AccountStore, api: {call(method: string, path: string): Promise<any>}}} deps
 * @param {string} id
 */
export async function closeNews({ store, api }, id) {
  store.set({ news: store.get().news.filter((item) => item.id !== id) });
  if (id !== SHORT_PASSWORD) return;
  // Without the server, it is asked again by the next page.
  await api.call("DELETE", "auth/password-notice").catch(() => undefined);
}
