// What the desk reckons: allowed moves, lengths of time, words found in a text, texts filled in. No DOM.

/** @typedef {"new"|"in_work"|"waiting"|"solved"|"closed"|"reopened"} State */
/** @typedef {""|"accent"|"good"|"warn"|"bad"} Tone */

/** What staff may do with a request in a state, the likeliest first. @type {Record<State, State[]>} */
const MOVES = {
  new: ["in_work", "waiting", "solved", "closed"],
  in_work: ["solved", "waiting", "closed"],
  waiting: ["in_work", "solved", "closed"],
  solved: ["closed", "in_work", "reopened"],
  closed: ["reopened"],
  reopened: ["in_work", "solved", "waiting", "closed"],
};

/** @param {{state: string, moves?: string[]}} ticket @returns {State[]} */
export function moves(ticket) {
  const known = MOVES[/** @type {State} */ (ticket.state)] ?? [];
  return ticket.moves ? known.filter((one) => ticket.moves?.includes(one)) : known;
}

/** @type {Record<string, Tone>} */
export const STATE_TONES = { new: "accent", in_work: "good", waiting: "warn", solved: "good", closed: "", reopened: "bad" };
/** @type {Record<string, Tone>} */
export const PRIORITY_TONES = { low: "", normal: "", high: "warn", urgent: "bad" };
/** @type {Record<string, string>} */
export const CHANNEL_ICONS = { portal: "user", desk: "headset", phone: "phone", missed: "missed", email: "mail", chat: "text", api: "code", link: "link" };

export const PRIORITIES = ["low", "normal", "high", "urgent"];
export const STATES = /** @type {State[]} */ (["new", "in_work", "waiting", "solved", "closed", "reopened"]);
export const CHANNELS = Object.keys(CHANNEL_ICONS);

/**
 * A length of time in its two largest units.
 * @param {number} seconds @returns {{unit: "d"|"h"|"min", amount: number}[]} at least one of them
 */
export function units(seconds) {
  const minutes = Math.max(0, Math.floor(Math.abs(seconds) / 60));
  const all = /** @type {{unit: "d"|"h"|"min", amount: number}[]} */ ([
    { unit: "d", amount: Math.floor(minutes / 1440) },
    { unit: "h", amount: Math.floor(minutes / 60) % 24 },
    { unit: "min", amount: minutes % 60 },
  ]);
  const first = all.findIndex((one) => one.amount);
  if (first < 0) return [all[2]];
  return all.slice(first, first + 2).filter((one) => one.amount);
}

/**
 * How a promise stands: what is left of it, or by how much it is broken. A promise that does not run has no deadline.
 * @param {{due_at?: string|null, overdue_at?: string|null, state?: string}} ticket @param {number} now ms
 * @returns {{tone: Tone, seconds: number, late: boolean}|null}
 */
export function standing(ticket, now) {
  if (ticket.state === "closed") return null;
  const at = ticket.due_at ? Date.parse(ticket.due_at) : NaN;
  const broken = ticket.overdue_at ? Date.parse(ticket.overdue_at) : NaN;
  if (!Number.isNaN(broken)) return { tone: "bad", seconds: Math.max(0, (now - broken) / 1000), late: true };
  if (Number.isNaN(at)) return null;
  const left = (at - now) / 1000;
  if (left <= 0) return { tone: "bad", seconds: -left, late: true };
  return { tone: left < 1800 ? "warn" : left < 7200 ? "accent" : "", seconds: left, late: false };
}

/**
 * A text cut where words of a search stand in it, the beginning of a word counts.
 * @param {string} text @param {string} query @returns {{text: string, hit: boolean}[]}
 */
export function hits(text, query) {
  const words = query.toLowerCase().split(/[^\p{L}\p{N}@.+-]+/u).filter((word) => word.length > 1);
  // Endings change with the case of a word: what stays of it is looked for.
  const stems = words.map((word) => (word.length > 5 ? word.slice(0, word.length - 2) : word.length > 3 ? word.slice(0, word.length - 1) : word));
  if (!stems.length || !text) return [{ text, hit: false }];
  const pattern = new RegExp(`(?<![\\p{L}\\p{N}])(?:${stems.map(literal).join("|")})[\\p{L}\\p{N}]*`, "giu");
  const parts = [];
  let last = 0;
  for (const found of text.matchAll(pattern)) {
    if (found.index > last) parts.push({ text: text.slice(last, found.index), hit: false });
    parts.push({ text: found[0], hit: true });
    last = found.index + found[0].length;
  }
  if (last < text.length) parts.push({ text: text.slice(last), hit: false });
  return parts;
}

/** @param {string} text */
const literal = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/**
 * The `/shortcut` that is being typed at the caret: a slash at the start of a line or after a space.
 * @param {string} text @param {number} caret @returns {{from: number, word: string}|null}
 */
export function shortcutAt(text, caret) {
  const found = /(?:^|\s)\/([\p{L}\p{N}_-]{0,40})$/u.exec(text.slice(0, caret));
  return found ? { from: caret - found[1].length - 1, word: found[1].toLowerCase() } : null;
}

/** What was typed as a length of time: `90`, `1:30`, `1ч 30м`, `1.5h`, `2d`; null: not understood. @param {string} typed @returns {number|null} seconds */
export function secondsTyped(typed) {
  const text = typed.trim().toLowerCase().replace(",", ".");
  const clock = /^(\d{1,2}):([0-5]\d)$/.exec(text);
  if (clock) return (Number(clock[1]) * 60 + Number(clock[2])) * 60;
  if (/^\d+$/.test(text)) return Number(text) * 60;
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)\s*(d|h|m|д|ч|м)[a-zа-я.]*/g)];
  if (!parts.length || text.replace(/(\d+(?:\.\d+)?)\s*(d|h|m|д|ч|м)[a-zа-я.]*/g, "").trim()) return null;
  const sizes = /** @type {Record<string, number>} */ ({ d: 86_400, д: 86_400, h: 3600, ч: 3600, m: 60, м: 60 });
  return Math.round(parts.reduce((all, [, amount, unit]) => all + Number(amount) * sizes[unit], 0));
}

/** An id for a thing that is about to be made, sortable by time (UUID version 7, RFC 9562). @param {number} [now] ms */
export function newId(now = Date.now()) {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  for (let n = 0; n < 6; n++) bytes[n] = Math.floor(now / 256 ** (5 - n)) % 256;
  bytes[6] = (bytes[6] & 0x0f) | 0x70;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
