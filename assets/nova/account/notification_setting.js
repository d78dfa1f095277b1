// Whether this browser's setting for notifications is on, and whether it failed. A shell over localStorage.

import { readText } from "../base/local_storage.js";

export const NOTIFICATIONS_KEY = "nova:notifications";
export const isSwitchedOn = () => readText(NOTIFICATIONS_KEY) !== null;

/** Whether the last notification could not be shown: settings say so until one can. */
export let hasFailed = false;
export const setFailed = (failed = true) => void (hasFailed = failed);
