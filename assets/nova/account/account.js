// Signing in and out. A shell.

/**
 * @typedef {{
 *   post(path: string, body?: unknown): Promise<any>,
 *   call(method: string, path: string, options?: import("../http/api.js").CallOptions): Promise<any>
 * }} AccountApi
 */

/** Whether this browser keeps cookies of this site; `navigator.cookieEnabled` is true where only some sites are blocked. */
export function keepsCookies() {
  try {
    document.cookie = "nova_probe=1; SameSite=Lax; Max-Age=1";
    return document.cookie.includes("nova_probe=");
  } catch {
    return false;
  }
}

/**
 * @typedef {{
 *   store: import("../base/store.js").Store<typeof import("../generated/stores/shared.js").DEFAULTS.account>,
 *   api: AccountApi, loadNews(): Promise<typeof import("./account_news.js")>, loadNow<T>(load: () => Promise<T>): Promise<T>, leaveSignInPage(): Promise<void>,
 *   messenger(): import("../messages/messenger.js").Messenger | null, errors: import("../errors/error_center.js").ErrorCenter
 * }} Deps
 */

/** @param {Deps} deps */
export function createAccountActions(deps) {
  /**
   * @param {Record<string, string>} form  the form's fields
   * @param {string} path
   */
  const submit = (form, path) =>
    deps.loadNow(() => import("./sign_in_form.js")).then(({ submitForm }) => submitForm(deps, form, path), sayInForm);
  const sayInForm = (/** @type {{code: string}} */ { code }) => deps.store.set({ form_problem: code, form_error: "" });
  return {
    register: (/** @type {Record<string, string>} */ form) => submit(form, "auth/register"),
    sign_in: (/** @type {Record<string, string>} */ form) => submit(form, "auth/login"),
    go_on: () => deps.loadNow(() => import("./go_on.js")).then(({ continueAsCurrent }) => continueAsCurrent(deps), sayInForm),
    close_news: (/** @type {string} */ id) => void deps.loadNews().then(({ closeNews }) => closeNews(deps, id)),
    sign_out: () =>
      deps.loadNow(() => import("./sign_out.js")).then(
        ({ signOut }) => signOut(deps),
        ({ code }) => deps.errors.report({ code }),
      ),
  };
}
