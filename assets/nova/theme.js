// Applies the chosen theme and replaces a forbidden storage. Inlined in the head, before the first paint. A shell.

// The theme that was chosen in this browser.
try {
  const theme = localStorage.getItem("nova:theme");
  if (theme) document.documentElement.dataset.theme = theme;
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
