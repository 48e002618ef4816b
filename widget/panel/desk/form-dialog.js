// <pl-form-dialog>: a window with a form made from the API's own schema; what was saved is told (event `made`).
import { html, nothing } from "../../vendor/lit.js";
import { t } from "../../i18n/panel.js";
import "../../elements/dialog.js";
import "../../elements/form.js";
import { app } from "../core/app.js";
import { PanelPage } from "../core/page.js";
import { changes, refusal, taken, told } from "../core/saving.js";
import { newId } from "./figures.js";

/** @typedef {{heading: string, method: "POST"|"PATCH"|"PUT", route: string, path: string, item?: any, start?: Record<string, any>,
 *   looks?: Record<string, import("../../elements/form/looks.js").Look>, submit?: string}} Asked
 *   `route` as the document has it, `path` with its ids; `item`: what is changed */

export class FormDialog extends PanelPage {
  static properties = { asked: { state: true }, value: { state: true }, refusal: { state: true } };

  constructor() {
    super();
    /** @type {Asked|null} */
    this.asked = null;
    /** @type {any} */
    this.value = null;
    /** @type {import("../core/saving.js").Refusal|null} */
    this.refusal = null;
    /** The id of what is made: sent twice it is made once. */
    this.made = "";
  }

  get schema() {
    const schema = app.bodySchema(this.asked?.method ?? "POST", this.asked?.route ?? "");
    const properties = Object.fromEntries(Object.entries(schema.properties ?? {}).filter(([name]) => !["id", "version"].includes(name)));
    return { ...schema, properties };
  }

  /** @param {Asked} asked */
  ask(asked) {
    this.asked = asked;
    this.refusal = null;
    this.made = newId();
    const { item } = asked;
    this.value = item ? structuredClone(item) : { ...app.schemas.start(this.schema), ...asked.start };
  }

  #body() {
    const { asked, schema } = this;
    const full = app.bodySchema(asked?.method ?? "POST", asked?.route ?? "");
    if (asked?.method !== "PATCH") return { ...taken(this.value, schema), ...(full.properties?.id ? { id: this.made } : {}) };
    const version = full.properties?.version && asked.item.version !== undefined ? { version: asked.item.version } : {};
    return { ...changes(asked.item, this.value, schema), ...version };
  }

  /** @param {Event} event */
  async #save(event) {
    event.preventDefault();
    const { asked } = this;
    if (!asked) return;
    const broken = asked.method === "PATCH" ? [] : told(app.schemas.check(this.schema, taken(this.value, this.schema)));
    if (broken.length) {
      this.refusal = { text: t("fixErrors"), fields: broken, conflict: false, usedBy: [], gone: false };
      return;
    }
    this.busy = true;
    try {
      const made = await app.request(asked.method, asked.path, { body: this.#body() });
      this.asked = null;
      app.toast(t("saved"));
      this.tell("made", made);
    } catch (error) {
      this.refusal = refusal(error);
    } finally {
      this.busy = false;
    }
  }

  render() {
    const { asked } = this;
    if (!asked) return nothing;
    return html`<pl-dialog heading=${asked.heading} close-label=${t("close")} open @close=${() => (this.asked = null)}>
      <form novalidate @submit=${this.#save}>
        ${this.refusal ? html`<p class="notice bad" role="alert">${this.refusal.text}</p>` : nothing}
        <pl-form .schemas=${app.schemas} .lookups=${app.lookups} .schema=${this.schema} .value=${this.value} .looks=${asked.looks ?? {}} .problems=${this.refusal?.fields ?? []}
          @edit=${(/** @type {CustomEvent} */ event) => (this.value = event.detail)}></pl-form>
        <p class="row-actions"><pl-button kind="submit" look="main" ?busy=${this.busy}>${asked.submit ?? t(asked.item ? "save" : "create")}</pl-button></p>
      </form>
    </pl-dialog>`;
  }
}

customElements.define("pl-form-dialog", FormDialog);
