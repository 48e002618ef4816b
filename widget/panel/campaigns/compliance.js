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
    this.show(found.items ?? found.campaigns ?? found.rows ?? []);
  }

  actions() {
    if (app.can("GET", `${ROUTE}.xlsx`)) return html`<pl-button icon="download" @click=${() => this.attempt(() => save(`${ROUTE}.xlsx`, "compliance.xlsx"))}>XLSX</pl-button>`;
    const formats = app.operation("GET", ROUTE).parameters.some((/** @type {any} */ one) => one.name === "format");
    return formats ? html`<pl-button icon="download" @click=${() => this.attempt(() => save(`${ROUTE}?format=xlsx`, "compliance.xlsx"))}>XLSX</pl-button>` : nothing;
  }

  get emptyText() {
    return t("noCompliance");
  }

  columns() {
    const count = (/** @type {string} */ name, /** @type {string} */ head) => ({ key: name, head, number: true, cell: (/** @type {any} */ one) => one[name] ?? "—" });
    const known = (/** @type {string} */ name) => this.items.some((one) => one[name] !== undefined);
    const rest = /** @type {[string, string][]} */ ([
      ["attempts", t("attemptsOf")], ["humans", t("humansAnswered")], ["abandoned", t("abandonedCount")], ["blocked", t("blockedCount")], ["outside_hours", t("outsideHours")], ["over_caps", t("overCaps")], ["opt_outs", t("optOuts")],
    ]).filter(([name]) => known(name));
    const rate = (/** @type {any} */ one) => one.abandon_rate ?? one.rate;
    return [
      { key: "name", head: t("campaignOne"), wide: true, cell: (/** @type {any} */ one) => html`<a class="row" href=${address("campaigns", one.campaign_id ?? one.id)}>${one.name ?? one.campaign}</a>` },
      ...rest.map(([name, head]) => count(name, head)),
      { key: "rate", head: t("abandonRate"), number: true, cell: (/** @type {any} */ one) => html`<pl-badge tone=${rateTone(rate(one), one.target_rate ?? 0.03)}>${percent(rate(one))}</pl-badge>` },
      { key: "target", head: t("complianceTarget"), number: true, cell: (/** @type {any} */ one) => percent(one.target_rate ?? 0.03) },
      { key: "worst", head: t("worstDay"), number: true, cell: (/** @type {any} */ one) => (one.worst_day ? `${percent(one.worst_rate)} (${day(one.worst_day)})` : "—") },
    ].filter((one) => one.key !== "worst" || known("worst_day"));
  }

  above() {
    const days = this.report?.days ?? [];
    if (days.length < 2) return nothing;
    const at = days.map((/** @type {any} */ one) => Date.parse(one.day ?? one.at) / 1000);
    const rate = days.map((/** @type {any} */ one) => { const share = one.abandon_rate ?? one.rate; return share === null || share === undefined ? null : share * 100; });
    const series = [{ name: t("abandonRate"), tone: "bad", unit: " %", values: rate }, { name: t("complianceTarget"), tone: "muted", unit: " %", values: days.map(() => 3) }];
    return html`<div class="card"><pl-chart label=${t("abandonRate")} .times=${at} .series=${series}></pl-chart></div>`;
  }
}

customElements.define("pl-compliance-page", CompliancePage);
