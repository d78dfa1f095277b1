// The module of the posts page: see docs/decisions/0007-files.md. A shell.

import { serverOrigin } from "../base/origin.js";
import { DEFAULTS } from "../generated/stores/posts.js";
import { createUseStore } from "../base/react.js";
import { mintId } from "../base/ids.js";
import { readJson, writeJson } from "../base/local_storage.js";
import { account, api, byHand, errors, messenger, onConnected, unreadPosts } from "../runtime.js";
import { openEmojiPicker } from "../emoji/emoji_picker.js";
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

/** The feed was left since it was opened. */
let wasLeft = false;
/** Whether the server was asked for this user's rights, and has answered or may yet. */
let areRightsAsked = false;
/** The last visit that led to a post. */
let shownVisit = "";
/** @type {ReturnType<typeof setTimeout> | undefined} */
let readTimer;
const SEEN_AFTER_MS = 1_000;

/** Begin, once per page load, with what was written and sent before. */
function start() {
  if (posts) return show(posts);
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
    saveTexts: (kind, texts) => writeJson(`${place()}:${kind}`, texts),
    myId: () => account.id,
    nameOf: (id) => (id === account.id ? "You" : (messenger?.conversationStore.known.get(id)?.display_name ?? "")),
    readNumber: () => unreadPosts.figures.read_number,
  });
  posts.restore(readJson(place()));
  posts.edits.restore(readJson(`${place()}:edits`));
  posts.comments.restore(readJson(`${place()}:comments`));
  void posts.load().then(markReadSoon).then(showWanted);
  askRights();
  unreadPosts.notify = (news) => {
    posts?.onNews(news);
    if (news.type === "posts" || news.action === "created") markReadSoon();
  };
  addEventListener("visibilitychange", () => document.hidden || posts?.onShown());
  addEventListener("focus", markReadSoon);
  addEventListener("online", () => void posts?.load());
  onConnected(() => {
    posts?.onConnected();
    askRights();
    markReadSoon();
  });
  addEventListener("beforeunload", warn);
}

/** @param {Posts} feed */
function show(feed) {
  // The clock may have been changed in the settings.
  feed.renderFeed();
  if (wasLeft) feed.onOpened();
  wasLeft = false;
  feed.onShown();
  markReadSoon();
  void showWanted();
}

/** Bring the post into view that the address names, once each time that the address was followed. */
async function showWanted() {
  const number = Number(new URLSearchParams(location.search).get("at"));
  const visit = `${history.state?.key} ${location.search}`;
  if (!posts || !isOpen() || !(number > 0) || stores.posts.get().state !== "ready" || visit === shownVisit) return;
  shownVisit = visit;
  if (!(await posts.reach(number).catch(() => false))) return;
  requestAnimationFrame(() => {
    const post = /** @type {HTMLElement | null} */ (document.querySelector(`[data-testid=post][data-number="${number}"]`));
    post?.focus({ preventScroll: true });
    post?.scrollIntoView({ block: "center" });
  });
}

/** Ask, until there is an answer, whether this user may delete what others wrote. */
function askRights() {
  if (areRightsAsked) return;
  areRightsAsked = true;
  void api.get("users/me").then(learnRights, () => (areRightsAsked = false));
}

/** @param {{is_admin: boolean}} me */
function learnRights({ is_admin }) {
  if (!posts || !is_admin) return;
  posts.isAdmin = true;
  posts.renderFeed();
}

const isOpen = () => location.pathname.replace(/\/$/, "") === "/posts";

/** What was in sight for a moment counts as read. */
function markReadSoon() {
  clearTimeout(readTimer);
  readTimer = setTimeout(() => void markRead(), SEEN_AFTER_MS);
}

async function markRead() {
  if (!isOpen()) wasLeft = true;
  const newest = posts?.known[0]?.number ?? 0;
  if (!isOpen() || !document.hasFocus() || newest <= unreadPosts.figures.read_number) return;
  try {
    const figures = await api.call("PATCH", "posts/me", { body: { read_number: newest } });
    unreadPosts.take({ type: "posts", ...figures }, account.id);
  } catch (fault) {
    // They stay unread until the connection is back.
    void fault;
  }
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

/** @param {{currentTarget: HTMLElement}} event  of the control that opens the picker at a post */
function pick({ currentTarget }) {
  const id = currentTarget.dataset.postId ?? "";
  openEmojiPicker(currentTarget, (emoji) => void posts?.revision.react(id, emoji));
}

/**
 * Ctrl+Enter, or Cmd+Enter on a Mac; while characters are composed Enter means the composition.
 * @param {KeyboardEvent} event
 */
function submits(event) {
  return event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.isComposing && event.keyCode !== 229;
}

/**
 * What a field does with its keys.
 * @param {() => unknown} submit
 */
function submitting(submit) {
  return (/** @type {KeyboardEvent} */ event) => {
    if (!submits(event)) return;
    event.preventDefault();
    void submit();
  };
}

export const usePostStore = createUseStore(stores, DEFAULTS, start);

/** @satisfies {{posts: import("../generated/types.js").PostActions}} */
export const postActions = {
  posts: {
    edit_text: (/** @type {string} */ text) => posts?.edit(text),
    key: submitting(() => posts?.publish()),
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
    reload: byHand(() => void posts?.load()),
    begin_edit: (/** @type {string} */ id) => posts?.revision.begin(id),
    type_edit: (/** @type {string} */ text) => posts?.revision.write(text),
    edit_key: submitting(() => posts?.revision.save()),
    save_edit: () => void posts?.revision.save(),
    cancel_edit: () => posts?.revision.cancel(),
    ask_delete: (/** @type {string} */ id) => posts?.revision.ask(id),
    keep: () => posts?.revision.ask(""),
    confirm_delete: () => void posts?.revision.remove(),
    pick,
    react: (/** @type {string} */ id, /** @type {string} */ emoji) => void posts?.revision.react(id, emoji),
    toggle_comments: (/** @type {string} */ id) => posts?.thread.toggle(id),
    reload_comments: byHand(() => void posts?.thread.load()),
    older_comments: () => void posts?.thread.loadOlder(),
    type_comment: (/** @type {string} */ text) => posts?.thread.write(text),
    comment_key: submitting(() => posts?.thread.send()),
    send_comment: () => void posts?.thread.send(),
  },
};
