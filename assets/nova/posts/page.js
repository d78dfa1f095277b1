// The module of the posts page: see docs/decisions/0007-files.md. A shell.

import { serverOrigin } from "../base/origin.js";
import { DEFAULTS } from "../generated/stores/posts.js";
import { createUseStore } from "../base/react.js";
import { mintId } from "../base/ids.js";
import { readJson, writeJson } from "../base/local_storage.js";
import { account, api, errors, onConnected } from "../runtime.js";
import { createUploads } from "../files/create_uploads.js";
import { Posts } from "./posts.js";
import { createStore } from "../base/store.js";
import { pickedFiles } from "../files/picked_files.js";
import { setDropping } from "../files/drop_zone.js";

const stores = { posts: createStore(DEFAULTS.posts) };

/** @type {Posts | null} */
let posts = null;
/** @type {import("../files/uploads.js").Uploads | null} */
let uploads = null;

/** Begin, once per page load, with what was written and sent before. */
function start() {
  if (posts) {
    // The clock may have been changed in the settings.
    posts.renderFeed();
    return posts.onShown();
  }
  const origin = serverOrigin();
  uploads = createUploads(() => posts?.renderForm(), api);
  posts = new Posts({
    store: stores.posts,
    uploads,
    origin,
    mintId,
    now: Date.now,
    api,
    notify: (failed) => errors.report(failed),
    save,
  });
  posts.restore(readJson(place()));
  void posts.load();
  addEventListener("visibilitychange", () => document.hidden || posts?.onShown());
  addEventListener("online", () => void posts?.load());
  onConnected(() => stores.posts.get().state !== "ready" && void posts?.load());
  addEventListener("beforeunload", warn);
}

/**
 * Leaving is only held up for what a reload would lose: files that are not on the server yet.
 * @param {BeforeUnloadEvent} event
 */
function warn(event) {
  const isGoing = uploads?.items.some(({ state, fault }) => state !== "done" && (state !== "failed" || fault?.kind === "UNAUTHORIZED" || fault?.code === "account_changed"));
  if (isGoing) event.preventDefault();
}

/** Beside the other drafts of the account: what signs out wipes them together. */
function place() {
  return `nova:draft:${account.id}:posts`;
}

/** @param {import("./posts.js").Saved | null} form */
function save(form) {
  writeJson(place(), form);
}

/** @param {any} event */
function take(event) {
  if (event.type === "drop") setDropping(event, false);
  const chosen = pickedFiles(event);
  if (chosen.length) uploads?.add(chosen);
}

/**
 * Ctrl+Enter, or Cmd+Enter on a Mac; while characters are composed Enter means the composition.
 * @param {KeyboardEvent} event
 */
function submits(event) {
  return event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.isComposing && event.keyCode !== 229;
}

export const usePostStore = createUseStore(stores, DEFAULTS, start);

/** @satisfies {{posts: import("../generated/types.js").PostActions}} */
export const postActions = {
  posts: {
    edit_text: (/** @type {string} */ text) => posts?.edit(text),
    key: (/** @type {KeyboardEvent} */ event) => {
      if (!submits(event)) return;
      event.preventDefault();
      void posts?.publish();
    },
    take,
    drag_over: (/** @type {DragEvent} */ event) => {
      event.preventDefault();
      if (event.dataTransfer?.types.includes("Files")) setDropping(event, true);
    },
    drag_leave: (/** @type {any} */ event) => {
      if (!event.currentTarget.contains(event.relatedTarget)) setDropping(event, false);
    },
    remove: (/** @type {string} */ key) => uploads?.remove(key),
    retry: (/** @type {string} */ key) => uploads?.retry(key),
    publish: () => void posts?.publish(),
    load_more: () => void posts?.loadMore(),
    reload: () => void posts?.load(),
  },
};
