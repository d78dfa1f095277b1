// Applies the chosen look and replaces a forbidden storage. Inlined in the head, before the first paint. A shell.

/** Show what was chosen in this browser; what was not chosen is as the system has it. */
function novaApplyLook() {
  const root = document.documentElement;
  const chosen = (/** @type {string} */ name) => localStorage.getItem(`nova:${name}`) ?? "";
  for (const name of ["theme", "density", "contrast", "text-size"]) {
    const value = chosen(name);
    if (value) root.setAttribute(`data-${name}`, value);
    else root.removeAttribute(`data-${name}`);
  }
  const theme = chosen("theme");
  for (const meta of document.querySelectorAll("meta[name=theme-color]")) {
    const { scheme } = /** @type {HTMLElement} */ (meta).dataset;
    const media = theme ? (scheme === theme ? "all" : "not all") : `(prefers-color-scheme: ${scheme})`;
    meta.setAttribute("media", media);
  }
}

try {
  novaApplyLook();
} catch {
  // Without storage the system decides.
}

// A browser that blocks cookies forbids even reading sessionStorage. Reflex and React Router keep
// small things there at each drawing: they get a memory that lives as long as the page.
try {
  void sessionStorage;
} catch {
  /** @type {Map<string, string>} */
  const kept = new Map();
  const value = {
    getItem: (/** @type {string} */ name) => kept.get(name) ?? null,
    setItem: (/** @type {string} */ name, /** @type {unknown} */ text) => void kept.set(name, String(text)),
    removeItem: (/** @type {string} */ name) => void kept.delete(name),
    clear: () => kept.clear(),
  };
  Object.defineProperty(window, "sessionStorage", { value, configurable: true });
}
