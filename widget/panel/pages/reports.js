// <pl-reports-page>: reports of the API as chart and table, with files for spreadsheets.
import { html, nothing } from "../../vendor/lit.js";
import { label, t, valueText } from "../../i18n/panel.js";
import "../../elements/chart.js";
import "../../elements/table.js";
import { choices } from "../core/schema.js";
import { app } from "../core/app.js";
import { day, duration, moment } from "../core/cells.js";
import { save } from "../core/files.js";
import { ListPage } from "../core/list-page.js";
import { period } from "../core/days.js";
import { periodFields } from "../core/period.js";

const ORDER = ["hours", "queues", "operators", "numbers", "abandoned", "outcomes"];
/** What the chart shows of each report: columns and their colours. @type {Record<string, [string, string, boolean][]>} */
const CHARTS = { hours: [["offered", "accent", true], ["answered", "good", false], ["lost", "bad", false]] };

export class ReportsPage extends ListPage {
  static properties = { report: { state: true } };

  constructor() {
    super();
    this.path = "/reports/{name}";
    this.page = "reports";
    /** @type {any} */
    this.report = null;
  }

  get name() {
    return this.place.query.report || ORDER.find((one) => this.names.includes(one)) || "hours";
  }

  get names() {
    const parameter = app.operation("GET", this.path).parameters.find((/** @type {any} */ one) => one.name === "name");
    return choices(app.schemas.resolve(parameter.schema)) ?? [];
  }

  get intervals() {
    const parameter = app.operation("GET", this.path).parameters.find((/** @type {any} */ one) => one.name === "interval");
    const order = ["15min", "30min", "hour", "day", "week", "month"];
    return (choices(app.schemas.resolve(parameter.schema)) ?? []).sort((a, b) => order.indexOf(a) - order.indexOf(b));
  }

  query() {
    const { from, to } = period(this.place.query);
    const query = new URLSearchParams({ from: from.toISOString(), to: to.toISOString() });
    const days = (to.getTime() - from.getTime()) / 86_400_000;
    query.set("interval", this.place.query.interval || (days > 60 ? "week" : days > 2 ? "day" : "hour"));
    query.set("timezone", Intl.DateTimeFormat().resolvedOptions().timeZone);
    for (const name of ["queue_id", "user_id"]) if (this.place.query[name]) query.set(name, this.place.query[name]);
    return query;
  }

  async load() {
    const number = ++this.asked;
    const found = await this.attempt(() => app.request("GET", `/reports/${this.name}?${this.query()}`));
    if (number === this.asked) this.report = found ?? null;
  }

  /** @param {"csv"|"xlsx"} format */
  #file(format) {
    const query = this.query();
    query.set("format", format);
    return this.attempt(() => save(`/reports/${this.name}?${query}`, `${this.name}.${format}`));
  }

  /** @param {any} column @param {any} value */
  #cell(column, value) {
    if (value === null || value === undefined) return "—";
    if (column.unit === "share") return `${(value * 100).toFixed(value > 0 && value < 0.1 ? 1 : 0)} %`;
    if (column.unit === "seconds") return duration(value);
    if (column.unit === "time") return ["day", "week", "month"].includes(this.report.interval) ? day(value) : moment(value);
    return column.name === "direction" || column.name === "outcome" ? valueText(column.name, value) : value;
  }

  #columns() {
    return this.report.columns.map((/** @type {any} */ column) => ({
      key: column.name,
      head: column.title.replace(/, (с|s)$/, ""),
      number: column.unit !== "text" && column.unit !== "time",
      cell: (/** @type {any} */ row) => (row.total && column === this.report.columns[0] ? html`<b>${t("total")}</b>` : this.#cell(column, row[column.name])),
    }));
  }

  #chart() {
    const [rows, shown] = [this.report.rows, CHARTS[this.name]];
    if (!shown || rows.length < 2) return nothing;
    const title = (/** @type {string} */ name) => this.report.columns.find((/** @type {any} */ one) => one.name === name)?.title ?? name;
    const times = rows.map((/** @type {any} */ row) => Date.parse(row.at) / 1000);
    const series = shown.map(([name, tone, bars]) => ({ name: title(name), tone, bars, values: rows.map((/** @type {any} */ row) => row[name] ?? null) }));
    const share = (/** @type {string} */ name, /** @type {string} */ tone) => ({ name: title(name), tone, unit: " %", values: rows.map((/** @type {any} */ row) => (row[name] === null || row[name] === undefined ? null : row[name] * 100)) });
    const seconds = (/** @type {string} */ name, /** @type {string} */ tone) => ({ name: title(name), tone, values: rows.map((/** @type {any} */ row) => row[name] ?? null) });
    return html`<div class="charts">
      <div class="card"><pl-chart label=${t(`report.${this.name}`)} .times=${times} .series=${series}></pl-chart></div>
      <div class="card"><pl-chart label=${t("serviceLevel")} .times=${times} .top=${100} .series=${[share("service_level", "good"), share("abandonment", "bad"), share("occupancy", "accent")]}></pl-chart></div>
      <div class="card"><pl-chart label="ASA, AHT" .times=${times} .series=${[seconds("asa_s", "warn"), seconds("aht_s", "accent")]}></pl-chart></div>
    </div>`;
  }

  #figures() {
    const total = this.report.total ?? {};
    const shown = this.report.columns.filter((/** @type {any} */ one) => ["offered", "answered", "service_level", "abandonment", "asa_s", "aht_s", "occupancy"].includes(one.name) && total[one.name] !== undefined);
    if (shown.length < 3) return nothing;
    return html`<dl class="tiles">${shown.map((/** @type {any} */ one) => html`<div class="tile"><dt>${one.title.replace(/, (с|s)$/, "")}</dt><dd>${this.#cell(one, total[one.name])}</dd></div>`)}</dl>`;
  }

  render() {
    const names = ORDER.filter((one) => this.names.includes(one)).concat(this.names.filter((one) => !ORDER.includes(one)));
    const files = html`<pl-button icon="download" @click=${() => this.#file("csv")}>CSV</pl-button><pl-button icon="download" @click=${() => this.#file("xlsx")}>XLSX</pl-button>`;
    const total = this.report && Object.keys(this.report.total ?? {}).length && this.report.rows.length ? [{ ...this.report.total, total: true, id: "total" }] : [];
    const own = ["hours", "queues", "abandoned"].includes(this.name);
    return html`${this.head(t("page.reports"), { actions: files })}
      <search class="filters" aria-label=${t("search")}>
        ${this.choice("report", t("report"), names.map((value) => ({ value, label: t(`report.${value}`) })))}
        ${periodFields(this)}
        ${this.name === "hours" ? this.choice("interval", t("interval"), [{ value: "", label: t("auto_") }, ...this.intervals.map((value) => ({ value, label: t(`interval.${value}`) }))]) : nothing}
        ${own ? this.picker("queue_id", label("Call", "queue_id"), "queues") : nothing}
        ${this.name === "operators" ? this.picker("user_id", label("Call", "operator_id"), "users") : nothing}
      </search>
      ${this.trouble(() => this.load())}
      ${this.report
        ? html`${this.#figures()} ${this.#chart()}
            <div class="card flush wide-table">
              <pl-table label=${t(`report.${this.name}`)} .columns=${this.#columns()} .rows=${[...this.report.rows, ...total]} .rowKey=${(/** @type {any} */ row) => row}
                empty=${t("noReport")}></pl-table>
            </div>`
        : this.busy ? html`<p class="muted">${t("loading")}</p>` : nothing}`;
  }
}

customElements.define("pl-reports-page", ReportsPage);
