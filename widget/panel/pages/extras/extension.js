// An extension's phone: what it needs to register; the password is shown when it is asked for.
import { html, nothing } from "../../../vendor/lit.js";
import { t } from "../../../i18n/panel.js";
import { app } from "../../core/app.js";
import { PanelPage } from "../../core/page.js";

export class PhoneCard extends PanelPage {
  static properties = { extension: {}, phone: { state: true }, open: { state: true } };

  constructor() {
    super();
    this.extension = "";
    /** @type {any} */
    this.phone = null;
    this.open = false;
    this.read = "";
  }

  willUpdate() {
    if (this.extension === this.read) return;
    this.read = this.extension;
    this.open = false;
    this.load();
  }

  async load() {
    this.phone = (await this.attempt(() => app.request("GET", `/extensions/${this.extension}/phone`))) ?? null;
  }

  async #renew() {
    if (!window.confirm(t("newPhonePasswordSure"))) return;
    await this.attempt(() => app.request("POST", `/extensions/${this.extension}/phone/password`));
    await this.load();
    this.open = true;
  }

  /** @param {string} text */
  async #copy(text) {
    await navigator.clipboard?.writeText(text);
    app.toast(t("copied"));
  }

  render() {
    const { phone } = this;
    if (!phone) return html`${this.trouble(() => this.load())}`;
    const shown = this.open ? html`<code>${phone.password}</code>` : html`<span class="muted">••••••••••</span>`;
    return html`<section class="card" aria-label=${t("phoneData")}>
      <h2>${t("phoneData")}</h2>
      ${this.trouble()}
      <dl class="facts">
        <div><dt>${t("phoneServer")}</dt><dd>${phone.server}:${phone.port} ${String(phone.transport).toUpperCase()}</dd></div>
        <div><dt>${t("phoneUser")}</dt><dd>${phone.username}</dd></div>
        ${phone.password ? html`<div><dt>${t("phonePassword")}</dt><dd>${shown}</dd></div>` : nothing}
      </dl>
      ${phone.password
        ? html`<p class="row-actions">
            ${this.open
              ? html`<pl-button size="small" icon="copy" @click=${() => this.#copy(phone.password)}>${t("copy")}</pl-button>`
              : html`<pl-button size="small" icon="eye" @click=${() => (this.open = true)}>${t("showPassword")}</pl-button>`}
            ${app.can("POST", "/extensions/{id}/phone/password") ? html`<pl-button size="small" icon="refresh" @click=${() => this.#renew()}>${t("newPhonePassword")}</pl-button>` : nothing}
          </p>
          ${this.open ? html`<p class="hint">${t("shownOnce")}</p>` : nothing}`
        : nothing}
    </section>`;
  }
}

customElements.define("pl-phone-card", PhoneCard);

/** @param {import("../resource-item.js").ResourceItem} page */
export function below(page) {
  return html`<pl-phone-card extension=${page.item.id}></pl-phone-card>`;
}

export function looks() {
  return { password: { as: /** @type {const} */ ("hidden") } };
}
