// Choosing an outlet: from a list while there are few, by its name when there are many.
import { html } from "../../vendor/lit.js";
import { t } from "../../i18n/portal.js";
import "../../elements/picker.js";
import { app } from "../core/app.js";

const FEW = 40;
const SHOWN = 50;

/** @param {any} one */
const full = (one) => (one.address ? `${one.name}, ${one.address}` : one.name);

/**
 * @param {{outlets: any[], value: string, choose: (id: string) => void, none: string, hideLabel?: boolean, required?: boolean, problem?: string}} parts
 *   `none`: the word for no outlet
 */
export function outletField({ outlets, value, choose, none, hideLabel = false, required = false, problem = "" }) {
  const look = problem ? "invalid" : "";
  if (outlets.length > FEW) {
    const search = async (/** @type {string} */ text) =>
      outlets.filter((one) => full(one).toLowerCase().includes(text.toLowerCase())).slice(0, SHOWN).map((one) => ({ key: one.id, text: full(one) }));
    const chosen = app.account.outlets.find((/** @type {any} */ one) => one.id === value);
    return html`<pl-picker class=${look} label=${t("outlet")} ?hide-label=${hideLabel} placeholder=${none} clear-label=${none} empty=${t("nothing")} problem=${problem}
      .search=${search} .value=${value || null} .text=${chosen ? full(chosen) : ""} @pick=${(/** @type {CustomEvent} */ event) => choose(event.detail ?? "")}></pl-picker>`;
  }
  const options = [...(required && outlets.length === 1 ? [] : [{ value: "", label: none }]), ...outlets.map((one) => ({ value: one.id, label: full(one) }))];
  return html`<pl-field class=${look} label=${t("outlet")} ?hide-label=${hideLabel} type="select" ?required=${required} problem=${problem} .options=${options} .value=${value}
    @change=${(/** @type {Event} */ event) => choose(/** @type {any} */ (event.currentTarget).value)}></pl-field>`;
}
