// What the page of settings shows of the server's answers and refusals. Pure.

import { HERE, fullLabel, listLabel } from "../base/dates.js";
import { DEFAULTS } from "../generated/stores/settings.js";

/** @type {Record<string, string>} the parts that may need the password, and what each calls its field */
const PROVEN = { tokens: "token", sessions: "session", invites: "invite" };
export const NO_ERRORS = DEFAULTS.settings.field_errors;

/**
 * What is sensitive goes with the password, where the server has asked for it.
 * @param {string | undefined} current_password
 */
export const proof = (current_password) => (current_password ? { current_password } : {});

/**
 * What the fields say; where none of them is meant, the part of the page does.
 * @param {string} part
 * @param {import("../http/api.js").ApiError} fault
 */
export function errorsOf(part, fault) {
  const known = Object.entries(fault.fields).filter(([name]) => name in NO_ERRORS);
  const { current_password } = fault.fields;
  // The form for another password has a field of this name.
  if (part !== "password" && current_password) {
    const field_errors = { ...NO_ERRORS, [`${PROVEN[part]}_password`]: current_password };
    return part === "sessions" ? { field_errors } : { [`${PROVEN[part]}_needs_password`]: true, field_errors };
  }
  if (known.length) return { field_errors: { ...NO_ERRORS, ...Object.fromEntries(known) } };
  return { failed: part, fail_code: fault.code, fail_text: fault.message };
}

/**
 * @param {any} session
 * @param {Date} now
 * @returns {import("../generated/types.js").SessionItem}
 */
export function toSession({ id, device, seen_at, is_current }, now) {
  const at = new Date(seen_at);
  return {
    id,
    device: device || "Unknown device",
    seen_label: listLabel(at, HERE, now),
    seen_title: fullLabel(at, HERE),
    is_current,
  };
}

/**
 * A number as it was typed: null for none, and one that the server refuses for what is no whole number.
 * @param {string} text
 */
export function toCount(text) {
  const typed = text.trim();
  if (!typed) return null;
  return /^\d{1,9}$/.test(typed) ? Number(typed) : -1;
}

/**
 * @param {any} invite
 * @returns {import("../generated/types.js").InviteItem}
 */
export function toInvite({ id, expires_at, uses, max_uses }) {
  const uses_label = max_uses === null ? `Used ${uses} times` : `Used ${uses} of ${max_uses} times`;
  return { id, uses_label, expires_label: fullLabel(new Date(expires_at), HERE) };
}
