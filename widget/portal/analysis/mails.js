// <pl-analysis-mails>: the analysis by e-mail, every week or month.
import { html, nothing } from "../../vendor/lit.js";
import { language } from "../../core/language.js";
import { t } from "../../i18n/portal.js";
import { app } from "../core/app.js";
import { given, PortalPage } from "../core/page.js";
import { moment } from "../core/texts.js";

const PATH = "/portal/analysis-mails";

export class AnalysisMails extends PortalPage {
  static properties = { orders: { state: true }, adding: { state: true } };

  constructor() {
    super();
    /** @type {any[]|null} */
    this.orders = null;
    this.adding = false;
  }

  connectedCallback() {
    super.connectedCallback();
    this.load();
  }

  async load() {
    const page = await this.attempt(() => app.request("GET", PATH));
    if (page) this.orders = page.items;
  }

  /** @param {SubmitEvent} event */
  async #add(event) {
    const form = given(event);
    if (this.busy) return;
    const recipients = form.recipients.split(/[\s,;]+/).filter(Boolean);
    if (!recipients.length) {
      this.problem = t("wrongEmail");
      return;
    }
    const body = { every: form.every, format: form.format, recipients, language: language() };
    const made = await this.attempt(() => app.request("POST", PATH, { body }));
    if (!made) return;
    this.adding = false;
    app.toast(t("mailsOrdered"));
    await this.load();
  }

  /** @param {any} order */
  async #switch(order) {
    await this.attempt(() => app.request("PATCH", `${PATH}/${order.id}`, { body: { enabled: !order.enabled } }));
    await this.load();
  }

  /** @param {any} order */
  async #remove(order) {
    await this.attempt(() => app.request("DELETE", `${PATH}/${order.id}`));
    await this.load();
  }

  async #open() {
    this.adding = true;
    await this.updateComplete;
    /** @type {HTMLElement|null} */ (this.querySelector("form pl-field"))?.focus();
  }

  /** @param {any} order */
  #row(order) {
    const next = order.enabled ? t("nextMail", { at: moment(order.next_at) }) : t("mailsOff");
    return html`<li>
      <div><b>${t(`every.${order.every}`)}, ${order.format.toUpperCase()}</b><p class="small muted">${order.recipients.join(", ")} · ${next}</p></div>
      <span class="row-actions">
        <pl-button size="small" .pressed=${order.enabled} @click=${() => this.#switch(order)}>${t(order.enabled ? "on" : "off")}</pl-button>
        <pl-button size="small" look="quiet" tone="bad" icon="trash" label=${t("removeMails", { who: order.recipients.join(", ") })} @click=${() => this.#remove(order)}></pl-button>
      </span>
    </li>`;
  }

  /** Escape puts the form away. @param {KeyboardEvent} event */
  #keys(event) {
    if (event.key === "Escape") this.adding = false;
  }

  #form() {
    const everies = ["week", "month"].map((value) => ({ value, label: t(`every.${value}`) }));
    const formats = ["pdf", "xlsx"].map((value) => ({ value, label: value.toUpperCase() }));
    return html`<form class="mail-form" @submit=${this.#add} @keydown=${this.#keys}>
      <pl-field label=${t("recipients")} name="recipients" mode="email" hint=${t("recipientsHint")} .value=${app.account.account.email || app.me.email || ""} required></pl-field>
      <pl-field label=${t("howOften")} name="every" type="select" .options=${everies} value="week"></pl-field>
      <pl-field label=${t("format")} name="format" type="select" .options=${formats} value="pdf"></pl-field>
      <p class="row-actions"><pl-button kind="submit" look="main" ?busy=${this.busy}>${t("subscribe")}</pl-button><pl-button look="quiet" @click=${() => (this.adding = false)}>${t("cancel")}</pl-button></p>
    </form>`;
  }

  render() {
    return html`<section class="card" aria-label=${t("analysisMails")}>
      <div class="title-line">
        <div><h2>${t("analysisMails")}</h2><p class="muted small">${t("analysisMailsLead")}</p></div>
        ${this.adding ? nothing : html`<pl-button icon="add" @click=${this.#open}>${t("subscribe")}</pl-button>`}
      </div>
      ${this.adding ? this.#form() : nothing} ${this.trouble()}
      ${this.orders?.length ? html`<ul class="lines">${this.orders.map((one) => this.#row(one))}</ul>` : nothing}
    </section>`;
  }
}

customElements.define("pl-analysis-mails", AnalysisMails);
