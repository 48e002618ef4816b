// A role's rights as a matrix: an area a row, its rights beside it.
import { html, nothing } from "../../../vendor/lit.js";
import { language } from "../../../core/language.js";
import { t } from "../../../i18n/panel.js";
import { app } from "../../core/app.js";

/** @type {any[]} */
let rights = [];

/** @param {import("../../../elements/form/fields.js").Place} place @param {any} form */
function matrix(place, form) {
  if (!rights.length) {
    app.request("GET", "/rights").then(({ items }) => {
      rights = items;
      form.requestUpdate();
    }, () => {});
  }
  const held = /** @type {string[]} */ (place.value ?? []);
  const all = held.includes("*");
  const areas = [...new Set(rights.map((one) => one.area))];
  const flip = (/** @type {string} */ name) => form.set(place.path, held.includes(name) ? held.filter((one) => one !== name) : [...held, name]);
  const box = (/** @type {any} */ one) => html`<pl-field type="checkbox" label=${language() === "en" ? one.title_en : one.title} .checked=${all || held.includes(one.name)}
    ?disabled=${all && one.name !== "*"} @change=${() => flip(one.name)}></pl-field>`;
  return html`<fieldset class="group wide">
    <legend>${place.label}</legend>
    <p class="hint">${t("rightsHint")}</p>
    <div class="rights">
      ${areas.map((area) => html`<div class="area"><b>${t(`area.${area}`)}</b><div>${rights.filter((one) => one.area === area).map(box)}</div></div>`)}
    </div>
    ${form.problem(place.path) ? html`<p class="problem">${form.problem(place.path)}</p>` : nothing}
  </fieldset>`;
}

export function looks() {
  return { rights: { draw: matrix, order: 90 } };
}

/** @param {import("../resource-item.js").ResourceItem} page */
export function below(page) {
  return page.item.built_in ? html`<p class="muted">${t("builtIn")}</p>` : nothing;
}
