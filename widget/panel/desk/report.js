// <pl-support-report>: how support worked in a period by line, category, operator or client; as charts, table and file.
import { html, nothing } from "../../vendor/lit.js";
import { label, t } from "../../i18n/panel.js";
import "../../elements/table.js";
import { app } from "../core/app.js";
import { period } from "../core/days.js";
import { save } from "../core/files.js";
import { ListPage } from "../core/list-page.js";
import { periodFields } from "../core/period.js";
import { choices } from "../core/schema.js";
import { clientName, findClients, picker } from "./pick.js";
import { keptBars, lineBars } from "./report-parts.js";
import { rowsOf, supportColumns } from "./report-table.js";

const PATH = "/support-report";
const ORDER = ["line", "category", "operator", "account"];

export class SupportReport extends ListPage {
  static properties = { report: { state: true } };

  constructor() {
    super();
    this.path = PATH;
    this.page = "support-report";
    /** @type {any} */
    this.report = null;
  }

  get #parameters() {
    return /** @type {any[]} */ (app.operation("GET", PATH).parameters);
  }

  get ways() {
    const found = this.#parameters.find((one) => one.name === "by");
    const known = found ? choices(app.schemas.unwrap(found.schema).schema) ?? [] : ORDER;
    return [...ORDER.filter((one) => known.includes(one)), ...known.filter((one) => !ORDER.includes(one))];
  }

  get by() {
    return this.place.query.by || this.ways[0];
  }

  query() {
    const { from, to } = period({ ...this.place.query, period: this.place.query.period || "month" });
    const query = new URLSearchParams({ by: this.by, from: from.toISOString(), to: to.toISOString(), timezone: Intl.DateTimeFormat().resolvedOptions().timeZone });
    for (const name of ["category_id", "account_id"]) if (this.place.query[name]) query.set(name, this.place.query[name]);
    return query;
  }

  async load() {
    const number = ++this.asked;
    const found = await this.attempt(() => app.request("GET", `${PATH}?${this.query()}`));
    if (number === this.asked) this.report = found ?? null;
  }

  #file() {
    const query = this.query();
    query.set("format", "xlsx");
    return this.attempt(() => save(`${PATH}?${query}`, `support-${this.by}.xlsx`));
  }

  render() {
    const { report } = this;
    const { account_id: account } = this.place.query;
    const by = report?.by ?? this.by;
    const rows = report ? rowsOf(report) : [];
    return html`${this.head(t("page.support-report"), { lead: t("lead.support-report"), actions: html`<pl-button icon="download" @click=${() => this.#file()}>XLSX</pl-button>` })}
      <search class="filters" aria-label=${t("search")}>${this.choice("by", t("reportBy"), this.ways.map((value) => ({ value, label: t(`sr.by.${value}`) })))} ${periodFields(this, ["month", "week", "today", "yesterday", "custom"])}
        ${this.picker("category_id", label("", "category_id"), "ticket-categories")}
        ${picker({ label: t("dk.client"), value: account ?? null, text: clientName(account), search: findClients, pick: (key) => this.set("account_id", key), placeholder: t("any") })}</search>
      ${this.trouble(() => this.load())}
      ${report
        ? html`${by === "line" ? lineBars(rows) : nothing} ${keptBars(rows)}
            <div class="card flush wide-table"><pl-table label=${t(`sr.by.${by}`)} .columns=${supportColumns(report)} .rows=${rows} .rowKey=${(/** @type {any} */ row) => row} empty=${t("sr.none")}></pl-table></div>`
        : this.busy ? html`<p class="muted">${t("loading")}</p>` : nothing}`;
  }
}

customElements.define("pl-support-report", SupportReport);
