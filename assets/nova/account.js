// Signing in and out, and who was here last. A shell.

import { ApiError, problemOf } from "./api.js";
import { waitLabel } from "./notices.js";

/** @typedef {import("./types.js").Person} Person */

const KEY = "nova:account";
const NO_ERRORS = { username: "", display_name: "", password: "" };

/**
 * Who used this browser last; known without the server, so that the outbox opens offline.
 * @returns {Person | null}
 */
export function knownAccount() {
  try {
    const account = JSON.parse(localStorage.getItem(KEY) ?? "null");
    return account?.user_id ? account : null;
  } catch {
    return null;
  }
}

/** @param {Person | null} person */
export function rememberAccount(person) {
  try {
    if (!person) localStorage.removeItem(KEY);
    else {
      const { user_id, username, display_name } = person;
      localStorage.setItem(KEY, JSON.stringify({ user_id, username, display_name }));
    }
  } catch {
    // Without storage the account is asked for at each start.
  }
}

/**
 * @param {{
 *   store: import("./store.js").Store<typeof import("./defaults.js").DEFAULTS.account>,
 *   api: {post(path: string, body?: unknown): Promise<any>},
 *   messenger(): import("./messenger.js").Messenger | null, errors: import("./errors.js").Errors
 * }} given
 */
export function createAccountActions(given) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  /** @param {number} readyAt  epoch ms */
  function countDown(readyAt) {
    clearTimeout(timer);
    const form_wait = waitLabel(readyAt, Date.now());
    given.store.set({ form_wait });
    if (form_wait) timer = setTimeout(() => countDown(readyAt), 1000);
  }
  /**
   * @param {Record<string, string>} form  the form's fields
   * @param {string} path
   */
  async function submit(form, path) {
    if (given.store.get().busy) return;
    given.store.set({ busy: true, form_problem: "", field_errors: NO_ERRORS });
    try {
      rememberAccount(await given.api.post(path, form));
      // A full navigation: Reflex's socket reads the new cookie in its handshake only.
      location.assign(nextPath());
    } catch (fault) {
      given.store.set({ busy: false, ...errorsOf(fault) });
      countDown(Date.now() + (/** @type {ApiError} */ (fault).retryAfterMs ?? 0));
    }
  }
  return {
    register: (/** @type {Record<string, string>} */ form) => submit(form, "auth/register"),
    sign_in: (/** @type {Record<string, string>} */ form) => submit(form, "auth/login"),
    sign_out: async () => {
      const waiting = given.messenger()?.sending.outbox.waiting ?? 0;
      if (waiting && !confirm(`${waiting} messages were not sent yet and will be deleted here. Sign out?`)) return;
      try {
        await given.api.post("auth/logout");
      } catch (fault) {
        given.errors.report(problemOf(fault));
        return;
      }
      given.errors.end();
      // A storage that fails has nothing to be wiped.
      await given.messenger()?.sending.clear().catch(() => undefined);
      given.messenger()?.drafts.clear();
      given.messenger()?.files?.close();
      rememberAccount(null);
      location.assign("/login");
    },
  };
}

/** Where to go after signing in: back to where somebody was, only ever within this site. */
function nextPath() {
  const next = new URLSearchParams(location.search).get("next") ?? "/";
  // As the browser would read it: it drops tabs and takes a backslash for a slash.
  const url = URL.canParse(next, location.origin) ? new URL(next, location.origin) : location;
  return next.startsWith("/") && url.origin === location.origin ? url.pathname + url.search + url.hash : "/";
}

/** @param {unknown} fault */
function errorsOf(fault) {
  if (!(fault instanceof ApiError)) throw fault;
  const fields = Object.entries(fault.fields).filter(([name]) => name in NO_ERRORS);
  return {
    form_problem: fields.length ? "" : fault.code,
    form_error: fault.message,
    field_errors: { ...NO_ERRORS, ...Object.fromEntries(fields) },
  };
}
