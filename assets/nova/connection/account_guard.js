// Whether this page may act. A page belongs to the account it was rendered for: it acts for that
// account or not at all, whoever is signed in in this browser meanwhile. Pure.
//
//   own --another account signed in, or the server refused this one--> other
//   own --signed out on purpose--> ended
//   other, ended --the page's own account signed in again--> again
//
// Only a page that is loaded afresh acts again.

/**
 * @typedef {{account: string, standing: "own" | "other" | "ended" | "again"}} Guard  `account`: whose page
 *   this is; empty until an account is known
 * @typedef {{type: "drawn", user_id: string} | {type: "session", user_id: string} | {type: "refused"}} GuardEvent
 *   `session`: who is signed in in this browser now, empty for nobody any more
 */

/** @type {Guard} */
export const UNCLAIMED = Object.freeze({ account: "", standing: "own" });

/**
 * What is true after an event.
 * @param {Guard} guard
 * @param {GuardEvent} event
 * @returns {Guard}
 */
export function guarded(guard, event) {
  if (event.type === "drawn") return guard.account ? guard : { ...guard, account: event.user_id };
  if (!guard.account) return guard;
  if (event.type === "refused") return guard.standing === "own" ? { ...guard, standing: "other" } : guard;
  return { ...guard, standing: standingOf(guard, event.user_id) };
}

/**
 * @param {Guard} guard
 * @param {string} userId  who is signed in
 * @returns {Guard["standing"]}
 */
function standingOf({ account, standing }, userId) {
  if (!userId) return "ended";
  if (userId !== account) return "other";
  return standing === "own" ? "own" : "again";
}

/**
 * Whether these frames say that the socket is another account's: nothing of them may be taken.
 * @param {string} account
 * @param {Array<{type: string} & Record<string, any>>} frames
 * @returns {boolean}
 */
export function areForOther(account, frames) {
  return frames.some(
    ({ type, user_id, error }) =>
      (type === "welcome" && user_id !== account) || (type === "error" && error?.code === "account_changed"),
  );
}
