// <pl-survey-results>: scores of surveys over time by survey, client, outlet or line, and what people wrote.
import { html, nothing } from "../../vendor/lit.js";
import { t } from "../../i18n/panel.js";
import "../../elements/chart.js";
import "../../elements/table.js";
import { app } from "../core/app.js";
import { ListPage } from "../core/list-page.js";
import { address } from "../core/router.js";
import { lineName, optional, when } from "./parts.js";
import { clientName, findClients, picker } from "./pick.js";

const BY = ["survey", "line", "account", "outlet"];
const TONES = ["accent", "good", "warn", "other", "bad", "muted"];

export class SurveyResults extends ListPage {
  static properties = { answers: { state: true } };

  constructor() {
    super();
    this.path = "/survey-results";
    this.page = "survey-results";
    /** @type {any[]} */
    this.answers = [];
  }

  get by() {
    return this.place.query.by || BY[0];
  }

  query() {
    const query = super.query();
    query.set("by", this.by);
    query.delete("limit");
    return query;
  }

  async load() {
    await super.load();
    const query = new URLSearchParams({ limit: "30" });
    for (const name of ["survey_id", "account_id"]) if (this.place.query[name]) query.set(name, this.place.query[name]);
    const page = await optional("/survey-answers", `/survey-answers?${query}`, { items: [] });
    this.answers = page.items;
  }

  filters() {
    const { account_id: account } = this.place.query;
    return html`${this.choice("by", t("sv.by"), BY.map((value) => ({ value, label: t(`sv.by.${value}`) })))} ${this.picker("survey_id", t("sv.survey"), "surveys")}
      ${picker({ label: t("dk.client"), value: account ?? null, text: clientName(account), search: findClients, pick: (key) => this.set("account_id", key), placeholder: t("any") })}`;
  }

  #chart() {
    const months = [...new Set(this.items.map((one) => one.month))].sort();
    const keys = [...new Map(this.items.map((one) => [one.key, one])).values()].slice(0, TONES.length);
    if (months.length < 2) return nothing;
    const series = keys.map((key, n) => ({
      name: this.#name(key),
      tone: TONES[n],
      unit: " %",
      values: months.map((month) => {
        const found = this.items.find((one) => one.month === month && one.key === key.key);
        return found?.mean === null || found?.mean === undefined ? null : found.mean * 100;
      }),
    }));
    return html`<div class="card"><pl-chart label=${t("sv.overTime")} top="100" .times=${months.map((month) => Date.parse(month) / 1000)} .series=${series}></pl-chart></div>`;
  }

  /** @param {any} one */
  #name(one) {
    return this.by === "line" && one.key ? lineName(Number(one.key)) : one.name || "—";
  }

  #table() {
    const share = (/** @type {number|null} */ mean) => (mean === null ? "—" : html`<span class="score"><progress max="1" value=${mean}></progress><b class="digits">${Math.round(mean * 100)} %</b></span>`);
    const columns = [
      { key: "month", head: t("sv.month"), cell: (/** @type {any} */ one) => new Date(one.month).toLocaleDateString(document.documentElement.lang, { month: "long", year: "numeric", timeZone: "UTC" }) },
      { key: "name", head: t(`sv.by.${this.by}`), wide: true, cell: (/** @type {any} */ one) => this.#name(one) },
      { key: "asked", head: t("sv.asked"), number: true, cell: (/** @type {any} */ one) => one.asked },
      { key: "answered", head: t("sv.answered"), number: true, cell: (/** @type {any} */ one) => one.answered },
      { key: "mean", head: t("sv.score"), cell: (/** @type {any} */ one) => share(one.mean) },
    ];
    const rows = [...this.items].sort((a, b) => (a.month < b.month ? 1 : a.month > b.month ? -1 : 0));
    return html`<div class="card flush"><pl-table label=${t("page.survey-results")} .columns=${columns} .rows=${rows} .rowKey=${(/** @type {any} */ one) => `${one.month}/${one.key}`} ?busy=${this.busy} empty=${t("sv.none")}></pl-table></div>`;
  }

  #answers() {
    if (!this.answers.length) return nothing;
    const columns = [
      { key: "at", head: t("sv.when"), cell: (/** @type {any} */ one) => when(one.answered_at) },
      { key: "score", head: t("sv.score"), cell: (/** @type {any} */ one) => html`<pl-badge tone=${one.score >= one.best * 0.8 ? "good" : one.score <= one.best * 0.4 ? "bad" : "warn"}>${one.score} / ${one.best}</pl-badge>` },
      { key: "comment", head: t("sv.comment"), wide: true, cell: (/** @type {any} */ one) => one.comment || html`<span class="muted">—</span>` },
      { key: "who", head: t("dk.client"), cell: (/** @type {any} */ one) => html`${one.account ?? "—"}${one.outlet ? html` <span class="muted">· ${one.outlet}</span>` : nothing}` },
      { key: "ticket", head: t("dk.request"), cell: (/** @type {any} */ one) => (one.ticket_id ? html`<a class="digits" href=${address("desk", one.ticket_id)}>№ ${one.ticket_number}</a>` : "—") },
    ];
    return html`<section class="card flush" aria-label=${t("sv.answers")}><h2 class="bar-title">${t("sv.answers")}</h2><pl-table label=${t("sv.answers")} .columns=${columns} .rows=${this.answers}></pl-table></section>`;
  }

  render() {
    const settings = app.can("GET", "/surveys") ? html`<a class="button" href=${address("surveys")}><pl-icon name="settings"></pl-icon>${t("page.surveys")}</a>` : nothing;
    return html`${this.head(t("page.survey-results"), { lead: t("lead.survey-results"), actions: settings })}
      <search class="filters" aria-label=${t("search")}>${this.filters()}</search>
      ${this.trouble(() => this.load())} ${this.#chart()} ${this.#table()} ${this.#answers()}`;
  }
}

customElements.define("pl-survey-results", SurveyResults);
