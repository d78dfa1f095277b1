// The sign-in pages, and the URL parameter that leads back to the requested page. Pure.

/** These pages redirect signed-in users: a destination among them would redirect forever. */
export const SIGN_IN_PAGES = /^\/(login|register|invite\/[^/]+)\/?$/i;

/**
 * The URL of the sign-in page, with the current page as the destination.
 * @param {{pathname: string, search: string, hash: string}} here
 * @returns {string}
 */
export function signInAddress({ pathname, search, hash }) {
  // The URL of a page that was loaded from the server ends with a slash.
  const next = (pathname.replace(/\/$/, "") || "/") + search + hash;
  return next === "/" || SIGN_IN_PAGES.test(pathname) ? "/login" : `/login?next=${encodeURIComponent(next)}`;
}
