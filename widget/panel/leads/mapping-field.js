// <pl-mapping-field>: what columns of a list's source are; they are read from the source itself.
import { html, nothing } from "../../vendor/lit.js";
import { problemText, t } from "../../i18n/panel.js";
import { app } from "../core/app.js";
import { PanelPage } from "../core/page.js";
import { mappingTable } from "./mapping-table.js";

export class MappingField extends PanelPage {
  static properties = { mapping: { attribute: false }, source: {}, columns: { state: true } };

  constructor() {
    super();
    /** @type {import("./mapping.js").Mapping} */
    this.mapping = {};
    this.source = "";
    /** @type {{name: string, samples?: string[]}[]} */
    this.columns = [];
  }

  /** @param {import("./mapping.js").Mapping} mapping */
  #set(mapping) {
    this.mapping = mapping;
    this.tell("edit-mapping", mapping);
  }

  async #read() {
    const told = await this.attempt(() => app.request("POST", `/lead-sources/${this.source}/test`, { body: {} }));
    if (!told) return;
    if (!told.ok) {
      this.problem = problemText(told.detail);
      return;
    }
    this.columns = told.columns;
    this.#set({ ...Object.fromEntries(told.columns.map((/** @type {any} */ one) => [one.name, one.guess])), ...this.mapping });
  }

  render() {
    const known = new Set(this.columns.map((one) => one.name));
    const columns = [...this.columns, ...Object.keys(this.mapping).filter((name) => !known.has(name)).map((name) => ({ name }))];
    const remove = (/** @type {string} */ name) => {
      this.columns = this.columns.filter((one) => one.name !== name);
      this.#set(Object.fromEntries(Object.entries(this.mapping).filter(([other]) => other !== name)));
    };
    return html`${this.trouble()}
      ${columns.length ? mappingTable({ columns, mapping: this.mapping, set: (next) => this.#set(next), remove }) : html`<p class="hint">${t("mappingEmpty")}</p>`}
      ${this.source && app.can("POST", "/lead-sources/{id}/test") ? html`<p class="row-tools"><pl-button size="small" icon="refresh" ?busy=${this.busy} @click=${() => this.#read()}>${t("readColumns")}</pl-button></p>` : nothing}`;
  }
}

customElements.define("pl-mapping-field", MappingField);

/** @param {import("../../elements/form/fields.js").Place} place @param {any} form */
export function mappingField(place, form) {
  return html`<fieldset class="group wide">
    <legend>${place.label}</legend>
    <pl-mapping-field .mapping=${place.value ?? {}} source=${form.value.source_id ?? ""} @edit-mapping=${(/** @type {CustomEvent} */ event) => form.set(place.path, event.detail)}></pl-mapping-field>
    ${form.broken(place.path) ? html`<p class="problem">${form.problem(place.path)}</p>` : nothing}
  </fieldset>`;
}
