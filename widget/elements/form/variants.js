// A value of one kind of several: the kind is chosen, its own fields follow. Destinations, prompts, steps.
import { html, nothing } from "../../vendor/lit.js";
import { t, valueText } from "../../i18n/panel.js";

/** @typedef {import("./fields.js").Place} Place */
/** @typedef {import("../form.js").Form} Form */

/** Kinds in the order in which people need them; the others follow as the document has them. */
const ORDER = ["queue", "menu", "extension", "group", "voicemail", "schedule", "external", "message", "callback", "hangup"];

/** @param {Form} form @param {Place} place */
export function variant(form, place) {
  const schemas = /** @type {import("../../panel/core/schema.js").Schemas} */ (form.schemas);
  const table = schemas.variants(place.schema);
  const kinds = [...table.keys()].filter((kind) => !place.look.kinds || place.look.kinds.includes(kind));
  kinds.sort((a, b) => (ORDER.indexOf(a) + 1 || 99) - (ORDER.indexOf(b) + 1 || 99));
  const kind = place.value?.kind ?? "";
  const choose = (/** @type {string} */ next) => form.set(place.path, next ? schemas.startObject(table.get(next) ?? {}) : null);
  const first = kind && !place.nullable ? [] : [{ value: "", label: place.nullable ? t("none") : t("choose") }];
  const inner = table.get(kind);
  const own = form.problem(place.path) || form.problem([...place.path, "kind"]);
  return html`<div class="variant wide">
    <pl-field
      label=${place.label}
      ?hide-label=${place.bare}
      name=${place.name}
      type="select"
      .options=${[...first, ...kinds.map((value) => ({ value, label: valueText(place.name, value) }))]}
      .value=${kind}
      hint=${place.hint}
      problem=${own}
      @change=${(/** @type {Event} */ event) => choose(/** @type {any} */ (event.currentTarget).value)}
    ></pl-field>
    ${inner ? form.object(inner, place.path, place.value) : nothing}
  </div>`;
}
