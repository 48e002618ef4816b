// What the operator's desk knows. No DOM.

/** @typedef {import("./calls.js").Card} Card */
/** @typedef {{user_id: string, status: string, reason_id: string|null, since: string, until: string|null, why?: string,
 *   call_id?: string|null, wanted?: any, reachable?: boolean, calls_today?: number, talk_today_s?: number}} Presence */
/** @typedef {Presence & {name: string, login: string, extension: string, kind: string}} Colleague */
/** @typedef {{tone: "good"|"warn"|"bad", text: string, at: number}} Notice */
/** What the screens show.
 * @typedef {{online: boolean, presence: Presence|null, reasons: any[], cards: Card[], team: Colleague[], queues: any[],
 *   missed: any[], callbacks: any[], forward: any, callerIds: {number: string, name: string}[], quality: Record<string, any>, notice: Notice|null,
 *   phone: {connection: string, reason: string}, ownPhone: import("../net/softphone.js").OwnPhone|null}} DeskState */

/** The call of a leg: channel ids of ours begin with it. @param {string} leg */
export function callOfLeg(leg) {
  const hex = leg.slice(0, 32);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** Whether a forwarding rule sends every call to a phone outside until a time. @param {any} rule */
export function isAbsence(rule) {
  return rule.when === "always" && rule.to.kind === "external" && !!rule.until;
}

/** What a host page may know of a call. @param {Card} card */
export function told(card) {
  const { callId, number, name, direction, queueId } = card;
  return { callId, number, name, direction, queueId };
}

/** @param {any[]} list @param {string} key @param {string} id @param {any} data */
export function replace(list, key, id, data) {
  return list.some((one) => one[key] === id) ? list.map((one) => (one[key] === id ? { ...one, ...data } : one)) : list;
}

/** @returns {DeskState} */
export function emptyState() {
  return {
    online: false,
    presence: null,
    reasons: [],
    cards: [],
    team: [],
    queues: [],
    missed: [],
    callbacks: [],
    forward: null,
    callerIds: [],
    quality: {},
    notice: null,
    phone: { connection: "off", reason: "" },
    ownPhone: null,
  };
}
