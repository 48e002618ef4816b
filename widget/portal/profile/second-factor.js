// <pl-portal-factor>: the code of an authenticator app: turn it on, off, new spare codes.
import { html, nothing } from "../../vendor/lit.js";
import { qrPicture } from "../../elements/qr.js";
import { t } from "../../i18n/portal.js";
import { app } from "../core/app.js";
import { given, PortalPage } from "../core/page.js";

const BASE = "/me/second-factor";
const TAILS = { enrol: "", drop: "/drop", codes: "/recovery-codes" };

export class PortalFactor extends PortalPage {
  static properties = { now: { state: true }, asked: { state: true }, enrolment: { state: true }, codes: { state: true } };

  constructor() {
    super();
    /** @type {any} */
    this.now = null;
    /** What the password is asked for. @type {""|keyof typeof TAILS} */
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
    const { password } = given(event);
    const wanted = /** @type {keyof typeof TAILS} */ (this.asked);
    const done = await this.attempt(async () => (await app.request("POST", BASE + TAILS[wanted], { body: { password: password || null } })) ?? true);
    if (!done) return;
    this.asked = "";
    if (wanted === "enrol") this.enrolment = done;
    else {
      if (wanted === "codes") this.codes = done.recovery_codes;
      await this.load();
    }
  }

  /** @param {SubmitEvent} event */
  async #confirm(event) {
    const { code } = given(event);
    const done = await this.attempt(() => app.request("POST", `${BASE}/confirm`, { body: { code } }));
    if (!done) return;
    this.enrolment = null;
    this.codes = done.recovery_codes;
    await this.load();
  }

  /** The role's rights come with the code: begin anew. */
  #kept() {
    this.codes = [];
    if (app.me.second_factor_due) location.assign("/support");
  }

  #body() {
    const back = html`<pl-button look="quiet" @click=${() => { this.asked = ""; this.enrolment = null; }}>${t("cancel")}</pl-button>`;
    if (this.codes.length) {
      return html`<div><h3>${t("spareCodes")}</h3><p class="hint">${t("spareCodesHint")}</p></div>
        <ul class="spare">${this.codes.map((code) => html`<li><code>${code}</code></li>`)}</ul>
        <p class="row-actions"><pl-button look="main" @click=${this.#kept}>${t("codesKept")}</pl-button></p>`;
    }
    if (this.enrolment) {
      return html`<form class="stack" @submit=${this.#confirm}>
        <p>${t("scan")}</p>
        ${qrPicture(this.enrolment.uri)}
        <p><code>${this.enrolment.secret}</code></p>
        <pl-field label=${t("code")} name="code" mode="numeric" autocomplete="one-time-code" required></pl-field>
        <p class="row-actions"><pl-button kind="submit" look="main" ?busy=${this.busy}>${t("confirm")}</pl-button>${back}</p>
      </form>`;
    }
    if (this.asked) {
      return html`<form class="stack" @submit=${this.#proven}>
        ${app.me.has_password === false ? nothing : html`<pl-field label=${t("yourPassword")} name="password" type="password" autocomplete="current-password" required></pl-field>`}
        <p class="row-actions"><pl-button kind="submit" look="main" ?busy=${this.busy}>${t("confirm")}</pl-button>${back}</p>
      </form>`;
    }
    if (!this.now) return nothing;
    if (!this.now.enrolled) return html`<p class="row-actions"><pl-button icon="lock" @click=${() => (this.asked = "enrol")}>${t("enrol")}</pl-button></p>`;
    return html`<p><pl-badge tone="good" dot>${t("isOn", { n: this.now.recovery_codes_left })}</pl-badge></p>
      <p class="row-actions">
        <pl-button size="small" @click=${() => (this.asked = "codes")}>${t("newSpareCodes")}</pl-button>
        ${this.now.required ? nothing : html`<pl-button size="small" tone="bad" @click=${() => (this.asked = "drop")}>${t("turnOff")}</pl-button>`}
      </p>`;
  }

  render() {
    return html`<h2>${t("secondFactor")}</h2>
      <div class="stack">
        <p class="muted small">${t("secondFactorLead")}</p>
        ${this.trouble()} ${this.#body()}
      </div>`;
  }
}

customElements.define("pl-portal-factor", PortalFactor);
