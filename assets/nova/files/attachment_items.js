// The files of a message or a post, ready to be rendered: pictures, and everything else. Pure.

import { percentOf, sizeLabel } from "./upload_items.js";

/**
 * @typedef {import("../base/types.js").StoredFile} StoredFile
 * @typedef {import("../base/types.js").OutboxFile} OutboxFile
 * @typedef {import("../generated/types.js").ShownFile} AttachmentItem
 *
 * @typedef {{
 *   origin: string, uploads?: Map<string, {upload: import("./uploads.js").Upload | undefined, preview: string}>
 * }} Place  `uploads`: of files that are not on the server yet, by key
 */

/** @type {AttachmentItem[]} */
const NONE = [];

/**
 * @param {(StoredFile | OutboxFile)[]} files
 * @param {Place} place
 * @returns {{pictures: AttachmentItem[], files: AttachmentItem[]}}
 */
export function attachmentItems(files, place) {
  if (!files.length) return { pictures: NONE, files: NONE };
  const all = files.map((file) => ("key" in file ? pending(file, place) : stored(file, place)));
  return { pictures: all.filter((file) => file.thumbnail_url), files: all.filter((file) => !file.thumbnail_url) };
}

/** So many characters of a name stay where it is too long: they tell versions and kinds apart. */
const END_CHARS = 7;
/** Types that the server serves as such; files of before may have others. */
const PLAYED = /^(audio)\/(?:aac|flac|mp4|mpeg|ogg|wav|webm)$|^(video)\/(?:mp4|webm)$/;
const KIND = /[^.]\.([a-z0-9]{1,4})$/i;

/**
 * A name in two parts, of which the first may be cut short, and the kind of the file: "PDF", or nothing.
 * @param {string} name
 */
function named(name) {
  const characters = [...name];
  const at = Math.max(0, characters.length - END_CHARS);
  return {
    name,
    name_start: characters.slice(0, at).join(""),
    name_end: characters.slice(at).join(""),
    kind_label: KIND.exec(name)?.[1].toUpperCase() ?? "",
  };
}

/**
 * Whether pages play a file; the server names only types that browsers play (nova_app/domain/media.py).
 * @param {string} contentType
 */
function mediumOf(contentType) {
  const found = PLAYED.exec(contentType);
  return found?.[1] ?? found?.[2] ?? "";
}

/**
 * @param {StoredFile} file
 * @param {Place} place
 * @returns {AttachmentItem}
 */
function stored(file, place) {
  return {
    key: file.id,
    ...named(file.name),
    medium: mediumOf(file.content_type),
    alt: file.alt || file.name,
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
  if (file.stored) return stored({ ...file.stored, alt: file.alt }, place);
  const { upload, preview = "" } = place.uploads?.get(file.key) ?? {};
  return {
    key: file.key,
    ...named(file.name),
    medium: "",
    alt: file.alt || file.name,
    url: "",
    thumbnail_url: preview,
    size_label: sizeLabel(file.size),
    width: 4,
    height: 3,
    state: upload?.state ?? "waiting",
    percent: upload ? percentOf(upload) : 0,
  };
}
