// <pl-addresses>: by which phones and e-mail addresses a client is known, and for which outlet that is.
import { html, nothing } from "../../vendor/lit.js";
import { label, t, valueText } from "../../i18n/panel.js";
import { app } from "../core/app.js";
import { PanelPage } from "../core/page.js";
import { refusal } from "../core/saving.js";

const ROUTE = "/clients/{id}/addresses";

export class Addresses extends PanelPage {
  static properties = { client: { attribute: false }, outlets: { attribute: false }, items: { state: true }, fields: { state: true } };

  constructor() {
    super();
    /** @type {any} */
    this.client = null;
    /** @type {any[]} */
    this.outlets = [];
    /** @type {any[]} */
    this.items = [];
    /** @type {{path: string, message: string}[]} */
    this.fields = [];
    this.read = "[]";
    this.shown = "";
  }

  willUpdate() {
    if (!this.client || this.shown === this.client.id) return;
    this.shown = this.client.id;
    this.#load();
  }

  async #load() {
    if (!app.can("GET", ROUTE)) return;
    const page = await this.attempt(() => app.request("GET", `/clients/${this.client.id}/addresses`));
    if (page) this.#keep(page.items);
  }

  /** @param {any[]} items */
  #keep(items) {
    this.items = items.map(({ kind, address, outlet_id }) => ({ kind, address, outlet_id: outlet_id ?? null }));
    this.read = JSON.stringify(this.items);
    this.fields = [];
  }

  async #save() {
    this.busy = true;
    try {
      const items = this.items.filter((one) => one.address.trim());
      const page = await app.request("PUT", `/clients/${this.client.id}/addresses`, { body: { items } });
      this.#keep(page?.items ?? items);
      this.problem = "";
      app.toast(t("saved"));
    } catch (error) {
      const found = refusal(error);
      this.fields = found.fields;
      this.problem = found.text;
    } finally {
      this.busy = false;
    }
  }

  /** @param {any} one @param {number} n */
  #row(one, n) {
    const put = (/** @type {string} */ name) => (/** @type {any} */ event) => (this.items = this.items.map((item, at) => (at === n ? { ...item, [name]: event.currentTarget.value || null } : item)));
    const kinds = ["phone", "email"].map((value) => ({ value, label: valueText("addressKind", value) }));
    const outlets = [{ value: "", label: t("cl.wholeCompany") }, ...this.outlets.map((outlet) => ({ value: outlet.id, label: outlet.name }))];
    const problem = this.fields.find((field) => field.path.startsWith(`body.items.${n}`))?.message ?? "";
    return html`<li class="outlet-row">
      <pl-field hide-label type="select" label=${t("cl.kind")} .options=${kinds} .value=${one.kind} @change=${put("kind")}></pl-field>
      <pl-field hide-label label=${`${label("", "address")} ${n + 1}`} placeholder=${one.kind === "phone" ? "+7 916 123-45-67" : "name@example.com"} problem=${problem} .value=${one.address ?? ""} @input=${(/** @type {any} */ event) => (this.items = this.items.map((item, at) => (at === n ? { ...item, address: event.currentTarget.value } : item)))}></pl-field>
      <pl-field hide-label type="select" label=${t("dk.outlet")} .options=${outlets} .value=${one.outlet_id ?? ""} @change=${put("outlet_id")}></pl-field>
      <pl-button size="icon" look="quiet" icon="trash" label=${`${t("remove")}: ${one.address}`} @click=${() => (this.items = this.items.filter((_, at) => at !== n))}></pl-button>
    </li>`;
  }

  render() {
    if (!this.client || !app.can("GET", ROUTE)) return nothing;
    const may = app.can("PUT", ROUTE);
    const dirty = JSON.stringify(this.items) !== this.read;
    return html`<section class="card" aria-label=${t("cl.addresses")}>
      <h2>${t("cl.addresses")}</h2>
      <p class="hint">${t("cl.addressesHint")}</p>
      ${this.trouble()}
      <ol class="rows" ?inert=${!may}>${this.items.map((one, n) => this.#row(one, n))}</ol>
      ${may ? html`<div class="row-tools"><pl-button size="small" icon="add" @click=${() => (this.items = [...this.items, { kind: "phone", address: "", outlet_id: null }])}>${t("cl.addAddress")}</pl-button>
        ${dirty ? html`<pl-button size="small" look="main" ?busy=${this.busy} @click=${() => this.#save()}>${t("save")}</pl-button>` : nothing}</div>` : nothing}
    </section>`;
  }
}

customElements.define("pl-addresses", Addresses);
