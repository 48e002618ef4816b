// <pl-campaign-report>: what came of a campaign, by attempt, outcome, hour, list, operator, answer; as chart, table and file.
import { html, nothing } from "../../vendor/lit.js";
import { t } from "../../i18n/panel.js";
import "../../elements/chart.js";
import "../../elements/table.js";
import { choices } from "../core/schema.js";
import { app } from "../core/app.js";
import { save } from "../core/files.js";
import { ListPage } from "../core/list-page.js";
import { period } from "../core/days.js";
import { periodFields } from "../core/period.js";
import { address } from "../core/router.js";
import { bars, reportColumns, timeChart } from "./report-parts.js";
import { tabs } from "./tabs.js";

const ROUTE = "/campaigns/{id}/report";
const ORDER = ["outcome", "hour", "day", "attempt", "list", "operator", "answer"];

export class CampaignReport extends ListPage {
  static properties = { campaign: { state: true }, report: { state: true } };

  constructor() {
    super();
    this.page = "campaigns";
    /** @type {any} */
    this.campaign = null;
    /** @type {any} */
    this.report = null;
  }

  willUpdate() {
    if (this.campaign?.id !== this.place.id) this.#read();
    super.willUpdate();
  }

  async #read() {
    this.campaign = { id: this.place.id, name: "…" };
    const found = await this.attempt(() => app.request("GET", `/campaigns/${encodeURIComponent(this.place.id)}`));
    if (found) this.campaign = found;
  }

  get #parameters() {
    return /** @type {any[]} */ (app.operation("GET", ROUTE).parameters);
  }

  get ways() {
    const found = this.#parameters.find((one) => one.name === "by");
    const known = found ? choices(app.schemas.unwrap(found.schema).schema) ?? [] : [];
    return [...ORDER.filter((one) => known.includes(one)), ...known.filter((one) => !ORDER.includes(one))];
  }

  get by() {
    return this.place.query.by || this.ways[0];
  }

  get owner() {
    return this.place.id;
  }

  query() {
    const takes = (/** @type {string} */ name) => this.#parameters.some((one) => one.name === name);
    const { from, to } = period({ ...this.place.query, period: this.place.query.period || "month" });
    const query = new URLSearchParams({ by: this.by });
    if (takes("from")) query.set("from", from.toISOString());
    if (takes("to")) query.set("to", to.toISOString());
    if (takes("timezone")) query.set("timezone", Intl.DateTimeFormat().resolvedOptions().timeZone);
    return query;
  }

  get base() {
    return `/campaigns/${encodeURIComponent(this.place.id)}/report`;
  }

  async load() {
    const number = ++this.asked;
    const found = await this.attempt(() => app.request("GET", `${this.base}?${this.query()}`));
    if (number === this.asked) this.report = found ?? null;
  }

  #file() {
    const query = this.query();
    const own = app.can("GET", `${ROUTE}.xlsx`);
    if (!own) query.set("format", "xlsx");
    return this.attempt(() => save(`${this.base}${own ? ".xlsx" : ""}?${query}`, `${this.by}.xlsx`));
  }

  render() {
    const { report } = this;
    const file = html`<pl-button icon="download" @click=${() => this.#file()}>XLSX</pl-button>`;
    return html`${this.head(this.campaign?.name ?? "…", { back: address("campaigns"), actions: file })} ${tabs(this.campaign, this.place.id, "report")}
      <search class="filters" aria-label=${t("search")}>
        ${this.choice("by", t("reportBy"), this.ways.map((value) => ({ value, label: t(`by.${value}`) })))} ${periodFields(this, ["month", "week", "today", "yesterday", "custom"])}
      </search>
      ${this.trouble(() => this.load())}
      ${report
        ? html`${report.rows.length ? (["hour", "day"].includes(this.by) ? timeChart(report, this.by) : bars(report, this.by)) : nothing}
            <div class="card flush wide-table">
              <pl-table label=${t(`by.${this.by}`)} .columns=${reportColumns(report, this.by)} .rows=${[...report.rows, ...total(report)]} .rowKey=${(/** @type {any} */ row) => row} empty=${t("noReportYet")}></pl-table>
            </div>`
        : this.busy ? html`<p class="muted">${t("loading")}</p>` : nothing}`;
  }
}

/** @param {any} report */
function total(report) {
  return report.rows.length && report.total && Object.keys(report.total).length ? [{ ...report.total, total: true }] : [];
}

customElements.define("pl-campaign-report", CampaignReport);
