// <pl-campaign-report>: what came of a campaign (or, on a page of its own, of all), by attempt, outcome, hour, list, operator,
// disposition, answer; as chart, table and file.
import { html, nothing } from "../../vendor/lit.js";
import { label, t } from "../../i18n/panel.js";
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

const [ONE, ALL] = ["/campaigns/{id}/report", "/campaign-report"];
const ORDER = ["campaign", "outcome", "hour", "day", "attempt", "list", "operator", "disposition", "answer"];

export class CampaignReport extends ListPage {
  static properties = { campaign: { state: true }, report: { state: true } };

  constructor() {
    super();
    this.page = "campaigns";
    /** Of all campaigns. */
    this.whole = false;
    /** @type {any} */
    this.campaign = null;
    /** @type {any} */
    this.report = null;
  }

  willUpdate() {
    if (!this.whole && this.campaign?.id !== this.place.id) this.#read();
    super.willUpdate();
  }

  async #read() {
    this.campaign = { id: this.place.id, name: "…" };
    const found = await this.attempt(() => app.request("GET", `/campaigns/${encodeURIComponent(this.place.id)}`));
    if (found) this.campaign = found;
  }

  get #parameters() {
    return /** @type {any[]} */ (app.operation("GET", this.whole ? ALL : ONE).parameters);
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
    for (const name of ["list_id", "operator_id", "campaign_id"]) if (takes(name) && this.place.query[name]) query.set(name, this.place.query[name]);
    if (takes("timezone")) query.set("timezone", Intl.DateTimeFormat().resolvedOptions().timeZone);
    return query;
  }

  get base() {
    return this.whole ? ALL : `/campaigns/${encodeURIComponent(this.place.id)}/report`;
  }

  async load() {
    const number = ++this.asked;
    const found = await this.attempt(() => app.request("GET", `${this.base}?${this.query()}`));
    if (number === this.asked) this.report = found ?? null;
  }

  #file() {
    const query = this.query();
    query.set("format", "xlsx");
    return this.attempt(() => save(`${this.base}?${query}`, `campaign-${this.by}.xlsx`));
  }

  render() {
    const { report } = this;
    // What is shown is told by what was read, until the next answer comes.
    const by = report?.by ?? this.by;
    const file = html`<pl-button icon="download" @click=${() => this.#file()}>XLSX</pl-button>`;
    const head = this.whole ? this.head(t("page.campaign-report"), { lead: t("lead.campaign-report"), actions: file }) : this.head(this.campaign?.name ?? "…", { back: address("campaigns"), actions: file });
    return html`${head} ${this.whole ? nothing : tabs(this.campaign, this.place.id, "report")}
      <search class="filters" aria-label=${t("search")}>
        ${this.choice("by", t("reportBy"), this.ways.map((value) => ({ value, label: t(`by.${value}`) })))} ${periodFields(this, ["month", "week", "today", "yesterday", "custom"])}
        ${this.whole ? this.picker("campaign_id", t("campaignOne"), "campaigns") : nothing} ${this.picker("list_id", label("", "list_id"), "lead-lists")} ${this.picker("operator_id", label("Call", "operator_id"), "users")}
      </search>
      ${this.trouble(() => this.load())}
      ${report
        ? html`${report.rows.length ? (["hour", "day"].includes(by) ? timeChart(report, by) : bars(report, by)) : nothing}
            <div class="card flush wide-table">
              <pl-table label=${t(`by.${by}`)} .columns=${reportColumns(report, by)} .rows=${[...report.rows, ...total(report)]} .rowKey=${(/** @type {any} */ row) => row} empty=${t("noReportYet")}></pl-table>
            </div>`
        : this.busy ? html`<p class="muted">${t("loading")}</p>` : nothing}`;
  }
}

/** @param {any} report */
function total(report) {
  return report.rows.length && report.total && Object.keys(report.total).length ? [{ ...report.total, total: true }] : [];
}

/** The same over all campaigns. */
export class CampaignsReport extends CampaignReport {
  constructor() {
    super();
    this.page = "campaign-report";
    this.whole = true;
  }
}

customElements.define("pl-campaign-report", CampaignReport);
customElements.define("pl-campaigns-report", CampaignsReport);
