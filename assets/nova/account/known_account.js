// Who used this browser last, known without the server. A shell over localStorage.

import { readJson, writeJson } from "../base/local_storage.js";

/** @typedef {import("../base/types.js").Person} Person */

const KEY = "nova:account";

/**
 * Who used this browser last, so that the outbox opens offline.
 * @returns {Person | null}  null without storage, too: then the account is asked for at each start
 */
export function knownAccount() {
  const account = readJson(KEY);
  return account?.user_id ? account : null;
}

/** @param {Person | null} person */
export function rememberAccount(person) {
  if (!person) return void writeJson(KEY, null);
  const { user_id, username, display_name } = person;
  writeJson(KEY, { user_id, username, display_name });
}
