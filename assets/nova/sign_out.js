// Signs out by choice: nothing of the account stays in this browser. Loaded with the click, as it needs the server anyway. A shell.

import { rememberAccount } from "./account.js";
import { problemOf } from "./api.js";

/** @param {Pick<Parameters<typeof import("./account.js").createAccountActions>[0], "api" | "messenger" | "errors">} given */
export async function signOut({ api, messenger, errors }) {
  const waiting = messenger()?.sending.outbox.waiting ?? 0;
  if (waiting && !confirm(`${waiting} messages were not sent yet and will be deleted here. Sign out?`)) return;
  try {
    await api.post("auth/logout");
  } catch (fault) {
    errors.report(problemOf(fault));
    return;
  }
  errors.end();
  // A storage that fails has nothing to be wiped.
  await messenger()?.sending.clear().catch(() => undefined);
  messenger()?.drafts.clear();
  messenger()?.files?.close();
  rememberAccount(null);
  location.assign("/login");
}
