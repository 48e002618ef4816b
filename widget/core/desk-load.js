// What the desk reads at its start, and which parts of the feed it follows. No DOM.
import { RIGHTS as CAMPAIGN_RIGHTS, TOPIC as CAMPAIGNS } from "./desk-campaigns.js";
import { RIGHTS, TOPIC } from "./desk-texts.js";

/** @typedef {import("./desk-feed.js").DeskFeed} Desk */

/** Topics of the feed and the rights of which each needs one. @type {[string, string[]][]} */
const TOPICS = [
  ["calls", ["calls.own", "calls.read"]],
  ["operators", ["presence.read", "presence.self"]],
  ["queues", ["queues.read"]],
  ["callbacks", ["callbacks.read"]],
  ["missed", ["missed.read"]],
  [TOPIC, RIGHTS],
  [CAMPAIGNS, CAMPAIGN_RIGHTS],
];

/** @param {Desk} desk */
export function topicsOf(desk) {
  return TOPICS.filter(([, rights]) => desk.may(...rights)).map(([topic]) => topic);
}

/** Everything that the user may see; what is not there for this user (no extension, no operator) is left out. @param {Desk} desk */
export async function readAll(desk) {
  const get = (/** @type {string} */ path) => optional(desk, path);
  const list = async (/** @type {string} */ path) => (await get(path))?.items ?? [];
  const own = desk.may("calls.own");
  const present = desk.may("presence.self");
  const [calls, presence, reasons, team, queues, missed, callbacks, forward, callerIds] = await Promise.all([
    own ? list("/me/calls") : [],
    present ? get("/me/presence") : null,
    present ? list("/break-reasons") : [],
    desk.may("presence.read") ? list("/operators?limit=200") : [],
    desk.may("queues.read") ? list("/queues/live") : [],
    desk.may("missed.read") ? list("/missed-calls?state=open&limit=50") : [],
    desk.may("callbacks.read") ? list("/callbacks?state=open&limit=50") : [],
    own ? get("/me/forwards") : null,
    own ? list("/me/caller-ids") : [],
  ]);
  return { calls, presence, reasons, team, queues, missed, callbacks, forward, callerIds };
}

/** One part; trouble with it is told and holds up no other. @param {Desk} desk @param {string} path @returns {Promise<any>} */
async function optional(desk, path) {
  try {
    return await desk.request("GET", path);
  } catch (error) {
    const status = /** @type {any} */ (error).status;
    if (status !== 404 && status !== 403 && status !== 409) desk.complain(error);
    return null;
  }
}
