// <pl-day-chart>: calls of the day by the hour, answered and lost, and the service level.
import { html, nothing } from "../../vendor/lit.js";
import { t } from "../../i18n/panel.js";
import "../../elements/chart.js";
import { app } from "../core/app.js";
import { PanelPage } from "../core/page.js";

const EVERY_MS = 60_000;

export class DayChart extends PanelPage {
  static properties = { rows: { state: true } };

  constructor() {
    super();
    /** @type {any[]|null} */
    this.rows = null;
  }

  connectedCallback() {
    super.connectedCallback();
    this.every(EVERY_MS, () => this.load());
    this.load();
  }

  async load() {
    const start = new Date();
    start.setHours(0, 0, 0, 0);
    const query = new URLSearchParams({ interval: "hour", from: start.toISOString(), to: new Date(start.getTime() + 86_400_000).toISOString() });
    const report = await this.attempt(() => app.request("GET", `/reports/hours?${query}`));
    if (report) this.rows = report.rows;
  }

  render() {
    if (!this.rows) return html`<h2>${t("dayChart")}</h2>${this.trouble(() => this.load())}${this.busy ? html`<p class="muted">${t("loading")}</p>` : nothing}`;
    const times = this.rows.map((row) => Date.parse(row.at) / 1000);
    const value = (/** @type {string} */ name) => this.rows?.map((row) => row[name] ?? null) ?? [];
    const series = [
      { name: t("inboundCalls"), tone: "accent", values: value("inbound"), bars: true },
      { name: t("answeredToday"), tone: "good", values: value("answered") },
      { name: t("lostToday"), tone: "bad", values: value("lost").map((lost, n) => (lost === null ? null : lost + (value("abandoned")[n] ?? 0))) },
    ];
    return html`<h2>${t("dayChart")}</h2><pl-chart label=${t("dayChart")} .times=${times} .series=${series} .top=${5}></pl-chart>`;
  }
}

customElements.define("pl-day-chart", DayChart);
