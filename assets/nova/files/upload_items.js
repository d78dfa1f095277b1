// Uploads, ready to be rendered. Pure.

import { offersRetry } from "../http/retry.js";

/**
 * @param {import("./uploads.js").Upload} item
 * @param {string} [preview]  the address of a picture
 * @returns {import("../generated/types.js").SentFile}
 */
export function toFile(item, preview = "") {
  return {
    key: item.key,
    name: item.name,
    size_label: sizeLabel(item.size),
    percent: percentOf(item),
    state: item.state,
    error_code: item.state === "failed" ? (item.fault?.code ?? "") : "",
    error_text: item.state === "failed" ? (item.fault?.message ?? "") : "",
    can_retry: item.state === "failed" && item.fault !== null && offersRetry(item.fault),
    preview_url: preview,
    alt: item.alt ?? "",
  };
}

/**
 * What can be done about files that failed: `retry`, `remove` if only that helps, empty where none did.
 * @param {import("./uploads.js").Upload[]} items
 */
export function failedFiles(items) {
  const failed = items.filter((item) => item.state === "failed").map((item) => toFile(item));
  if (!failed.length) return "";
  return failed.every((file) => file.can_retry) ? "retry" : "remove";
}

/** @param {import("./uploads.js").Upload} item */
export function percentOf(item) {
  return item.state === "done" ? 100 : Math.floor((100 * item.sent) / Math.max(1, item.size));
}

/**
 * "812 B", "3.4 MB"
 * @param {number} bytes
 */
export function sizeLabel(bytes) {
  if (bytes < 1000) return `${bytes} B`;
  const power = Math.min(3, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** power;
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${["", "kB", "MB", "GB"][power]}`;
}

/**
 * A chip as part of a message; its bytes go with it, if they are still here.
 * @param {import("./uploads.js").Upload} item
 */
export function toOutboxFile(item) {
  const { key, name, size, stored, file } = item;
  const alt = item.alt?.trim();
  return { key, name, size, stored, ...(alt && { alt }), blob: file.size === size ? file : undefined };
}
