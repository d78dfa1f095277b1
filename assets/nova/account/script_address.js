// The one address that the page hands to the browser to be run, by the policy "nova" of Trusted Types
// (nova_app/api/content_security.py). A shell.

const WORKER = "/sw.js";

/** @type {{createScriptURL(address: string): unknown} | undefined} */
let policy;

/**
 * Return the service worker's address as a value that Trusted Types let pass; where there are none, the text itself.
 *
 * @returns {string}  to the browser; a TrustedScriptURL is one for the types of the DOM too
 */
export function scriptAddress() {
  const { trustedTypes } = /** @type {{trustedTypes?: {createPolicy(name: string, rules: object): typeof policy}}} */ (globalThis);
  // A name can be given to one policy only.
  policy ??= trustedTypes?.createPolicy("nova", { createScriptURL: () => WORKER });
  return /** @type {string} */ (policy?.createScriptURL(WORKER) ?? WORKER);
}
