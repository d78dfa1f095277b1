// Fetches other pages ahead. Loaded on demand, once this page shows what it has. A shell.

/** @type {Set<string>} */
const prefetched = new Set();

/** Any chat: the first one may appear after this page has looked for links. */
const CHAT = "/c/any";

/** Fetch the pages that the links of this one lead to, and that of a chat, so that they open without the server, too. */
export function prefetchPages() {
  const { __reactRouterDataRouter: router, __reactRouterManifest: manifest } = /** @type {any} */ (globalThis);
  const links = /** @type {NodeListOf<HTMLAnchorElement>} */ (document.querySelectorAll('a[href^="/"]'));
  for (const pathname of [CHAT, ...[...links].map((link) => link.pathname)]) {
    const { route } = router?.match({ pathname })?.at(-1) ?? {};
    // What matches nothing else is no page.
    const { module, imports = [] } = (route?.path !== "*" && manifest?.routes[route?.id]) || {};
    for (const href of module ? [module, ...imports] : []) {
      if (!prefetched.has(href)) document.head.append(Object.assign(document.createElement("link"), { rel: "modulepreload", href }));
      prefetched.add(href);
    }
  }
}
