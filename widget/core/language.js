// The reader's language: one value of a page, kept by whoever starts the page. No DOM.

/** @typedef {"ru"|"en"} Language */
/** Words of an interface: Russian, English. @typedef {Record<string, readonly [string, string]>} Words */

/** @type {Language} */
let current = "ru";
/** @type {Set<(language: Language) => void>} */
const listeners = new Set();

/** @returns {Language} */
export function language() {
  return current;
}

/** Change it; everything shown follows. @param {string|null|undefined} wanted anything but "en" is Russian */
export function setLanguage(wanted) {
  const next = wanted?.toLowerCase().startsWith("en") ? "en" : "ru";
  if (next === current) return;
  current = next;
  for (const listener of listeners) listener(next);
}

/** @param {(language: Language) => void} listener @returns {() => void} ends it */
export function onLanguage(listener) {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/**
 * A function that gives the word for a key in the reader's language: `{name}` in it is replaced by `values.name`,
 * `{n|звонок|звонка|звонков}` (English: `{n|call|calls}`) takes the form for the number. A key without a word is given as it is.
 * @param {...Words} tables earlier ones win
 * @returns {(key: string, values?: Record<string, string|number>) => string}
 */
export function translator(...tables) {
  return (key, values = {}) => {
    const pair = tables.find((table) => Object.hasOwn(table, key))?.[key];
    const text = pair ? pair[current === "en" ? 1 : 0] : key;
    return text.replace(/\{(\w+)((?:\|[^|}]*)*)\}/g, (_all, name, forms) => {
      const value = values[name] ?? "";
      return forms ? plural(Number(value), forms.slice(1).split("|")) : String(value);
    });
  };
}

/**
 * The form of a word for a number; English has two forms, Russian three (CLDR: one, few, many).
 * @param {number} count @param {string[]} forms
 */
function plural(count, forms) {
  const kind = new Intl.PluralRules(current).select(count);
  const place = current === "en" ? (kind === "one" ? 0 : 1) : { one: 0, few: 1 }[/** @type {"one"|"few"} */ (kind)] ?? 2;
  return forms[Math.min(place, forms.length - 1)];
}

/** @param {number} seconds @returns {string} `0:05`, `12:40`, `1:02:03` */
export function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const tail = String(whole % 60).padStart(2, "0");
  const minutes = Math.floor(whole / 60) % 60;
  const hours = Math.floor(whole / 3600);
  return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${tail}` : `${minutes}:${tail}`;
}

/** Day and time as the reader writes them. @param {string|number|Date} at @param {string} [zone] */
export function moment(at, zone) {
  const options = /** @type {const} */ ({ day: "2-digit", month: "2-digit", hour: "2-digit", minute: "2-digit", timeZone: zone });
  return new Date(at).toLocaleString(current === "en" ? "en-GB" : "ru-RU", options);
}

/** Time of day. @param {string|number|Date} at @param {string} [zone] */
export function timeOfDay(at, zone) {
  const options = /** @type {const} */ ({ hour: "2-digit", minute: "2-digit", timeZone: zone });
  return new Date(at).toLocaleTimeString(current === "en" ? "en-GB" : "ru-RU", options);
}
