// Fields that the dialler's forms draw themselves: modes as cards, lengths of time with a unit, shares in percent.
import { html, nothing } from "../../vendor/lit.js";
import { t, valueText } from "../../i18n/panel.js";
import "../../elements/field.js";
import { secondsOf, spanOf, UNITS } from "./spans.js";

/** @typedef {import("../../elements/form/fields.js").Place} Place */

export const MODE_ORDER = ["automatic", "predictive", "progressive", "preview", "robocall"];

/** @param {Event} event @returns {any} */
export const valueOf = (event) => /** @type {any} */ (event.currentTarget).value;

/** A mode, each with what it does. @param {Place} place @param {any} form */
export function modes(place, form) {
  const card = (/** @type {string} */ mode) => html`<label class=${place.value === mode ? "chosen" : ""}>
    <input type="radio" name="mode" .checked=${place.value === mode} @change=${() => form.set(place.path, mode)} />
    <b>${valueText("mode", mode)}</b><span>${t(`modeIs.${mode}`)}</span>
  </label>`;
  return html`<fieldset class="group wide modes">
    <legend>${place.label}</legend>
    <div>${MODE_ORDER.map(card)}</div>
    ${form.problem(place.path) ? html`<p class="problem">${form.problem(place.path)}</p>` : nothing}
  </fieldset>`;
}

/** The unit that a reader chose for a field, by its path: 60 s stay 60 s while they are typed. @type {Map<string, import("./spans.js").Unit>} */
const chosen = new Map();

/**
 * A length of time.
 * @param {{label: string, value: number|null, set: (seconds: number|null) => void, key: string, problem?: string, hint?: string, bare?: boolean}} options
 */
export function span({ label, value, set, key, problem = "", hint = "", bare = false }) {
  const usual = spanOf(value ?? 0);
  const unit = chosen.get(key) ?? (value ? usual.unit : "min");
  const amount = value === null || value === undefined ? "" : String(Math.round((value / UNITS[unit]) * 1000) / 1000);
  const units = Object.keys(UNITS).map((one) => ({ value: one, label: t(`unit.${one}`) }));
  const typed = (/** @type {Event} */ event) => set(valueOf(event) === "" ? null : secondsOf(Number(valueOf(event)), unit));
  const turned = (/** @type {Event} */ event) => {
    const next = /** @type {import("./spans.js").Unit} */ (valueOf(event));
    chosen.set(key, next);
    set(amount === "" ? null : secondsOf(Number(amount), next));
  };
  return html`<div class="span-field">
    <pl-field label=${label} ?hide-label=${bare} type="number" min="0" step="any" .value=${amount} hint=${hint} problem=${problem} @input=${typed}></pl-field>
    <pl-field label=${t("unitOf", { name: label })} hide-label type="select" .options=${units} .value=${unit} @change=${turned}></pl-field>
  </div>`;
}

/** @param {Place} place @param {any} form */
export function seconds(place, form) {
  return span({
    label: place.label,
    value: place.value ?? null,
    set: (value) => form.set(place.path, value),
    key: place.path.join("."),
    problem: form.problem(place.path),
    hint: place.hint,
    bare: place.bare,
  });
}

/** A share of 1 in percent. @param {Place} place @param {any} form @param {{min: number, max: number, step: number}} [limits] of the percentage */
export function share(place, form, { min, max, step } = { min: 0.1, max: 50, step: 0.1 }) {
  const shown = place.value === null || place.value === undefined ? "" : String(Math.round(place.value * 10_000) / 100);
  const set = (/** @type {string} */ typed) => form.set(place.path, typed === "" ? null : Math.round(Number(typed) * 100) / 10_000);
  return html`<pl-field label=${place.label} type="number" min=${min} max=${max} step=${step} .value=${shown} hint=${place.hint} problem=${form.problem(place.path)}
    @input=${(/** @type {Event} */ event) => set(valueOf(event))}></pl-field>`;
}
