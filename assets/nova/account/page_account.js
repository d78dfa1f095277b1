// The account of this page; the page stops acting when the browser is signed in as another. A
// shell around account_guard.js.

import { knownAccount } from "./known_account.js";
import { UNCLAIMED, guarded } from "../connection/account_guard.js";
import { ApiError } from "../http/api.js";

/** @typedef {import("../connection/account_guard.js").Guard} Guard */

export class PageAccount {
  /**
   * @param {{
   *   store: import("../base/store.js").Store<typeof import("../generated/stores/shared.js").DEFAULTS.account>,
   *   whoIsSignedIn(): Promise<import("../base/types.js").Person>, onStopped(standing: Guard["standing"]): void
   * }} deps  `whoIsSignedIn`: asks the server, whoever it is; `onStopped`: this page may not act any more
   */
  constructor(deps) {
    this.deps = deps;
    /** @type {Guard} */
    this.guard = UNCLAIMED;
    this.hasBegun = false;
    /** The remembered account at the last check. */
    this.seen = "";
  }

  /** The account of this page: the one that was signed in last, read at first use; empty for none. */
  get id() {
    if (!this.hasBegun) {
      this.hasBegun = true;
      this.seen = knownAccount()?.user_id ?? "";
      if (this.seen) this.claim(this.seen);
    }
    return this.guard.account;
  }

  get isOwn() {
    return this.guard.standing === "own";
  }

  /**
   * The account to name with a request.
   * @returns {string}  empty while nobody is known
   */
  name() {
    if (!this.isOwn) throw new ApiError("account_changed");
    return this.id;
  }

  /** @param {string} userId */
  claim(userId) {
    this.hasBegun = true;
    this.#apply({ type: "drawn", user_id: userId });
  }

  /** Compare with the remembered account: another tab may have signed in or out. */
  checkRemembered() {
    const known = knownAccount();
    const userId = known?.user_id ?? "";
    if (!this.id || userId === this.seen) return;
    this.seen = userId;
    this.#applySession(userId, known);
  }

  /** The server says that the session is another account's. */
  onRefused() {
    if (!this.isOwn) return;
    this.#apply({ type: "refused" });
    const known = knownAccount();
    if (known && known.user_id !== this.id) this.#showOther(known);
    else this.deps.whoIsSignedIn().then((person) => this.#applySession(person.user_id, person), () => undefined);
  }

  /**
   * @param {string} userId
   * @param {import("../base/types.js").Person | null} person
   */
  #applySession(userId, person) {
    this.#showOther(person);
    this.#apply({ type: "session", user_id: userId });
  }

  /** @param {import("../base/types.js").Person | null} person */
  #showOther(person) {
    this.deps.store.set({ other_name: person?.display_name ?? "" });
  }

  /** @param {import("../connection/account_guard.js").GuardEvent} event */
  #apply(event) {
    const { standing } = this.guard;
    this.guard = guarded(this.guard, event);
    if (this.guard.standing === standing) return;
    this.deps.store.set({ standing: this.guard.standing });
    this.deps.onStopped(this.guard.standing);
  }
}
