// Figures of a campaign: what may be done with it, how far it is, how it goes. No DOM.

/** @typedef {"draft"|"scheduled"|"running"|"paused"|"finished"} State */
/** @typedef {"start"|"schedule"|"pause"|"resume"|"finish"} Action */

/** What a campaign in a state may be told. @type {Record<State, Action[]>} */
const ACTIONS = {
  draft: ["start", "schedule"],
  scheduled: ["start", "schedule", "finish"],
  running: ["pause", "finish"],
  paused: ["resume", "finish"],
  finished: ["start", "schedule"],
};

/** @param {{state: State, template?: boolean}} campaign @returns {Action[]} the likeliest first */
export function actions(campaign) {
  return campaign.template ? [] : ACTIONS[campaign.state] ?? [];
}

export const TONES = /** @type {Record<string, ""|"accent"|"good"|"warn"|"bad">} */ ({ draft: "", scheduled: "accent", running: "good", paused: "warn", finished: "" });

/** @type {Record<string, ""|"accent"|"good"|"warn"|"bad">} */
export const OUTCOME_TONES = {
  talked: "good", sent: "good", abandoned: "bad", hung_up: "warn", silent: "warn", machine: "accent", fax: "accent",
  failed: "bad", interrupted: "bad", blocked: "bad", not_sent: "bad", bad_number: "warn",
};

/** @param {any} value */
const number = (value) => (typeof value === "number" && Number.isFinite(value) ? value : null);

/** A share of 1 as percent, one digit where it is small. @param {number|null|undefined} share */
export function percent(share) {
  const value = number(share);
  if (value === null) return "—";
  const shown = value * 100;
  return `${shown > 0 && shown < 10 ? Math.round(shown * 10) / 10 : Math.round(shown)} %`;
}

/** How far it is: shares of all leads. @param {number|null|undefined} done @param {number|null|undefined} total */
export function progress(done, total) {
  const [part, all] = [number(done) ?? 0, number(total) ?? 0];
  return { done: part, total: all, share: all > 0 ? Math.min(1, part / all) : 0 };
}

/** Green well under the limit, yellow near it, red above. @param {number|null|undefined} rate @param {number} target @returns {""|"good"|"warn"|"bad"} */
export function rateTone(rate, target) {
  const value = number(rate);
  if (value === null) return "";
  if (value > target) return "bad";
  return value > target * 0.8 ? "warn" : "good";
}

/**
 * The budget of abandoned calls: how many more may be abandoned now with the rate at or under the limit.
 * @param {{humans: number, abandoned: number}} facts @param {number} target share
 */
export function budget({ humans, abandoned }, target) {
  const allowed = Math.floor(humans * target + 1e-9);
  return { left: Math.max(0, allowed - abandoned), over: humans > 0 && abandoned > humans * target, rate: humans > 0 ? abandoned / humans : null };
}

/**
 * A rough end: leads left at the pace of late. Null: no pace.
 * @param {number} left @param {number} doneOfLate @param {number} seconds that these took @param {number} now ms
 */
export function eta(left, doneOfLate, seconds, now) {
  if (left <= 0) return new Date(now);
  if (doneOfLate <= 0 || seconds <= 0) return null;
  const at = now + (left / (doneOfLate / seconds)) * 1000;
  return at - now < 400 * 86_400_000 ? new Date(at) : null;
}
