// Lets React put the page's own inline scripts into the document again, which it does where it draws a page from the
// beginning: under Trusted Types a text becomes markup only by a policy. This one knows those scripts and no other.
// A shell.

/** The text by which React makes a script element that does not run. */
const EMPTY_SCRIPT = "<script></script>";

/** @typedef {(text: string) => string | undefined} Pass */

/** Allow what stands in the page now; called before React begins. */
export function allowOwnScripts() {
  const { trustedTypes } = /** @type {{trustedTypes?: {createPolicy(name: "default", rules: Record<string, Pass>): unknown}}} */ (
    globalThis
  );
  const own = new Set([EMPTY_SCRIPT, ...Array.from(document.scripts, (script) => script.text)]);
  /** @type {Pass} */
  const pass = (text) => (own.has(text) ? text : undefined);
  trustedTypes?.createPolicy("default", { createHTML: pass, createScript: pass });
}
