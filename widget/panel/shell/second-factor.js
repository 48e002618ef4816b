// <pl-second-factor>: turn the code of an authenticator app on and off; the QR code is drawn here, its secret goes nowhere.
import { html, nothing } from "../../vendor/lit.js";
import { qrPicture } from "../../elements/qr.js";
import { t } from "../../i18n/panel.js";
import { app } from "../core/app.js";
import { PanelPage } from "../core/page.js";

const BASE = "/me/second-factor";

export class SecondFactor extends PanelPage {
  static properties = { now: { state: true }, asked: { state: true }, enrolment: { state: true }, codes: { state: true } };

  constructor() {
    super();
    /** @type {any} */
    this.now = null;
    /** What the password is asked for. @type {""|"enrol"|"drop"|"codes"} */
    this.asked = "";
    /** @type {any} */
    this.enrolment = null;
    /** @type {string[]} */
    this.codes = [];
  }

  connectedCallback() {
    super.connectedCallback();
    this.load();
  }

  async load() {
    this.now = (await this.attempt(() => app.request("GET", BASE))) ?? null;
  }

  /** @param {SubmitEvent} event */
  async #proven(event) {
    event.preventDefault();
    const password = String(new FormData(/** @type {HTMLFormElement} */ (event.target)).get("password") ?? "") || null;
    const tails = { enrol: "", drop: "/drop", codes: "/recovery-codes" };
    const wanted = /** @type {"enrol"|"drop"|"codes"} */ (this.asked);
    const done = await this.attempt(async () => (await app.request("POST", BASE + tails[wanted], { body: { password } })) ?? true);
    if (!done) return;
    this.asked = "";
    if (wanted === "enrol") this.enrolment = done;
    if (wanted === "codes") this.codes = done.recovery_codes;
    if (wanted !== "enrol") await this.load();
  }

  /** @param {SubmitEvent} event */
  async #confirm(event) {
    event.preventDefault();
    const code = String(new FormData(/** @type {HTMLFormElement} */ (event.target)).get("code") ?? "").trim();
    const done = await this.attempt(() => app.request("POST", `${BASE}/confirm`, { body: { code } }));
    if (!done) return;
    this.enrolment = null;
    this.codes = done.recovery_codes;
    app.me = { ...app.me, second_factor: true, second_factor_due: false };
    await this.load();
  }

  #body() {
    if (this.codes.length) {
      return html`<h3>${t("spareCodes")}</h3>
        <p class="hint">${t("spareCodesHint")}</p>
        <ul class="spare">${this.codes.map((code) => html`<li><code>${code}</code></li>`)}</ul>
        <p class="row-actions"><pl-button @click=${() => (this.codes = [])}>${t("done")}</pl-button></p>`;
    }
    if (this.enrolment) {
      return html`<form class="stack" @submit=${this.#confirm}>
        <p>${t("scan")}</p>
        ${qrPicture(this.enrolment.uri)}
        <p><code>${this.enrolment.secret}</code></p>
        <pl-field label=${t("confirmCode")} name="code" mode="numeric" autocomplete="one-time-code" required></pl-field>
        <p class="row-actions"><pl-button kind="submit" look="main" ?busy=${this.busy}>${t("confirm")}</pl-button><pl-button look="quiet" @click=${() => (this.enrolment = null)}>${t("cancel")}</pl-button></p>
      </form>`;
    }
    if (this.asked) {
      return html`<form class="stack" @submit=${this.#proven}>
        ${app.me.has_password === false ? nothing : html`<pl-field label=${t("yourPassword")} name="password" type="password" autocomplete="current-password" required></pl-field>`}
        <p class="row-actions"><pl-button kind="submit" look="main" ?busy=${this.busy}>${t("confirm")}</pl-button><pl-button look="quiet" @click=${() => (this.asked = "")}>${t("cancel")}</pl-button></p>
      </form>`;
    }
    if (!this.now) return nothing;
    if (!this.now.enrolled) return html`<p class="row-actions"><pl-button icon="lock" look="main" @click=${() => (this.asked = "enrol")}>${t("enrol")}</pl-button></p>`;
    return html`<p><pl-badge tone="good" dot>${t("isOn", { n: this.now.recovery_codes_left })}</pl-badge></p>
      <p class="row-actions">
        <pl-button size="small" @click=${() => (this.asked = "codes")}>${t("newSpareCodes")}</pl-button>
        ${this.now.required ? nothing : html`<pl-button size="small" tone="bad" @click=${() => (this.asked = "drop")}>${t("turnOff")}</pl-button>`}
      </p>`;
  }

  render() {
    return html`<h2>${t("secondFactor")}</h2>
      <p class="muted">${t("secondFactorLead")}</p>
      ${this.trouble()} ${this.#body()}`;
  }
}

customElements.define("pl-second-factor", SecondFactor);
