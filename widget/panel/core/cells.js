// Values of any resource as they are read in a table.
import { html, nothing } from "../../vendor/lit.js";
import { clock, language } from "../../core/language.js";
import { label, t, valueText } from "../../i18n/panel.js";
import { look } from "../../elements/form/looks.js";
import { app } from "./app.js";
import { choices } from "./schema.js";

/** Day and time in the reader's zone, with the year when it is another. @param {string|null|undefined} at */
export function moment(at) {
  if (!at) return "—";
  const date = new Date(at);
  const locale = language() === "en" ? "en-GB" : "ru-RU";
  /** @type {Intl.DateTimeFormatOptions} */
  const parts = { day: "2-digit", month: "2-digit", hour: "2-digit", minute: "2-digit" };
  if (date.getFullYear() !== new Date().getFullYear()) parts.year = "numeric";
  return date.toLocaleString(locale, parts).replace(", ", ",\u00a0");
}

/** @param {string} text ISO day */
export function day(text) {
  return new Date(text).toLocaleDateString(language() === "en" ? "en-GB" : "ru-RU", { weekday: "short", day: "2-digit", month: "2-digit" });
}

/** @param {number|null|undefined} seconds */
export function duration(seconds) {
  return seconds === null || seconds === undefined ? "—" : clock(seconds);
}

/** @param {number|null|undefined} bytes */
export function size(bytes) {
  if (!bytes) return "—";
  const units = language() === "en" ? ["B", "KB", "MB", "GB"] : ["Б", "КБ", "МБ", "ГБ"];
  const step = Math.min(3, Math.floor(Math.log(bytes) / Math.log(1024)));
  return `${(bytes / 1024 ** step).toFixed(step && bytes / 1024 ** step < 10 ? 1 : 0)} ${units[step]}`;
}

/** Where a call goes, in words. @param {any} to */
export function destination(to) {
  if (!to) return "—";
  const title = valueText("destination", to.kind);
  const lists = /** @type {Record<string, string>} */ ({ menu: "menus", group: "groups", schedule: "schedules", queue: "queues" });
  if (lists[to.kind]) return `${title}: ${app.lookups.name(lists[to.kind], to.id)}`;
  if (to.kind === "extension") return `${title}: ${app.lookups.name("extensions", to.number)}`;
  if (to.kind === "voicemail") return `${title}: ${app.lookups.name("voicemail-boxes", to.box_id)}`;
  if (to.kind === "external") return `${title}: ${to.number}`;
  if (to.kind === "callback") return `${title}: ${app.lookups.name("queues", to.queue_id)}`;
  if (to.kind === "message") return `${title}: ${to.prompt_id ? app.lookups.name("prompts", to.prompt_id) : to.sound ?? ""}`;
  if (to.kind === "hangup") return valueText("how", to.how);
  return title;
}

/** @param {boolean} on */
export function flag(on) {
  return on ? html`<pl-badge tone="good">${t("yes")}</pl-badge>` : html`<span class="muted">${t("no")}</span>`;
}

/**
 * A value by its field's name; ``closed``: it is one of a list and has a word.
 * @param {string} owner @param {string} name @param {any} value @param {boolean} [closed]
 * @returns {unknown}
 */
export function cell(owner, name, value, closed = false) {
  if (value === null || value === undefined || value === "") return html`<span class="muted">—</span>`;
  const { list } = look(owner, name);
  if (Array.isArray(value)) return array(owner, name, value);
  if (list) return app.lookups.name(list, value);
  if (typeof value === "boolean") return flag(value);
  if (name.endsWith("_at") || ["until", "at", "start", "end"].includes(name)) return moment(value);
  if (name === "size_bytes") return size(value);
  if (name.endsWith("_s") && typeof value === "number") return duration(value);
  if (name.endsWith("_share") && typeof value === "number") return `${Math.round(value * 1000) / 10} %`;
  if (typeof value === "object") return value.kind ? destination(value) : JSON.stringify(value);
  return closed ? valueText(name, String(value)) : value;
}

/** @param {string} owner @param {string} name @param {any[]} value */
function array(owner, name, value) {
  const { list } = look(owner, name);
  const words = value.map((one) => {
    if (list) return app.lookups.name(list, one);
    if (typeof one !== "object") return String(one);
    const inner = Object.keys(one).find((key) => look("", key).list);
    return inner ? app.lookups.name(look("", inner).list ?? "", one[inner]) : one.name ?? one.title ?? "";
  });
  if (!words.length) return html`<span class="muted">—</span>`;
  if (words.some((word) => !word)) return String(words.length);
  const shown = words.slice(0, 3).join(", ");
  return html`<span title=${words.join(", ")}>${shown}</span>${words.length > 3 ? html` <pl-badge>+${words.length - 3}</pl-badge>` : nothing}`;
}

/** Columns of a list by the names of fields, as the API's own list tells of them. @param {string} path @param {string} owner @param {string[]} names @returns {import("../../elements/table.js").Column[]} */
export function columns(path, owner, names) {
  const properties = app.itemSchema(path).properties ?? {};
  const known = names.filter((name) => name in properties);
  return known.map((name) => {
    const { schema } = app.schemas.unwrap(properties[name]);
    const closed = choices(schema) !== null;
    return {
      key: name,
      head: label(owner, name),
      cell: (/** @type {any} */ item) => (language() === "en" && item[`${name}_en`]) || cell(owner, name, item[name], closed),
      number: ["number", "integer"].includes(schema.type),
    };
  });
}
