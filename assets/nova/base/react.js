// The only file that knows React and its router. A shell.

// @ts-ignore - resolved by the build
import { useEffect, useLayoutEffect, useState, useSyncExternalStore } from "react";
// @ts-ignore - resolved by the build
export { createElement, memo, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
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
    useStart(start);
    return useSyncExternalStore(
      stores[name].subscribe,
      () => stores[name].get()[field],
      () => defaults[name][field],
    );
  };
}

/** Whether a component has been put on the page whose effects have not run. */
let isDue = false;

/**
 * Do something once the component is there, and before a user can touch it.
 *
 * React leaves effects to a later turn, and what is typed in between has no store yet. It runs them before it renders
 * again, which here the first of the components asks for at once.
 * @param {() => void} work
 */
function useStart(work) {
  const [, render] = useState(isDue);
  useLayoutEffect(() => {
    if (!isDue) render((isDue = true));
  }, []);
  useEffect(() => {
    isDue = false;
    work();
  }, []);
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

/**
 * @template {object} T
 * @param {import("./store.js").Store<T>} store
 * @returns {T}
 */
export const useStoreValue = (store) => useSyncExternalStore(store.subscribe, store.get, store.get);

/** @returns {string}  names this visit of a place: another one after each navigation */
export function useVisit() {
  return useLocation().key;
}

/**
 * Show a dialog of the page as a modal one for as long as it is open.
 * @param {string} id
 * @param {boolean} isOpen
 * @param {boolean} isBlocking  a user cannot close it
 */
export function useDialog(id, isOpen, isBlocking) {
  useEffect(() => {
    const dialog = /** @type {HTMLDialogElement | null} */ (document.getElementById(id));
    if (!isOpen || !dialog) return undefined;
    const show = () => dialog.open || dialog.showModal();
    show();
    focusFirst(dialog);
    // Where `closedby` is not supported, Escape closes any dialog.
    if (isBlocking) dialog.addEventListener("close", show);
    return () => {
      dialog.removeEventListener("close", show);
      if (dialog.isConnected) dialog.close();
    };
  }, [id, isOpen, isBlocking]);
}

/**
 * Show a dialog of the page beside its content, or as a modal one over it.
 * @param {string} id
 * @param {boolean} isOpen
 * @param {boolean} isModal
 */
export function usePanel(id, isOpen, isModal) {
  useEffect(() => {
    const panel = /** @type {HTMLDialogElement | null} */ (document.getElementById(id));
    if (!isOpen || !panel) return undefined;
    if (isModal) panel.showModal();
    else panel.show();
    return () => {
      if (panel.isConnected) panel.close();
    };
  }, [id, isOpen, isModal]);
}

/** @param {any} event  of React: a popover was opened or closed */
export function popoverToggled(event) {
  if (event.nativeEvent.newState === "open") focusFirst(event.currentTarget);
}

/** @param {any} event  of React: a link of a popover leads away, perhaps to the page that is open already */
export function closePopover(event) {
  event.currentTarget.closest("[popover]")?.hidePopover();
}

/** @param {HTMLElement} container  React does not render `autofocus`, which browsers would follow here */
function focusFirst(container) {
  /** @type {HTMLElement | null} */ (container.querySelector("[data-autofocus]"))?.focus();
}

/** @param {string} path  of a page, opened as a link to it would */
export const navigate = (path) => /** @type {any} */ (globalThis).__reactRouterDataRouter?.navigate(path);

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
