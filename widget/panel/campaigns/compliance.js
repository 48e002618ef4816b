// <pl-compliance-page>: abandonment and forbidden dials of every campaign over 30 days.
import { html, nothing } from "../../vendor/lit.js";
import { t } from "../../i18n/panel.js";
import "../../elements/chart.js";
import { app } from "../core/app.js";
import { day } from "../core/cells.js";
import { save } from "../core/files.js";
import { ListPage } from "../core/list-page.js";
import { address } from "../core/router.js";
import { percent, rateTone } from "./figures.js";

const ROUTE = "/campaign-compliance";

export class CompliancePage extends ListPage {
  static properties = { report: { state: true } };

  constructor() {
    super();
    this.path = ROUTE;
    this.page = "campaign-compliance";
    /** @type {any} */
    this.report = null;
  }

  async load() {
    const found = await this.attempt(() => app.request("GET", `${ROUTE}?${this.query()}`));
    if (!found) return;
    this.report = found;
    this.show(found.items);
  }

  actions() {
    return html`<pl-button icon="download" @click=${() => this.attempt(() => save(`${ROUTE}?format=xlsx`, "compliance.xlsx"))}>XLSX</pl-button>`;
  }

  get emptyText() {
    return t("noCompliance");
  }

  columns() {
    const count = (/** @type {string} */ name, /** @type {string} */ head) => ({ key: name, head, number: true, cell: (/** @type {any} */ one) => one[name] });
    // What must be none.
    const fault = (/** @type {string} */ name, /** @type {string} */ head) => ({ key: name, head, number: true, cell: (/** @type {any} */ one) => (one[name] ? html`<pl-badge tone="bad">${one[name]}</pl-badge>` : 0) });
    return [
      { key: "name", head: t("campaignOne"), wide: true, cell: (/** @type {any} */ one) => html`<a class="row" href=${address("campaigns", one.campaign_id)}>${one.name}</a>` },
      { key: "ok", head: t("complianceState"), cell: (/** @type {any} */ one) => html`<pl-badge tone=${one.ok ? "good" : "bad"} dot>${t(one.ok ? "complianceOk" : "complianceOver")}</pl-badge>` },
      { key: "rate", head: t("abandonRate"), number: true, cell: (/** @type {any} */ one) => html`<pl-badge tone=${rateTone(one.abandon_rate, one.target_rate)}>${percent(one.abandon_rate)}</pl-badge> <br /><span class="muted small">${t("lostOf", { abandoned: one.abandoned, humans: one.humans, target: percent(one.target_rate) })}</span>` },
      { key: "worst", head: t("worstDay"), number: true, cell: (/** @type {any} */ one) => (one.worst_day ? html`${percent(one.worst_rate)} <span class="muted small">${day(one.worst_day)}</span>` : "—") },
      count("dialed", t("dialedCount")),
      count("late", t("connectedLate")),
      count("blocked", t("blockedCount")),
      fault("outside_hours", t("outsideHours")),
      fault("listed", t("listed")),
      fault("over_caps", t("overCaps")),
      count("opt_outs", t("optOuts")),
    ];
  }

  above() {
    const days = this.report?.days ?? [];
    if (days.length < 2) return nothing;
    const at = days.map((/** @type {any} */ one) => Date.parse(one.day) / 1000);
    const rate = days.map((/** @type {any} */ one) => (one.abandon_rate === null ? null : one.abandon_rate * 100));
    const legal = (this.items[0]?.legal_rate ?? 0.03) * 100;
    const series = [{ name: t("abandonRate"), tone: "bad", unit: " %", values: rate }, { name: t("complianceTarget"), tone: "muted", unit: " %", values: days.map(() => legal) }];
    return html`<div class="card"><h2>${t("allCampaigns")}</h2><pl-chart label=${t("abandonRate")} .times=${at} .series=${series}></pl-chart></div>`;
  }
}

customElements.define("pl-compliance-page", CompliancePage);
