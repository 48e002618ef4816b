// <pl-analysis-page>: how many requests, how fast: figures, charts with their tables, files, letters on a schedule.
import { html, nothing } from "../../vendor/lit.js";
import { t } from "../../i18n/portal.js";
import "../../elements/chart.js";
import { app } from "../core/app.js";
import { PortalPage } from "../core/page.js";
import { address, go } from "../core/router.js";
import { day, moment, month, span } from "../core/texts.js";
import { outletField } from "../requests/outlet-field.js";
import "./mails.js";

const NEWS_MS = 3000;

export class AnalysisPage extends PortalPage {
  static properties = { figures: { state: true }, saving: { state: true } };

  constructor() {
    super();
    /** @type {any} */
    this.figures = null;
    this.saving = "";
    this.timer = 0;
  }

  connectedCallback() {
    super.connectedCallback();
    this.follow(() => {
      window.clearTimeout(this.timer);
      this.timer = window.setTimeout(() => this.load(), NEWS_MS);
    });
    this.whileConnected(() => window.clearTimeout(this.timer));
  }

  /** @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    if (changed.has("place")) this.load();
  }

  /** @param {string} [format] */
  #path(format = "") {
    const query = new URLSearchParams();
    if (this.place.query.outlet_id) query.set("outlet_id", this.place.query.outlet_id);
    if (format) query.set("format", format);
    return `/portal/analysis?${query}`;
  }

  async load() {
    const found = await this.attempt(() => app.request("GET", this.#path()));
    if (found) this.figures = found;
  }

  /** @param {"xlsx"|"pdf"} format */
  async #file(format) {
    this.saving = format;
    await this.attempt(() => app.save(this.#path(format), `${t("analysisFile")}-${this.figures.at.slice(0, 10)}.${format}`));
    this.saving = "";
  }

  #tiles() {
    const one = this.figures;
    const tile = (/** @type {string} */ name, /** @type {unknown} */ value, /** @type {string} */ note, tone = "") =>
      html`<div class=${`tile ${tone}`}><dt>${name}</dt><dd>${value}</dd><dd class="note">${note}</dd></div>`;
    const since = day(one.since, { day: "numeric", month: "short", year: "numeric" });
    return html`<dl class="tiles">
      ${tile(t("openNow"), one.open_now, one.overdue_now ? t("ofThemOverdue", { n: one.overdue_now }) : t("noneOverdue"), one.overdue_now ? "late-note" : "")}
      ${tile(t("closedNow"), one.closed_now, t("ofAll", { n: one.opened_total }))}
      ${tile(t("sinceRegistration"), one.opened_total, t("sinceDay", { day: since }))}
      ${tile(t("closedOnce"), one.closed_total, t("closedOnceNote"))}
      ${tile(t("reaction"), span(one.mean_reaction_s), t("reactionNote"))}
    </dl>`;
  }

  /**
   * A chart with its table beside: the same figures for who can't see the chart.
   * @param {string} title @param {{name: string, short: string, opened: number, closed: number, reaction?: string}[]} rows
   */
  #card(title, rows) {
    const reaction = rows.some((one) => one.reaction !== undefined);
    const series = [
      { name: t("openedCount"), tone: "accent", bars: true, values: rows.map((one) => one.opened) },
      { name: t("closedCount"), tone: "good", bars: true, values: rows.map((one) => one.closed) },
    ];
    const short = rows.map((one) => one.short);
    return html`<section class="card chart-card" aria-label=${title}>
      <h2>${title}</h2>
      <div class="chart-pair">
        <pl-chart label=${title} height="220" .times=${rows.map((_, n) => n)} .names=${short} .series=${series}></pl-chart>
        <table>
          <caption class="small muted">${t("sameFigures")}</caption>
          <thead><tr><th scope="col">${t("when")}</th><th scope="col">${t("openedCount")}</th><th scope="col">${t("closedCount")}</th>${reaction ? html`<th scope="col">${t("reaction")}</th>` : nothing}</tr></thead>
          <tbody>${rows.map((one) => html`<tr><th scope="row">${one.name}</th><td>${one.opened}</td><td>${one.closed}</td>${reaction ? html`<td>${one.reaction}</td>` : nothing}</tr>`)}</tbody>
        </table>
      </div>
    </section>`;
  }

  #body() {
    const { week, months, timezone, at } = this.figures;
    const days = week.map((/** @type {any} */ one) => ({ ...one, name: day(one.day), short: day(one.day, { weekday: "short" }) }));
    const six = months.map((/** @type {any} */ one) => ({ ...one, name: month(one.month), short: day(one.month, { month: "short" }).slice(0, 3), reaction: span(one.mean_reaction_s) }));
    return html`${this.#tiles()} ${this.#card(t("thisWeek"), days)} ${this.#card(t("byMonth"), six)}
      <p class="small muted counted">${t("countedAt", { at: moment(at), zone: timezone })}</p>`;
  }

  render() {
    const { outlets } = app.account;
    const file = (/** @type {"xlsx"|"pdf"} */ format) => html`<pl-button icon="download" ?disabled=${!this.figures} ?busy=${this.saving === format} @click=${() => this.#file(format)}>${format.toUpperCase()}</pl-button>`;
    return html`${this.head(t("page.analysis"), { lead: t("analysisLead"), actions: html`${file("xlsx")} ${file("pdf")}` })}
      ${outlets.length > 1
        ? html`<search class="finding alone">
            ${outletField({ outlets, value: this.place.query.outlet_id ?? "", choose: (outlet_id) => go(address("analysis", "", { outlet_id }), { replace: true }), none: t("allOutlets") })}
          </search>`
        : nothing}
      ${this.trouble(() => this.load())} ${this.figures ? this.#body() : this.problem ? nothing : html`<p class="muted" role="status">${t("loading")}</p>`}
      <pl-analysis-mails></pl-analysis-mails>`;
  }
}

customElements.define("pl-analysis-page", AnalysisPage);
