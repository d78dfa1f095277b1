// The page to open after signing in: the requested one, and only within this site. Pure.

import { SIGN_IN_PAGES } from "./sign_in_pages.js";

const LONGEST = 2_000;
/** An encoded slash or backslash in a path is a slash to some proxy. */
const ENCODED_SLASH = /%2f|%5c/i;

/**
 * The address that signing in may lead to; the start page for whatever is not a plain path of this site.
 * @param {string | null} next  as the address of the sign-in page names it
 * @param {string} origin  this site's
 * @returns {string}
 */
export function nextPath(next, origin) {
  if (!next || next.length > LONGEST || !/^\/(?!\/)/.test(next) || hasTrick(next) || !URL.canParse(next, origin)) return "/";
  const { pathname, search, hash, origin: reached } = new URL(next, origin);
  // A path such as "/..//other.site" begins with two slashes once it is normalised: that names another site.
  const isHere = reached === origin && !pathname.startsWith("//") && !ENCODED_SLASH.test(pathname);
  return isHere && !SIGN_IN_PAGES.test(pathname) ? pathname + search + hash : "/";
}

/**
 * What a browser drops (control characters) or takes for a slash (a backslash).
 * @param {string} text
 */
function hasTrick(text) {
  return text.includes("\\") || [...text].some((char) => char <= " " || char === "\x7f");
}
