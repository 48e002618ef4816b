// Lengths of time and hours of a week as forms edit them. No DOM.

/** @typedef {"s"|"min"|"h"|"d"} Unit */
/** @typedef {{day: number, start: string, end: string}} Interval as the API has it: `start` and `end` are `HH:MM:SS`, an `end` of 00:00:00 is midnight */

/** @type {Record<Unit, number>} */
export const UNITS = { s: 1, min: 60, h: 3600, d: 86_400 };

/** Seconds in the largest unit that holds them whole. @param {number} seconds @returns {{amount: number, unit: Unit}} */
export function spanOf(seconds) {
  const units = /** @type {Unit[]} */ (["d", "h", "min", "s"]);
  const unit = units.find((one) => seconds >= UNITS[one] && seconds % UNITS[one] === 0) ?? "s";
  return { amount: seconds / UNITS[unit], unit };
}

/** @param {number|null} amount @param {Unit} unit @returns {number|null} whole seconds */
export function secondsOf(amount, unit) {
  return amount === null || !Number.isFinite(amount) ? null : Math.round(amount * UNITS[unit]);
}

const HOURS = 24;

/** @param {string} text @returns {number} minutes since midnight */
const minutes = (text) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3, 5));

/** @param {number} minute @returns {string} */
const clock = (minute) => `${String(Math.floor(minute / 60) % HOURS).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}:00`;

/** Where an interval ends, in minutes of its day. @param {Interval} one */
const ending = (one) => minutes(one.end) || HOURS * 60;

/**
 * How much of each hour of the week is open: seven rows (Monday first) of 24 shares.
 * @param {Interval[]} windows @returns {number[][]}
 */
export function hoursOf(windows) {
  return Array.from({ length: 7 }, (_row, day) =>
    Array.from({ length: HOURS }, (_cell, hour) => {
      const own = windows.filter((one) => one.day === day + 1);
      const open = own.map((one) => Math.max(0, Math.min(ending(one), (hour + 1) * 60) - Math.max(minutes(one.start), hour * 60)));
      return Math.min(1, open.reduce((all, part) => all + part, 0) / 60);
    }),
  );
}

/** Intervals of a day put together where they touch. @param {{from: number, to: number}[]} spans */
function joined(spans) {
  const sorted = spans.filter((one) => one.to > one.from).sort((a, b) => a.from - b.from);
  /** @type {{from: number, to: number}[]} */
  const all = [];
  for (const one of sorted) {
    const last = all.at(-1);
    if (last && one.from <= last.to) last.to = Math.max(last.to, one.to);
    else all.push({ ...one });
  }
  return all;
}

/**
 * The week with some whole hours opened or closed; other minutes stay as they are.
 * @param {Interval[]} windows @param {{day: number, hour: number}[]} cells `day` 1: Monday @param {boolean} open
 * @returns {Interval[]} in order of days and hours
 */
export function painted(windows, cells, open) {
  const days = [1, 2, 3, 4, 5, 6, 7];
  return days.flatMap((day) => {
    let spans = windows.filter((one) => one.day === day).map((one) => ({ from: minutes(one.start), to: ending(one) }));
    for (const { hour } of cells.filter((one) => one.day === day)) {
      const [from, to] = [hour * 60, (hour + 1) * 60];
      if (open) spans.push({ from, to });
      else spans = spans.flatMap((one) => [{ from: one.from, to: Math.min(one.to, from) }, { from: Math.max(one.from, to), to: one.to }]);
    }
    return joined(spans).map(({ from, to }) => ({ day, start: clock(from), end: clock(to) }));
  });
}

/** Open hours of a week in all. @param {Interval[]} windows */
export function weekHours(windows) {
  return Math.round(hoursOf(windows).flat().reduce((all, share) => all + share, 0) * 10) / 10;
}

/** @param {number[]} days @param {number} from hour @param {number} to hour @returns {Interval[]} */
export function everyDay(days, from, to) {
  return days.map((day) => ({ day, start: clock(from * 60), end: clock(to * 60) }));
}
