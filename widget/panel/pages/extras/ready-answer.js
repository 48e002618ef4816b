// A ready answer: its text in both languages, and what may be filled in.
import { html } from "../../../vendor/lit.js";
import { t } from "../../../i18n/panel.js";

const VARIABLES = ["number", "subject", "client", "company", "outlet", "operator", "assignee", "line", "category", "status"];

/** @param {any} place @param {any} form */
function text(place, form) {
  const insert = (/** @type {string} */ name) => form.set(place.path, `${place.value ?? ""}{{ ${name} }}`);
  return html`<div class="wide">
    <pl-field type="textarea" rows="6" label=${place.label} problem=${form.problem(place.path)} .value=${place.value ?? ""} @input=${(/** @type {any} */ event) => form.set(place.path, event.currentTarget.value)}></pl-field>
    <p class="row-tools"><span class="muted small">${t("dk.variables")}</span>${VARIABLES.map((name) => html`<pl-button size="small" look="quiet" label=${t(`dk.var.${name}`)} @click=${() => insert(name)}>${`{{ ${name} }}`}</pl-button>`)}</p>
  </div>`;
}

export function looks() {
  return { name: { order: 1 }, shortcut: { order: 2 }, category_id: { list: "ticket-categories", order: 3 }, text: { draw: text, order: 10 }, text_en: { draw: text, order: 11 } };
}
