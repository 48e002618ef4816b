// Outlets of a client as rows that are typed at once: name, address, phone.
import { html } from "../../vendor/lit.js";
import { label, t } from "../../i18n/panel.js";

/** @typedef {{name: string, address: string, phone?: string}} OutletRow */

/** @param {{value: OutletRow[], set: (next: OutletRow[]) => void, problems?: {path: string, message: string}[]}} options */
export function outletsEditor({ value, set, problems = [] }) {
  const put = (/** @type {number} */ n, /** @type {string} */ name) => (/** @type {any} */ event) => set(value.map((one, at) => (at === n ? { ...one, [name]: event.currentTarget.value } : one)));
  const problem = (/** @type {number} */ n, /** @type {string} */ name) => problems.find((one) => one.path === `body.outlets.${n}.${name}`)?.message ?? "";
  const field = (/** @type {OutletRow} */ one, /** @type {number} */ n, /** @type {"name"|"address"|"phone"} */ name, /** @type {string} */ text) =>
    html`<pl-field hide-label label=${`${text} ${n + 1}`} placeholder=${text} problem=${problem(n, name)} .value=${one[name] ?? ""} @input=${put(n, name)}></pl-field>`;
  return html`<fieldset class="group">
    <legend>${t("cl.outlets")}</legend>
    <ol class="rows">
      ${value.map((one, n) => html`<li class="outlet-row">
        ${field(one, n, "name", t("cl.outletName"))} ${field(one, n, "address", label("", "address"))} ${field(one, n, "phone", label("", "phone"))}
        <pl-button size="icon" look="quiet" icon="trash" label=${`${t("remove")}: ${one.name || n + 1}`} @click=${() => set(value.filter((_, at) => at !== n))}></pl-button>
      </li>`)}
    </ol>
    <pl-button size="small" icon="add" @click=${() => set([...value, { name: "", address: "", phone: "" }])}>${t("cl.addOutlet")}</pl-button>
  </fieldset>`;
}
