// The files of a message or a post, ready to be rendered: pictures, and everything else. Pure.

import { percentOf, sizeLabel } from "./upload_items.js";

/**
 * @typedef {import("../base/types.js").StoredFile} StoredFile
 * @typedef {import("../base/types.js").OutboxFile} OutboxFile
 * @typedef {import("../generated/types.js").ShownFile} AttachmentItem
 *
 * @typedef {{
 *   origin: string, find(key: string): import("./uploads.js").Upload | undefined, preview(key: string): string
 * }} Place  what is known of files on their way
 */

/** @type {AttachmentItem[]} */
const NONE = [];

/**
 * @param {(StoredFile | OutboxFile)[]} files
 * @param {Place | undefined} place
 * @returns {{pictures: AttachmentItem[], files: AttachmentItem[]}}
 */
export function attachmentItems(files, place) {
  if (!files.length || !place) return { pictures: NONE, files: NONE };
  const all = files.map((file) => ("key" in file ? pending(file, place) : stored(file, place)));
  return { pictures: all.filter((file) => file.thumbnail_url), files: all.filter((file) => !file.thumbnail_url) };
}

/**
 * @param {StoredFile} file
 * @param {Place} place
 * @returns {AttachmentItem}
 */
function stored(file, place) {
  return {
    key: file.id,
    name: file.name,
    url: place.origin + file.url,
    thumbnail_url: file.thumbnail_url && place.origin + file.thumbnail_url,
    size_label: sizeLabel(file.size_bytes),
    width: file.width,
    height: file.height,
    state: "stored",
    percent: 100,
  };
}

/**
 * @param {OutboxFile} file
 * @param {Place} place
 * @returns {AttachmentItem}
 */
function pending(file, place) {
  if (file.stored) return stored(file.stored, place);
  const upload = place.find(file.key);
  return {
    key: file.key,
    name: file.name,
    url: "",
    thumbnail_url: place.preview(file.key),
    size_label: sizeLabel(file.size),
    width: 4,
    height: 3,
    state: upload?.state ?? "waiting",
    percent: upload ? percentOf(upload) : 0,
  };
}
