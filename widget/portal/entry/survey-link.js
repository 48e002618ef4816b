// <pl-survey-link>: a survey answered from a letter, without sign-in.
import { html, nothing } from "../../vendor/lit.js";
import { t } from "../../i18n/portal.js";
import { app } from "../core/app.js";
import { PortalPage } from "../core/page.js";
import "../surveys/survey-form.js";

export class SurveyLink extends PortalPage {
  static properties = { token: {}, ask: { state: true }, done: { state: true } };

  constructor() {
    super();
    this.token = "";
    /** @type {any} */
    this.ask = null;
    this.done = false;
  }

  connectedCallback() {
    super.connectedCallback();
    history.replaceState(null, "", "/support");
    this.load();
  }

  async load() {
    this.ask = (await this.attempt(() => app.ask("/survey-questions", { token: this.token }))) ?? null;
  }

  /** @param {CustomEvent} event */
  async #answer({ detail }) {
    const done = await this.attempt(async () => (await app.ask("/survey-answers", { token: this.token, ...detail })) ?? true);
    if (done) this.done = true;
  }

  #body() {
    if (this.done) return html`<p class="big-mark good"><pl-icon name="check"></pl-icon></p><h1>${t("thanks")}</h1><p class="muted" role="status">${t("thanksLead")}</p>`;
    if (!this.ask) return this.problem ? html`<h1>${t("survey")}</h1>` : html`<p role="status">${t("loading")}</p>`;
    return html`<h1>${t("survey")}</h1>
      ${this.ask.ticket_number ? html`<p class="muted">${t("surveyOf", { number: this.ask.ticket_number, subject: this.ask.ticket_subject ?? "" })}</p>` : nothing}
      <pl-survey-form .ask=${this.ask} ?busy=${this.busy} @answer=${this.#answer}></pl-survey-form>`;
  }

  render() {
    document.title = `${t("survey")} · ${t("product")}`;
    return html`<div class="entry-form">
      ${this.#body()} ${this.problem ? html`<p class="problem" role="alert">${this.problem}</p>` : nothing}
      ${this.done || (this.problem && !this.ask) ? html`<pl-button @click=${() => this.tell("entered")}>${t("toPortal")}</pl-button>` : nothing}
    </div>`;
  }
}

customElements.define("pl-survey-link", SurveyLink);
