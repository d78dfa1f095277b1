// The sign-in pages, and how they are told where somebody wanted to go. Pure.

/** These pages send on whoever is signed in: leading back to them would never end. */
export const SIGN_IN_PAGES = /^\/(login|register)\/?$/i;

/**
 * The sign-in page that leads back to where somebody is.
 * @param {{pathname: string, search: string, hash: string}} here
 * @returns {string}
 */
export function signInAddress({ pathname, search, hash }) {
  // A page that was loaded anew has a slash at its end.
  const next = (pathname.replace(/\/$/, "") || "/") + search + hash;
  return next === "/" || SIGN_IN_PAGES.test(pathname) ? "/login" : `/login?next=${encodeURIComponent(next)}`;
}
