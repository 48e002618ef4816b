// Periods of whole days of the reader. Pure.

/** @param {Date} at */
export const isoDay = (at) => new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 10);

/** Midnight some days from today. @param {number} days @param {Date} now */
function midnight(days, now) {
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + days);
}

/** From the beginning of the first day to the end of the last. @param {Record<string, string>} query @param {Date} [now] @returns {{from: Date, to: Date}} */
export function period(query, now = new Date()) {
  const word = query.period || "today";
  if (word === "yesterday") return { from: midnight(-1, now), to: midnight(0, now) };
  if (word === "week") return { from: midnight(-6, now), to: midnight(1, now) };
  if (word === "month") return { from: midnight(-29, now), to: midnight(1, now) };
  if (word === "custom" && query.from && query.to) {
    const end = new Date(`${query.to}T00:00:00`);
    end.setDate(end.getDate() + 1);
    const from = new Date(`${query.from}T00:00:00`);
    return { from, to: end > from ? end : new Date(from.getTime() + 86_400_000) };
  }
  return { from: midnight(0, now), to: midnight(1, now) };
}
