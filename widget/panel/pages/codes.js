// <pl-codes-page>: what an employee may dial on the phone.
import { html, nothing } from "../../vendor/lit.js";
import { language } from "../../core/language.js";
import { t } from "../../i18n/panel.js";
import { app } from "../core/app.js";
import { PanelPage } from "../core/page.js";

const PLACES = /** @type {Record<string, [string, string]>} */ ({ extension: ["внутренний номер", "extension"], number: ["номер", "number"], slot: ["место", "slot"] });

export class CodesPage extends PanelPage {
  static properties = { codes: { state: true }, speedDials: { state: true } };

  constructor() {
    super();
    /** @type {any[]} */
    this.codes = [];
    /** @type {any[]} */
    this.speedDials = [];
  }

  async connectedCallback() {
    super.connectedCallback();
    this.codes = (await this.attempt(() => app.request("GET", "/feature-codes")))?.items ?? [];
    if (app.can("GET", "/speed-dials")) this.speedDials = (await this.attempt(() => app.all("/speed-dials"))) ?? [];
  }

  render() {
    const english = language() === "en" ? 1 : 0;
    const dial = (/** @type {string} */ code) => code.replace(/<(\w+)>/, (_, name) => ` ${PLACES[name]?.[english] ?? name}`);
    const row = (/** @type {string} */ code, /** @type {string} */ words) => html`<div><dt><kbd>${code}</kbd></dt><dd>${words}</dd></div>`;
    return html`${this.head(t("page.feature-codes"), { lead: t("codesLead") })} ${this.trouble()}
      <section class="card"><dl class="codes">${this.codes.map((one) => row(dial(one.dial), english ? one.en : one.ru))}</dl></section>
      ${this.speedDials.length
        ? html`<section class="card"><h2>${t("page.speed-dials")}</h2><dl class="codes">${this.speedDials.map((one) => row(one.code, one.name))}</dl></section>`
        : nothing}`;
  }
}

customElements.define("pl-codes-page", CodesPage);
