// Fields of one value: text, number, choice, date and time, a reference by name.
import { html, nothing } from "../../vendor/lit.js";
import { hint, t } from "../../i18n/panel.js";
import "../field.js";
import "../picker.js";
import { SOUNDS } from "./looks.js";

/** @typedef {import("./fields.js").Place} Place */
/** @typedef {import("../form.js").Form} Form */

/** What an emptied field means: nothing at all, null where that is allowed, else an empty text. @param {Place} place */
const emptied = (place) => (place.look.as === "password" ? undefined : acceptsNull(place) ? null : "");

/** @param {Place} place */
const acceptsNull = (place) => place.nullable && !("minLength" in place.schema && place.required) && place.schema.default !== "";

/** @param {Place} place @param {string} [extra] */
const kind = (place, extra = "") => `${place.look.wide ? "wide" : ""} ${extra}`;

/** @param {Event} event */
const valueOf = (event) => /** @type {import("../field.js").Field} */ (event.currentTarget).value;

/** @param {Form} form @param {Place} place */
export function text(form, place) {
  const secret = place.look.as === "password";
  const area = place.look.as === "area";
  const known = secret && !place.required ? t("unset") : place.hint;
  return html`<pl-field
    class=${kind(place, place.look.as === "code" ? "code" : "")}
    label=${place.label}
    ?hide-label=${place.bare}
    name=${place.name}
    type=${area ? "textarea" : secret ? "password" : "text"}
    autocomplete=${secret ? "new-password" : "off"}
    .value=${place.value ?? ""}
    hint=${place.hint || known || ""}
    problem=${form.problem(place.path)}
    placeholder=${place.look.sound ? SOUNDS[0] : ""}
    @input=${(/** @type {Event} */ event) => form.set(place.path, valueOf(event) || emptied(place))}
  ></pl-field>`;
}

/** @param {Form} form @param {Place} place */
export function number(form, place) {
  const step = place.schema.type === "integer" ? "1" : "any";
  const set = (/** @type {string} */ typed) => form.set(place.path, typed === "" ? null : Number(typed));
  return html`<pl-field
    class=${kind(place)}
    label=${place.label}
    ?hide-label=${place.bare}
    name=${place.name}
    type="number"
    step=${step}
    min=${place.schema.minimum ?? ""}
    max=${place.schema.maximum ?? ""}
    .value=${place.value === null || place.value === undefined ? "" : String(place.value)}
    hint=${place.hint}
    problem=${form.problem(place.path)}
    @input=${(/** @type {Event} */ event) => set(valueOf(event))}
  ></pl-field>`;
}

/** @param {Form} form @param {Place} place */
export function boolean(form, place) {
  return html`<pl-field
    class=${kind(place)}
    label=${place.label}
    name=${place.name}
    type="checkbox"
    .checked=${place.value ?? place.schema.default ?? false}
    hint=${place.hint}
    problem=${form.problem(place.path)}
    @change=${(/** @type {Event} */ event) => form.set(place.path, /** @type {any} */ (event.currentTarget).checked)}
  ></pl-field>`;
}

/** @param {Form} form @param {Place} place @param {{value: string, label: string}[]} options */
export function select(form, place, options) {
  const free = place.nullable && place.schema.default === undefined;
  const unset = place.value === null || place.value === undefined || place.value === "";
  const none = free || place.schema.default === null || unset ? [{ value: "", label: unset && place.required ? t("choose") : t("none") }] : [];
  return html`<pl-field
    class=${kind(place)}
    label=${place.label}
    ?hide-label=${place.bare}
    name=${place.name}
    type="select"
    .options=${[...none, ...options]}
    .value=${place.value ?? ""}
    hint=${place.hint}
    problem=${form.problem(place.path)}
    @change=${(/** @type {Event} */ event) => form.set(place.path, valueOf(event) || (acceptsNull(place) ? null : undefined))}
  ></pl-field>`;
}

/** @param {Form} form @param {Place} place */
export function picker(form, place) {
  const list = place.look.list ?? "";
  return html`<pl-picker
    class=${kind(place)}
    label=${place.label}
    ?hide-label=${place.bare}
    .value=${place.value || null}
    .text=${form.lookups?.name(list, place.value) ?? ""}
    .search=${(/** @type {string} */ words) => /** @type {any} */ (form.lookups).search(list, words)}
    placeholder=${place.required ? t("choose") : t("none")}
    empty=${t("nothingFound")}
    clear-label=${t("remove")}
    hint=${place.hint || hint("list", list)}
    problem=${form.problem(place.path)}
    ?required=${place.required && !place.nullable}
    @pick=${(/** @type {CustomEvent} */ event) => form.set(place.path, event.detail ?? (place.schema.default === "" ? "" : null))}
  ></pl-picker>`;
}

/** @param {Form} form @param {Place} place @param {"datetime-local"|"date"|"time"} type */
export function time(form, place, type) {
  const shown = type === "datetime-local" ? local(place.value) : type === "time" ? (place.value ?? "").slice(0, 5) : place.value ?? "";
  const kept = (/** @type {string} */ typed) => {
    if (!typed) return place.nullable ? null : "";
    return type === "datetime-local" ? new Date(typed).toISOString() : type === "time" ? `${typed}:00` : typed;
  };
  return html`<pl-field
    class=${kind(place)}
    label=${place.label}
    ?hide-label=${place.bare}
    name=${place.name}
    type=${type}
    .value=${shown}
    hint=${place.hint || nothing}
    problem=${form.problem(place.path)}
    @change=${(/** @type {Event} */ event) => form.set(place.path, kept(valueOf(event)))}
  ></pl-field>`;
}

/** A time of the server as ``datetime-local`` has it, in the reader's zone. @param {string|null|undefined} at */
function local(at) {
  if (!at) return "";
  const date = new Date(at);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
