// The only file that knows React and its router.

// @ts-ignore - resolved by the build
import { useEffect, useLayoutEffect, useSyncExternalStore } from "react";
// @ts-ignore - resolved by the build
import { useLocation, useParams } from "react-router";

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
 *   activate(id: string): void, jump(seq: string): void, settle(): void,
 *   rows: {subscribe(listener: () => void): () => void, get(): any}
 * }} given  `settle`: the rows have been drawn, and not been seen yet
 */
export function createUseConversation({ activate, jump, settle, rows }) {
  /** @returns {string}  the conversation that the address names */
  return function useConversation() {
    const id = useParams().conversation_id ?? "";
    const { key, search } = useLocation();
    useEffect(() => {
      activate(id);
      return () => activate("");
    }, [id]);
    useEffect(() => jump(new URLSearchParams(search).get("m") ?? ""), [id, key]);
    useLayoutEffect(settle, [useSyncExternalStore(rows.subscribe, rows.get, rows.get)]);
    return id;
  };
}

/** @returns {string}  names this visit of a place: another one after each navigation */
export function useVisit() {
  return useLocation().key;
}

/**
 * Show a dialog that stands over the page until it is not wanted any more: nothing else closes it.
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
