// Small parts of problems.
import { html } from "../../vendor/lit.js";
import { valueText } from "../../i18n/panel.js";

export const STATES = ["open", "known", "fixed", "closed"];
const TONES = /** @type {Record<string, string>} */ ({ open: "bad", known: "warn", fixed: "good", closed: "" });

/** @param {string} state */
export const problemState = (state) => html`<pl-badge tone=${TONES[state] ?? ""} dot>${valueText("problem", state)}</pl-badge>`;

export function problemLooks() {
  const state = { order: 3, options: () => STATES.map((value) => ({ value, label: valueText("problem", value) })) };
  return {
    title: { order: 1, wide: true }, state, resource_id: { list: "support-resources", order: 2 }, description: { as: /** @type {const} */ ("area"), wide: true, order: 10 },
    cause: { as: /** @type {const} */ ("area"), wide: true, order: 11 }, workaround: { as: /** @type {const} */ ("area"), wide: true, order: 12 },
  };
}
