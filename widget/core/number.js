// Numbers as people write them. No DOM.

/** Letters for people's eyes, which no phone dials. */
const ORNAMENT = /[\s().\u00a0–-]/g;

/** What is dialled of what was written. @param {string} text */
export function tidy(text) {
  return text.replace(/^tel:/i, "").split(";")[0].replace(ORNAMENT, "");
}

/** Whether it can be dialled: digits, * and #, a plus in front. @param {string} text */
export function looksLikeNumber(text) {
  return /^\+?[0-9*#]{1,32}$/.test(tidy(text));
}

/**
 * A number in groups, for reading: Russian ones in full, others as they are.
 * @param {string} number
 */
export function readable(number) {
  const russian = /^(?:\+?7|8)(\d{3})(\d{3})(\d{2})(\d{2})$/.exec(number);
  return russian ? `+7 ${russian[1]} ${russian[2]}-${russian[3]}-${russian[4]}` : number;
}
