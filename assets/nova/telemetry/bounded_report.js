// Keeps a report within what the server takes: of one figure beyond that, it would refuse all. A clock that is set
// makes such figures, and so does a machine that slept for longer than a week. Pure.

import { COUNT_MAX, LAYOUT_SHIFT_MAX, WEEK_MS } from "../generated/bounds.js";

/**
 * The same with every figure in it at least nothing and at most what one of its name may be.
 * @template T
 * @param {T} value
 * @param {string} [name]  of what it is part of
 * @returns {T}
 */
export function bounded(value, name = "") {
  if (typeof value === "number") return /** @type {any} */ (Math.min(Math.max(value || 0, 0), mostOf(name)));
  if (Array.isArray(value)) return /** @type {any} */ (value.map((item) => bounded(item, name)));
  if (value === null || typeof value !== "object") return value;
  const parts = Object.entries(value).map(([key, part]) => [key, bounded(part, name === "vitals" ? name : key)]);
  return Object.fromEntries(parts);
}

/** @param {string} name */
function mostOf(name) {
  if (name === "layout_shift") return LAYOUT_SHIFT_MAX;
  return name === "vitals" || name.endsWith("ms") ? WEEK_MS : COUNT_MAX;
}
