// Who used this browser last, known without the server. A shell over localStorage.

/** @typedef {import("../base/types.js").Person} Person */

const KEY = "nova:account";

/**
 * Who used this browser last, so that the outbox opens offline.
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
