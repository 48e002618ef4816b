// <pl-callbacks-page>: who is to be called back, when, and how it went; order one, cancel one.
import { html, nothing } from "../../vendor/lit.js";
import { label, t, valueText } from "../../i18n/panel.js";
import "../../elements/dialog.js";
import "../../elements/form.js";
import { app } from "../core/app.js";
import { moment } from "../core/cells.js";
import { ListPage } from "../core/list-page.js";
import { refusal, taken, told } from "../core/saving.js";

const TONES = /** @type {Record<string, string>} */ ({ waiting: "warn", calling: "accent", done: "good", failed: "bad", cancelled: "" });

export class CallbacksPage extends ListPage {
  static properties = { draft: { state: true }, refusal: { state: true } };

  constructor() {
    super();
    this.path = "/callbacks";
    this.page = "callbacks";
    this.topics = ["callbacks"];
    /** @type {any} */
    this.draft = null;
    /** @type {import("../core/saving.js").Refusal|null} */
    this.refusal = null;
  }

  get emptyText() {
    return t("noCallbacks");
  }

  get schema() {
    return app.bodySchema("POST", "/callbacks");
  }

  actions() {
    if (!app.can("POST", "/callbacks")) return nothing;
    return html`<pl-button look="main" icon="add" @click=${() => (this.draft = app.schemas.start(this.schema))}>${t("orderCallback")}</pl-button>`;
  }

  filters() {
    const parameter = app.operation("GET", this.path).parameters.find((/** @type {any} */ one) => one.name === "state");
    const states = parameter ? app.schemas.unwrap(parameter.schema).schema.enum ?? [] : [];
    return html`${states.length ? this.choice("state", t("state"), [{ value: "", label: t("any") }, ...states.map((/** @type {string} */ value) => ({ value, label: valueText("state", value) }))]) : nothing}
      ${this.picker("queue_id", label("Call", "queue_id"), "queues")}`;
  }

  /** @param {Event} event */
  async #order(event) {
    event.preventDefault();
    const broken = told(app.schemas.check(this.schema, taken(this.draft, this.schema)));
    if (broken.length) {
      this.refusal = { text: t("fixErrors"), fields: broken, conflict: false, usedBy: [], gone: false };
      return;
    }
    try {
      await app.request("POST", "/callbacks", { body: taken(this.draft, this.schema) });
      this.draft = this.refusal = null;
      app.toast(t("callbackOrdered"));
      await this.load();
    } catch (error) {
      this.refusal = refusal(error);
    }
  }

  /** @param {any} one */
  #tools(one) {
    if (!["waiting", "calling"].includes(one.state) || !app.can("DELETE", "/callbacks/{id}")) return nothing;
    return html`<pl-button size="small" look="quiet" tone="bad" @click=${() => this.act(() => app.request("DELETE", `/callbacks/${one.id}`))}>${t("cancelCallback")}</pl-button>`;
  }

  columns() {
    return [
      { key: "at", head: label("", "requested_at"), cell: (/** @type {any} */ one) => moment(one.requested_at) },
      { key: "number", head: label("", "number"), cell: (/** @type {any} */ one) => one.number },
      { key: "queue", head: label("Call", "queue_id"), cell: (/** @type {any} */ one) => app.lookups.name("queues", one.queue_id) || "—" },
      { key: "source", head: label("", "source"), cell: (/** @type {any} */ one) => valueText("source", one.source) },
      { key: "state", head: t("state"), cell: (/** @type {any} */ one) => html`<pl-badge tone=${TONES[one.state] ?? ""} dot>${valueText("state", one.state)}</pl-badge>` },
      { key: "next", head: label("", "next_at"), cell: (/** @type {any} */ one) => (one.state === "waiting" ? moment(one.next_at) : "—") },
      { key: "attempts", head: label("", "attempts"), number: true, cell: (/** @type {any} */ one) => (Array.isArray(one.attempts) ? one.attempts.length : one.attempts ?? 0) },
      { key: "note", head: label("", "note"), wide: true, cell: (/** @type {any} */ one) => one.note || "—" },
      { key: "do", head: "", cell: (/** @type {any} */ one) => this.#tools(one) },
    ];
  }

  render() {
    return html`${super.render()}
      <pl-dialog heading=${t("orderCallback")} close-label=${t("close")} ?open=${Boolean(this.draft)} @close=${() => (this.draft = null)}>
        ${this.draft
          ? html`<form @submit=${this.#order}>
              ${this.refusal ? html`<p class="problem" role="alert">${this.refusal.text}</p>` : nothing}
              <pl-form .schemas=${app.schemas} .lookups=${app.lookups} .schema=${this.schema} .value=${this.draft} .problems=${this.refusal?.fields ?? []}
                @edit=${(/** @type {CustomEvent} */ event) => (this.draft = event.detail)}></pl-form>
              <p class="row-actions"><pl-button kind="submit" look="main">${t("orderCallback")}</pl-button></p>
            </form>`
          : nothing}
      </pl-dialog>`;
  }
}

customElements.define("pl-callbacks-page", CallbacksPage);
