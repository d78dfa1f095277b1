// The only file that knows React and its router. A shell.

// @ts-ignore - resolved by the build
import { useEffect, useLayoutEffect, useSyncExternalStore } from "react";
// @ts-ignore - resolved by the build
import { useLocation, useNavigationType, useParams } from "react-router";

/**
 * @param {Record<string, import("./store.js").Store<any>>} stores
 * @param {Record<string, any>} defaults  what a page is prerendered with
 * @param {() => void} start
 */
export function createUseStore(stores, defaults, start) {
  /**
   * @param {string} name
   * @param {string} field
   * @returns {any}
   */
  return function useStore(name, field) {
    useEffect(start, []);
    return useSyncExternalStore(
      stores[name].subscribe,
      () => stores[name].get()[field],
      () => defaults[name][field],
    );
  };
}

/**
 * @param {{
 *   activate(id: string): void, arrive(key: string, isBack: boolean, seq: string): void, leave(key: string): void,
 *   settle(): void, focus(): void, watch(field: string): [(listener: () => void) => () => void, () => any]
 * }} deps  `arrive`, `leave`: an entry of the browser's history is shown, or not any more; `settle`: the rows have
 *   been rendered, and not been painted yet; `focus`: the composer can be written in; `watch`: how to read a field of the store
 */
export function createUseConversation({ activate, arrive, leave, settle, focus, watch }) {
  const [subscribe, rows] = watch("rows");
  const [, ready] = watch("ready");
  /** @returns {string}  the conversation that the address names */
  return function useConversation() {
    const id = useParams().conversation_id ?? "";
    const { key, search } = useLocation();
    const isBack = useNavigationType() === "POP";
    // Before the conversation changes: its place is known only until then.
    useEffect(() => () => leave(key), [id, key]);
    useEffect(() => {
      activate(id);
      return () => activate("");
    }, [id]);
    useEffect(() => arrive(key, isBack, new URLSearchParams(search).get("m") ?? ""), [id, key]);
    useLayoutEffect(settle, [useSyncExternalStore(subscribe, rows, rows)]);
    useEffect(focus, [id, useSyncExternalStore(subscribe, ready, ready)]);
    return id;
  };
}

/** @returns {string}  names this visit of a place: another one after each navigation */
export function useVisit() {
  return useLocation().key;
}

/**
 * Show a modal dialog while it is wanted: nothing else closes it.
 * @param {string} id
 * @param {boolean} isWanted
 */
export function useBlocking(id, isWanted) {
  useEffect(() => {
    const dialog = /** @type {HTMLDialogElement | null} */ (document.getElementById(id));
    if (!isWanted || !dialog) return undefined;
    const show = () => dialog.open || dialog.showModal();
    show();
    // Browsers let Escape close any dialog, at the second time at the latest.
    dialog.addEventListener("close", show);
    return () => {
      dialog.removeEventListener("close", show);
      dialog.close();
    };
  }, [id, isWanted]);
}

/**
 * Show a dialog of the page as a modal one while it is wanted.
 * @param {string} id
 * @param {boolean} isWanted
 */
export function useModal(id, isWanted) {
  useEffect(() => {
    const dialog = /** @type {HTMLDialogElement | null} */ (document.getElementById(id));
    if (isWanted && dialog && !dialog.open) {
      dialog.showModal();
      /** @type {HTMLElement | null} */ (dialog.querySelector("input:not([type=hidden])"))?.focus();
    }
    if (!isWanted && dialog?.open) dialog.close();
  }, [id, isWanted]);
}

/**
 * Report which page's module a navigation waits for, each time that changes.
 * @param {(url: string) => void} onWait  empty for none
 */
export function watchNavigation(onWait) {
  const { __reactRouterDataRouter: router, __reactRouterManifest: manifest } = /** @type {any} */ (globalThis);
  let last = "";
  router?.subscribe((/** @type {any} */ { navigation }) => {
    const id = navigation.location && router.match(navigation.location)?.at(-1)?.route.id;
    const url = manifest?.routes[id]?.module ?? "";
    if (url !== last) onWait((last = url));
  });
}
