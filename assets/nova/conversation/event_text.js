// What the lines between the messages say. Pure.

import { isolated } from "../base/people.js";

/**
 * @typedef {import("../base/types.js").Person} Person
 * @typedef {{me: Person, known: Map<string, Person>}} Place  `known`: everybody who was met, former members, too
 */

/**
 * "Ana added Ben", as the reader may say it of themself: "You added Ben", "Ana added you".
 * @param {import("../base/types.js").MemberEvent | import("../base/types.js").RenamedEvent} event
 * @param {Place} place
 */
export function eventText(event, place) {
  const actor = nameOf(event.actor_id, event.actor_name, place);
  if (event.type === "renamed") return `${actor || "The group"} ${actor ? "renamed the group to" : "is now called"} “${isolated(event.title)}”`;
  const isSelf = event.actor_id === event.user_id || !actor;
  const user = nameOf(event.user_id, event.display_name, place);
  if (event.action === "left") return `${user} left`;
  if (event.action === "joined") return isSelf ? `${user} joined` : `${actor} added ${asObject(user)}`;
  return isSelf ? `${user} ${user === YOU ? "were" : "was"} removed` : `${actor} removed ${asObject(user)}`;
}

const YOU = "You";

/** @param {string} name */
const asObject = (name) => (name === YOU ? "you" : name);

/**
 * @param {string} id
 * @param {string | undefined} recorded  what the event says
 * @param {Place} place
 */
function nameOf(id, recorded, { me, known }) {
  if (id === me.user_id) return YOU;
  const name = known.get(id)?.display_name ?? recorded;
  return name ? isolated(name) : "";
}
