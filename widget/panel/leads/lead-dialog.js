// <pl-lead-dialog>: a client written by hand: a new one of a list, or one that is changed.
import { html, nothing } from "../../vendor/lit.js";
import { t } from "../../i18n/panel.js";
import "../../elements/dialog.js";
import "../../elements/form.js";
import { app } from "../core/app.js";
import { PanelPage } from "../core/page.js";
import { changes, refusal, taken, told } from "../core/saving.js";

const LOOKS = {
  name: { order: 1 }, contacts: { order: 2 }, external_id: { order: 3 }, language: { order: 4 }, timezone: { order: 5 }, data: { order: 6 },
  "ContactData.address": { order: 1 }, "ContactData.channel": { order: 2 }, "ContactData.role": { order: 3 }, "ContactData.timezone": { more: true }, "ContactData.enabled": { more: true },
};

export class LeadDialog extends PanelPage {
  static properties = { list: {}, lead: { attribute: false }, value: { state: true }, refusal: { state: true } };

  constructor() {
    super();
    /** The list of a new one. */
    this.list = "";
    /** The one that is changed. @type {any} */
    this.lead = null;
    /** What the form has; null: closed. @type {any} */
    this.value = null;
    /** @type {import("../core/saving.js").Refusal|null} */
    this.refusal = null;
  }

  get schema() {
    return app.bodySchema("POST", "/lead-lists/{id}/leads");
  }

  open() {
    const start = app.schemas.start(this.schema);
    this.refusal = null;
    this.value = this.lead ? { ...start, ...taken(this.#written(), this.schema) } : { ...start, contacts: [{ address: "", channel: "phone", role: "", timezone: null, enabled: true }] };
  }

  /** The client as it would be written: places of contacts are their order. */
  #written() {
    const contacts = this.lead.contacts.map((/** @type {any} */ { address, channel, role, timezone, enabled }) => ({ address, channel, role, timezone, enabled }));
    return { ...this.lead, contacts };
  }

  /** @param {Event} event */
  async #save(event) {
    event.preventDefault();
    const broken = told(app.schemas.check(this.schema, taken(this.value, this.schema)));
    if (broken.length) {
      this.refusal = { text: t("fixErrors"), fields: broken, conflict: false, usedBy: [], gone: false };
      return;
    }
    this.busy = true;
    try {
      const saved = this.lead
        ? await app.request("PATCH", `/leads/${this.lead.id}`, { body: changes(this.#written(), this.value, this.schema) })
        : await app.request("POST", `/lead-lists/${encodeURIComponent(this.list)}/leads`, { body: taken(this.value, this.schema) });
      this.value = null;
      app.toast(t("saved"));
      this.tell("changed", saved);
    } catch (error) {
      this.refusal = refusal(error);
    } finally {
      this.busy = false;
    }
  }

  render() {
    const { value } = this;
    return html`<pl-dialog size="wide" heading=${t(this.lead ? "editLead" : "addLead")} close-label=${t("close")} ?open=${Boolean(value)} @close=${() => (this.value = null)}>
      ${value
        ? html`<form novalidate @submit=${this.#save}>
            ${this.refusal ? html`<p class="problem" role="alert">${this.refusal.text}</p>` : nothing}
            <pl-form .schemas=${app.schemas} .lookups=${app.lookups} .schema=${this.schema} .value=${value} .looks=${LOOKS} .problems=${this.refusal?.fields ?? []}
              @edit=${(/** @type {CustomEvent} */ event) => (this.value = event.detail)}></pl-form>
            <p class="row-actions"><pl-button kind="submit" look="main" ?busy=${this.busy}>${t("save")}</pl-button></p>
          </form>`
        : nothing}
    </pl-dialog>`;
  }
}

customElements.define("pl-lead-dialog", LeadDialog);
