// Fields of many values: rows of a list, pairs of a map.
import { html, nothing } from "../../vendor/lit.js";
import { choices } from "../../panel/core/schema.js";
import { moved } from "../../panel/core/paths.js";
import { t, valueText } from "../../i18n/panel.js";
import "../button.js";
import "../field.js";
import { field } from "./fields.js";

/** @typedef {import("./fields.js").Place} Place */
/** @typedef {import("../form.js").Form} Form */

/** @param {Form} form @param {Place} place */
export function list(form, place) {
  const items = /** @type {import("../../panel/core/schema.js").Schemas} */ (form.schemas).unwrap(place.schema.items).schema;
  const closed = choices(items);
  if (closed && !place.look.options) return toggles(form, place, closed);
  if (place.look.as === "lines") return text(form, place);
  return rows(form, place, items);
}

/** @param {Place} place @param {Form} form @param {unknown} content */
function group(place, form, content) {
  const problem = form.problem(place.path);
  return html`<fieldset class=${`group wide ${problem ? "bad" : ""}`}>
    <legend>${place.label}</legend>
    ${place.hint ? html`<p class="hint">${place.hint}</p>` : nothing} ${content}
    ${problem ? html`<p class="problem">${problem}</p>` : nothing}
  </fieldset>`;
}

/** Some of a closed list, in the order in which they were chosen. @param {Form} form @param {Place} place @param {string[]} values */
function toggles(form, place, values) {
  const chosen = /** @type {string[]} */ (place.value ?? []);
  const flip = (/** @type {string} */ one) =>
    form.set(place.path, chosen.includes(one) ? chosen.filter((other) => other !== one) : [...chosen, one]);
  const button = (/** @type {string} */ one) => html`<pl-button size="small" .pressed=${chosen.includes(one)} @click=${() => flip(one)}>
    ${chosen.includes(one) ? `${chosen.indexOf(one) + 1}. ` : ""}${valueText(place.name, one)}
  </pl-button>`;
  return group(place, form, html`<div class="toggles">${values.map(button)}</div>`);
}

/** Texts, one a line. @param {Form} form @param {Place} place */
function text(form, place) {
  const values = /** @type {string[]} */ (place.value ?? []);
  const wrong = values.map((_one, n) => ({ n, problem: form.problem([...place.path, n]) })).find((one) => one.problem);
  const set = (/** @type {string} */ typed) => form.set(place.path, typed.split("\n").map((line) => line.trim()).filter(Boolean));
  return html`<pl-field
    class="wide"
    label=${place.label}
    name=${place.name}
    type="textarea"
    rows=${place.look.rows ?? 8}
    .value=${values.join("\n")}
    hint=${place.hint}
    problem=${wrong ? `«${values[wrong.n]}»: ${wrong.problem}` : form.problem(place.path)}
    @input=${(/** @type {Event} */ event) => set(/** @type {any} */ (event.currentTarget).value)}
  ></pl-field>`;
}

/** @param {Form} form @param {Place} place @param {import("../../panel/core/schema.js").Schema} items */
function rows(form, place, items) {
  const values = /** @type {any[]} */ (place.value ?? []);
  const start = () => (place.look.list || form.schemas?.shape(items) === "variant" ? null : form.schemas?.start(items));
  const set = (/** @type {any[]} */ next) => form.set(place.path, next);
  const simple = ["text", "number", "choice"].includes(form.schemas?.shape(items) ?? "");
  const row = (/** @type {any} */ value, /** @type {number} */ n) => html`<li class=${simple ? "line" : "card"}>
    <div class=${simple ? "" : "fields"}>${item(form, place, items, value, n)}</div>
    <span class="tools">
      <pl-button size="icon" look="quiet" icon="up" label=${t("up")} ?disabled=${n === 0} @click=${() => set(moved(values, n, n - 1))}></pl-button>
      <pl-button size="icon" look="quiet" icon="arrowDown" label=${t("down")} ?disabled=${n === values.length - 1}
        @click=${() => set(moved(values, n, n + 1))}></pl-button>
      <pl-button size="icon" look="quiet" icon="trash" label=${t("remove")} @click=${() => set(values.filter((_, other) => other !== n))}></pl-button>
    </span>
  </li>`;
  const content = html`${values.length ? html`<ol class="rows">${values.map(row)}</ol>` : nothing}
    <pl-button size="small" icon="add" @click=${() => set([...values, start()])}>${t("add")}</pl-button>`;
  return group(place, form, content);
}

/** @param {Form} form @param {Place} place @param {any} schema @param {any} value @param {number} n */
function item(form, place, schema, value, n) {
  const path = [...place.path, n];
  const shape = form.schemas?.shape(schema);
  if (shape === "object" && value) return form.object(schema, path, value);
  const label = `${place.label} ${n + 1}`;
  return field(form, { schema, path, value, name: place.name, owner: place.owner, label, hint: "", look: { ...place.look, wide: true }, required: true, bare: true });
}

/** Names with values: headers, variables. @param {Form} form @param {Place} place */
export function map(form, place) {
  const pairs = Object.entries(place.value ?? {});
  const schema = place.schema.additionalProperties || { type: "string" };
  const rename = (/** @type {number} */ n, /** @type {string} */ key) =>
    form.set(place.path, Object.fromEntries(pairs.map(([old, value], at) => [at === n ? key : old, value])));
  const drop = (/** @type {string} */ key) => form.set(place.path, Object.fromEntries(pairs.filter(([old]) => old !== key)));
  const add = () => form.set(place.path, { ...(place.value ?? {}), "": form.schemas?.start(schema) ?? "" });
  const row = (/** @type {[string, any]} */ [key, value], /** @type {number} */ n) => html`<li class="line pair">
    <pl-field label=${t("key")} hide-label placeholder=${t("key")} .value=${key}
      @change=${(/** @type {Event} */ event) => rename(n, /** @type {any} */ (event.currentTarget).value)}></pl-field>
    ${field(form, { schema, path: [...place.path, key], value, name: "value", owner: place.owner, label: t("value"), hint: "", look: {}, required: true, bare: true })}
    <span class="tools">
      <pl-button size="icon" look="quiet" icon="trash" label=${t("remove")} @click=${() => drop(key)}></pl-button>
    </span>
  </li>`;
  const full = pairs.some(([key]) => key === "");
  return group(
    place,
    form,
    html`${pairs.length ? html`<ol class="rows">${pairs.map(row)}</ol>` : nothing}
      <pl-button size="small" icon="add" ?disabled=${full} @click=${add}>${t("add")}</pl-button>`,
  );
}
