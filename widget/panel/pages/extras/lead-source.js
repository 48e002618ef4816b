// A source of lists or portraits: does it answer, what does it tell.
import { html, nothing } from "../../../vendor/lit.js";
import { problemText, t } from "../../../i18n/panel.js";
import { app } from "../../core/app.js";
import { PanelPage } from "../../core/page.js";

export class SourceTrial extends PanelPage {
  static properties = { source: { attribute: false }, told: { state: true }, asked: { state: true } };

  constructor() {
    super();
    /** @type {any} */
    this.source = null;
    /** @type {any} */
    this.told = null;
    this.asked = { phone: "", external_id: "" };
  }

  async #ask() {
    this.told = (await this.attempt(() => app.request("POST", `/lead-sources/${this.source.id}/test`, { body: this.#portrait ? this.asked : {} }))) ?? null;
  }

  get #portrait() {
    return this.source.settings?.kind === "portrait";
  }

  #answer() {
    const { told } = this;
    if (!told) return nothing;
    if (!told.ok) return html`<p class="notice bad" role="alert">${problemText(told.detail)}</p>`;
    const facts = Object.entries(told.portrait ?? {});
    if (this.#portrait) return html`<p class="notice good" role="status">${t("testFine")}</p><dl class="facts">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
    const columns = told.columns.map((/** @type {any} */ one, /** @type {number} */ n) => ({ key: String(n), head: one.name, cell: (/** @type {string[]} */ row) => row[n] ?? "" }));
    return html`<p class="notice good" role="status">${t("testFine")}</p>
      <pl-table class="plain" label=${t("previewOf")} .columns=${columns} .rows=${told.rows} .rowKey=${(/** @type {any} */ row) => row} empty=${t("nothing")}></pl-table>`;
  }

  render() {
    const field = (/** @type {"phone"|"external_id"} */ name, /** @type {string} */ words) => html`<pl-field label=${words} .value=${this.asked[name]}
      @input=${(/** @type {any} */ event) => (this.asked = { ...this.asked, [name]: event.currentTarget.value })}></pl-field>`;
    return html`<section class="card" aria-label=${t("tryoutOf")}>
      <h2>${t("tryoutOf")}</h2>
      <div class="bar">
        ${this.#portrait ? html`${field("phone", t("number"))} ${field("external_id", t("field.external_id"))}` : nothing}
        <pl-button icon="link" ?busy=${this.busy} @click=${() => this.#ask()}>${t("test")}</pl-button>
      </div>
      ${this.trouble()} ${this.#answer()}
    </section>`;
  }
}

customElements.define("pl-source-trial", SourceTrial);

/** @param {import("../resource-item.js").ResourceItem} page */
export function below(page) {
  return app.can("POST", "/lead-sources/{id}/test") ? html`<pl-source-trial .source=${page.item}></pl-source-trial>` : nothing;
}

export function looks() {
  return { name: { order: 1 }, secret: { as: "password", order: 3 }, settings: { order: 2, wide: true }, "SqlRows.query": { as: "area", wide: true }, "HttpRows.body": { as: "area", wide: true, more: true }, partner_id: { list: "partners", more: true } };
}
