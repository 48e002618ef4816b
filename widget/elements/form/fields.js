// One field of a form by the shape of its schema.
import { html, nothing } from "../../vendor/lit.js";
import { choices } from "../../panel/core/schema.js";
import { t, valueText } from "../../i18n/panel.js";
import { boolean, number, picker, select, text, time } from "./controls.js";
import { list, map } from "./lists.js";
import { variant } from "./variants.js";

/** @typedef {import("../form.js").Form} Form */
/**
 * @typedef {{schema: import("../../panel/core/schema.js").Schema, path: import("../../panel/core/paths.js").Path, value: any, name: string,
 *   owner: string, label: string, hint: string, look: import("./looks.js").Look, required: boolean, nullable?: boolean,
 *   bare?: boolean}} Place
 *   `bare`: its label is for screen readers alone
 */

/** @param {Form} form @param {Place} place @returns {unknown} */
export function field(form, place) {
  const { schema, nullable } = /** @type {import("../../panel/core/schema.js").Schemas} */ (form.schemas).unwrap(place.schema);
  const inner = { ...place, schema, nullable: nullable || !place.required };
  if (place.look.draw) return place.look.draw(inner, form);
  if (place.look.list && schema.type === "string") return picker(form, inner);
  const shape = form.schemas?.shape(schema);
  if (shape === "choice") return select(form, inner, options(inner));
  if (shape === "bool") return boolean(form, inner);
  if (shape === "number") return number(form, inner);
  if (shape === "variant") return variant(form, { ...inner, nullable });
  if (shape === "list") return list(form, inner);
  if (shape === "map") return map(form, inner);
  if (shape === "object") return object(form, { ...inner, nullable });
  if (schema.format === "date-time" || place.look.as === "time") return time(form, inner, "datetime-local");
  if (schema.format === "date" || schema.format === "time") return time(form, inner, schema.format);
  return text(form, inner);
}

/** @param {Place} place */
function options(place) {
  if (place.look.options) return place.look.options(place.value);
  const values = choices(place.schema) ?? [];
  return values.map((value) => ({ value, label: valueText(place.name, value) }));
}

/** @param {Form} form @param {Place} place */
function object(form, place) {
  const { schema, path, value, nullable } = place;
  const absent = value === null || value === undefined;
  const start = () => form.set(path, form.schemas?.startObject(schema));
  return html`<fieldset class="group wide">
    <legend>${place.label}</legend>
    ${place.hint ? html`<p class="hint">${place.hint}</p>` : nothing}
    ${absent
      ? html`<pl-button size="small" icon="add" @click=${start}>${t("add")}</pl-button>`
      : html`<div class="fields">${form.object(schema, path, value)}</div>`}
    ${!absent && nullable ? html`<pl-button size="small" look="quiet" icon="trash" @click=${() => form.set(path, null)}>${t("remove")}</pl-button>` : nothing}
    ${form.problem(path) ? html`<p class="problem">${form.problem(path)}</p>` : nothing}
  </fieldset>`;
}
