// What the user should know of their own account: shown on every page until they close it. Pure.

import { HERE, listLabel } from "../base/dates.js";

/** @typedef {import("../base/store.js").Store<typeof import("../generated/stores/shared.js").DEFAULTS.account>} AccountStore */

/** The question for a longer password, of which there is one. */
const SHORT_PASSWORD = "short_password";

const MOST = 3;

/** @typedef {{id: string, kind: string, created_at: string, device: string, address: string, name: string}} AccountEvent */

/**
 * An event as it is shown: by which browser, from which address, and when.
 * @param {AccountEvent} event
 * @param {Date} now
 */
export function toNews({ id, kind, created_at, device, address, name }, now) {
  const place = [device || "Unknown device", address].filter(Boolean).join(", ");
  return { id, kind, name, where: `${place}, ${listLabel(new Date(created_at), HERE, now)}` };
}

/**
 * Show what has just happened on another device.
 * @param {AccountStore} store
 * @param {AccountEvent} event
 * @param {Date} now
 */
export function showNews(store, event, now) {
  const { news } = store.get();
  store.set({ news: [toNews(event, now), ...news.filter(({ id }) => id !== event.id)].slice(0, MOST) });
}

/** @param {AccountStore} store  from now on it asks for a longer password */
export function askForLongerPassword(store) {
  const { news } = store.get();
  if (!news.some(({ id }) => id === SHORT_PASSWORD)) store.set({ news: [...news, { id: SHORT_PASSWORD, kind: SHORT_PASSWORD, where: "", name: "" }] });
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
