// The module of pages that show pictures: see docs/decisions/0010-page-modules.md. A shell.

import { DEFAULTS } from "../generated/stores/lightbox.js";
import { createUseStore } from "../base/react.js";
import { createStore } from "../base/store.js";
import { loadNow, loadWhenPossible } from "../loading/page_loading.js";

const stores = { lightbox: createStore(DEFAULTS.lightbox) };
const load = () => import("./lightbox.js");
/** @type {import("./lightbox.js").Lightbox | null} */
let lightbox = null;

/**
 * Show the picture of a link, unless the browser is asked to open it elsewhere.
 * @param {MouseEvent & {currentTarget: HTMLAnchorElement}} event
 */
async function open(event) {
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  const { currentTarget } = event;
  try {
    const { Lightbox } = await loadNow(load);
    lightbox ??= new Lightbox(stores.lightbox);
    lightbox.open(currentTarget);
  } catch {
    // Without the viewer the browser shows the picture, as it does for a link.
    window.open(currentTarget.href, "_blank", "noopener");
  }
}

// Loaded before it is needed, because pictures can be looked at without a connection.
export const useLightboxStore = createUseStore(stores, DEFAULTS, () => void loadWhenPossible(load));

/** @satisfies {{lightbox: import("../generated/types.js").LightboxActions}} */
export const lightboxActions = {
  lightbox: {
    open: (/** @type {any} */ event) => void open(event),
    close: () => lightbox?.close(),
    previous: () => lightbox?.step(-1),
    next: () => lightbox?.step(1),
    press: (/** @type {PointerEvent} */ event) => lightbox?.press(event),
    release: (/** @type {PointerEvent} */ event) => lightbox?.release(event),
    // An attribute of the element: it concerns the eye alone, and no store.
    cannot_play: (/** @type {any} */ { currentTarget }) => void (currentTarget.dataset.failed = "true"),
    failed: () => stores.lightbox.set({ has_failed: true }),
  },
};
