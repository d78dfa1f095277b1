// Signs out and deletes the account's data from this browser. Loaded on demand, as it needs the server anyway. A shell.

import { keysWith, writeText } from "../base/local_storage.js";
import { DISCARDED_PREFIX } from "../messages/discarded_texts.js";
import { rememberAccount } from "./known_account.js";
import { problemOf } from "../http/api.js";

/** @param {import("./account.js").Deps} deps */
export async function signOut({ api, errors, messenger }) {
  const waiting = messenger()?.outboxWorker.outbox.waiting ?? 0;
  const lost = `${waiting} unsent ${waiting === 1 ? "message" : "messages"} will be deleted from this browser. Sign out?`;
  if (waiting && !confirm(lost)) return;
  try {
    await api.post("auth/logout");
  } catch (fault) {
    errors.report(problemOf(fault));
    return;
  }
  errors.end();
  // A storage that fails has nothing to be wiped.
  await messenger()?.outboxWorker.clear().catch(() => undefined);
  messenger()?.drafts.clear();
  for (const key of ["nova:emoji", ...keysWith(DISCARDED_PREFIX)]) writeText(key, null);
  messenger()?.files?.close();
  rememberAccount(null);
  location.assign("/login");
}
