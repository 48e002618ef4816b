// How a conversation went, in figures. No DOM.

/** @typedef {{client: number, operator: number}|null} Shares percent of all that was said, by time */
/** @typedef {{shares: Shares, silence: number|null, longest: number|null, interruptions: number|null}} Figures */

/** @param {any} value */
const figure = (value) => (typeof value === "number" && Number.isFinite(value) ? value : null);

/** An amount that is told as a number or by side. @param {any} value @returns {number|null} */
function amount(value) {
  if (value && typeof value === "object") return Object.values(value).reduce((all, one) => all + (figure(one) ?? 0), 0);
  return figure(value);
}

/** What the server has measured, as it is shown. @param {Record<string, any>|null|undefined} measures @returns {Figures} */
export function figures(measures) {
  const told = measures ?? {};
  const [client, operator] = [figure(told.talk_s?.client), figure(told.talk_s?.operator)];
  const all = (client ?? 0) + (operator ?? 0);
  const share = Math.round(((client ?? 0) / Math.max(all, 1e-6)) * 100);
  return {
    shares: all > 0 && client !== null && operator !== null ? { client: share, operator: 100 - share } : null,
    silence: amount(told.silence_s),
    longest: amount(told.longest_silence_s),
    interruptions: amount(told.interruptions),
  };
}
