// Until when a conversation is muted. Pure.

/**
 * Whether the user wants no notifications of a conversation now.
 * @param {string | null | undefined} until  a moment, or "forever"
 * @param {Date} now
 * @returns {boolean}
 */
export const isMuted = (until, now) => until === "forever" || Date.parse(until ?? "") > now.getTime();
