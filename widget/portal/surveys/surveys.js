// <pl-surveys>: what support asks of this person, a card each, over the list of requests.
import { html, nothing } from "../../vendor/lit.js";
import { t } from "../../i18n/portal.js";
import { app } from "../core/app.js";
import { PortalPage } from "../core/page.js";
import "./survey-form.js";

const MOST = 2;

export class Surveys extends PortalPage {
  static properties = { asks: { state: true } };

  constructor() {
    super();
    /** @type {any[]} */
    this.asks = [];
  }

  connectedCallback() {
    super.connectedCallback();
    this.follow(({ type, kind }) => (type === "reset" || kind === "ticket") && this.load());
    this.load();
  }

  async load() {
    const page = await app.request("GET", "/portal/surveys").catch(() => null);
    if (page) this.asks = page.items;
  }

  /** @param {any} ask @param {CustomEvent} event */
  async #answer(ask, { detail }) {
    const done = await this.attempt(async () => (await app.request("POST", `/portal/surveys/${ask.id}`, { body: detail })) ?? true);
    if (!done) return;
    this.asks = this.asks.filter((one) => one !== ask);
    app.toast(t("thanks"));
  }

  render() {
    if (!this.asks.length) return nothing;
    return html`${this.trouble()}
    ${this.asks.slice(0, MOST).map(
      (ask) => html`<section class="card survey-card" aria-label=${t("survey")}>
        ${ask.ticket_number ? html`<p class="small muted">${t("surveyOf", { number: ask.ticket_number, subject: ask.ticket_subject ?? "" })}</p>` : nothing}
        <pl-survey-form .ask=${ask} ?busy=${this.busy} @answer=${(/** @type {CustomEvent} */ event) => this.#answer(ask, event)}></pl-survey-form>
      </section>`,
    )}`;
  }
}

customElements.define("pl-surveys", Surveys);
