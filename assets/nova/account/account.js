// Signing in and out. A shell.

/**
 * @typedef {{
 *   post(path: string, body?: unknown): Promise<any>,
 *   call(method: string, path: string, given?: import("../http/api.js").Given): Promise<any>
 * }} AccountApi
 */

/** Whether this browser keeps cookies of this site; `navigator.cookieEnabled` is true where only some sites are blocked. */
export function keepsCookies() {
  try {
    document.cookie = "nova_probe=1; SameSite=Lax";
    const isKept = document.cookie.includes("nova_probe=");
    document.cookie = "nova_probe=; SameSite=Lax; Max-Age=0";
    return isKept;
  } catch {
    return false;
  }
}

/**
 * @typedef {{
 *   store: import("../base/store.js").Store<typeof import("../defaults/shared.js").DEFAULTS.account>,
 *   api: AccountApi, loadNow<T>(load: () => Promise<T>): Promise<T>, goOn(): Promise<void>,
 *   messenger(): import("../messages/messenger.js").Messenger | null, errors: import("../errors/error_center.js").Errors
 * }} Given
 */

/** @param {Given} given */
export function createAccountActions(given) {
  /**
   * @param {Record<string, string>} form  the form's fields
   * @param {string} path
   */
  const submit = (form, path) =>
    given.loadNow(() => import("./sign_in_form.js")).then(({ submitForm }) => submitForm(given, form, path), sayInForm);
  const sayInForm = (/** @type {{code: string}} */ { code }) => given.store.set({ form_problem: code, form_error: "" });
  return {
    register: (/** @type {Record<string, string>} */ form) => submit(form, "auth/register"),
    sign_in: (/** @type {Record<string, string>} */ form) => submit(form, "auth/login"),
    go_on: () => given.loadNow(() => import("./go_on.js")).then(({ goOn }) => goOn(given), sayInForm),
    sign_out: () =>
      given.loadNow(() => import("./sign_out.js")).then(
        ({ signOut }) => signOut(given),
        ({ code }) => given.errors.report({ code }),
      ),
  };
}
