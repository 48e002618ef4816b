// The panel's words in Russian and English: interface, labels of fields, values, what the server complains about.
import { language, translator } from "../core/language.js";
import { COMMON } from "./common.js";
import { UI } from "./panel/ui.js";
import { PAGES } from "./panel/pages.js";
import { FIELDS } from "./panel/fields.js";
import { HINTS } from "./panel/hints.js";
import { VALUES } from "./panel/values.js";
import { EVENTS } from "./panel/events.js";
import { WORK } from "./panel/work.js";
import { PEOPLE } from "./panel/people.js";
import { SPEECH_PAGES } from "./panel/speech.js";
import { PROBLEMS, RULES } from "./panel/problems.js";
import { DIALLER_PAGES } from "./panel/dialler.js";
import { DIALLER_LISTS } from "./panel/dialler-lists.js";
import { DIALLER_EDITOR } from "./panel/dialler-editor.js";
import { DIALLER_FIELDS, DIALLER_HINTS } from "./panel/dialler-fields.js";
import { DIALLER_VALUES, MODES } from "./panel/dialler-values.js";
import { DIALLER_PROBLEMS } from "./panel/dialler-problems.js";
import { WHY } from "./panel/dialler-why.js";
import { DESK, DESK_REPORT } from "./panel/desk.js";
import { DESK_CLIENTS } from "./panel/desk-clients.js";
import { DESK_FIELDS, DESK_HINTS } from "./panel/desk-fields.js";
import { DESK_PROBLEMS } from "./panel/desk-problems.js";
import { DESK_SIDE } from "./panel/desk-side.js";
import { DESK_MORE_VALUES, DESK_VALUES } from "./panel/desk-values.js";
import { VOICE_EVENTS, VOICE_FIELDS, VOICE_HINTS, VOICE_PAGES, VOICE_PROBLEMS, VOICE_VALUES } from "./panel/voice.js";

/** @typedef {import("../core/language.js").Words} Words */

export const t = translator(PAGES, VOICE_PAGES, WORK, PEOPLE, SPEECH_PAGES, UI, DIALLER_PAGES, DIALLER_LISTS, DIALLER_EDITOR, MODES, WHY, DESK, DESK_SIDE, DESK_CLIENTS, DESK_REPORT, COMMON);

const ALL_FIELDS = { ...DESK_FIELDS, ...DIALLER_FIELDS, ...FIELDS, ...VOICE_FIELDS };
const ALL_HINTS = { ...DESK_HINTS, ...DIALLER_HINTS, ...HINTS, ...VOICE_HINTS };
const ALL_VALUES = { ...DESK_VALUES, ...DESK_MORE_VALUES, ...DIALLER_VALUES, ...VALUES, ...VOICE_VALUES };
const ALL_EVENTS = { ...EVENTS, ...VOICE_EVENTS };

/** @param {readonly [string, string]|undefined} pair */
const pick = (pair) => pair?.[language() === "en" ? 1 : 0];

/** @param {Words} table @param {string[]} keys */
const find = (table, ...keys) => pick(table[keys.find((key) => Object.hasOwn(table, key)) ?? ""]);

/** A field's label. @param {string} owner the schema's title @param {string} name */
export function label(owner, name) {
  return find(ALL_FIELDS, `${owner}.${name}`, name) ?? readable(name);
}

/** What helps to fill a field in. @param {string} owner @param {string} name */
export function hint(owner, name) {
  return find(ALL_HINTS, `${owner}.${name}`, name) ?? "";
}

/** A value of a closed list in words. @param {string} field @param {string|null|undefined} value */
export function valueText(field, value) {
  return value ? find(ALL_VALUES, `${field}.${value}`, value) ?? readable(value) : "";
}

/** @param {{rule: string, limit?: any}} broken */
export function ruleText(broken) {
  return (find(RULES, broken.rule) ?? broken.rule).replace("{limit}", String(broken.limit ?? ""));
}

/** What the server said, in the reader's language where we know it. @param {string} text */
export function problemText(text) {
  if (language() === "en") return text;
  for (const [pattern, russian] of [...VOICE_PROBLEMS, ...DESK_PROBLEMS, ...DIALLER_PROBLEMS, ...PROBLEMS]) {
    const found = pattern.exec(text);
    if (found) return russian.replace(/\$(\d)/g, (_, number) => found[Number(number)] ?? "");
  }
  return text;
}

const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-/;
const BARE = new Set(["digit", "number", "menu", "step", "name", "queue", "said"]);

/** An event of a call (or of a dry run) in one line. @param {{kind: string, data?: Record<string, unknown>}} event */
export function eventText(event) {
  const name = find(ALL_EVENTS, event.kind) ?? readable(event.kind);
  const facts = Object.entries(event.data ?? {})
    .filter(([key, value]) => !/(^|_)id$/.test(key) && !ID.test(String(value)) && value !== null && value !== "" && typeof value !== "object")
    .map(([key, value]) => (BARE.has(key) ? String(value) : `${label("Event", key).toLowerCase()}: ${find(ALL_VALUES, `${key}.${value}`, String(value)) ?? value}`));
  return facts.length ? `${name}: ${facts.join(", ")}` : name;
}

/** @param {string} name */
function readable(name) {
  const words = name.replace(/_s$/, "").replace(/_id$/, "").replace(/_/g, " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
