// <pl-campaign-leads>: the clients of a campaign: who waits, who is being called, how each ended.
import { html, nothing } from "../../vendor/lit.js";
import { label, t, valueText } from "../../i18n/panel.js";
import { app } from "../core/app.js";
import { moment } from "../core/cells.js";
import { ListPage } from "../core/list-page.js";
import { address } from "../core/router.js";
import { outcomeBadge, resultText, shownNumber } from "./parts.js";
import { tabs } from "./tabs.js";

const ROUTE = "/campaigns/{id}/leads";
const STATES = ["waiting", "claimed", "done"];
const TONES = /** @type {Record<string, string>} */ ({ waiting: "", claimed: "accent", done: "good" });

export class CampaignLeads extends ListPage {
  static properties = { campaign: { state: true } };

  constructor() {
    super();
    this.page = "campaigns";
    /** @type {any} */
    this.campaign = null;
  }

  willUpdate() {
    this.path = `/campaigns/${encodeURIComponent(this.place.id)}/leads`;
    if (this.campaign?.id !== this.place.id) this.#read();
    super.willUpdate();
  }

  async #read() {
    this.campaign = { id: this.place.id, name: "…" };
    const found = await this.attempt(() => app.request("GET", `/campaigns/${encodeURIComponent(this.place.id)}`));
    if (found) this.campaign = found;
  }

  get owner() {
    return this.place.id;
  }

  query() {
    const known = app.operation("GET", ROUTE).parameters.map((/** @type {any} */ one) => one.name);
    const given = Object.entries(this.place.query).filter(([name, value]) => value && known.includes(name));
    return new URLSearchParams([...given, ["limit", "50"]]);
  }

  filters() {
    return html`${this.typed("q", t("q"), "search")}
      ${this.choice("state", t("campaignState"), [{ value: "", label: t("any") }, ...STATES.map((value) => ({ value, label: valueText("lead", value) }))])}
      ${this.picker("list_id", label("", "list_id"), "lead-lists")}`;
  }

  columns() {
    const name = (/** @type {any} */ one) => html`<div>${one.name || shownNumber(one.address)}${one.name ? html`<br /><span class="muted small digits">${shownNumber(one.address)}</span>` : nothing}</div>`;
    return [
      { key: "name", head: t("client"), wide: true, cell: name },
      { key: "state", head: t("campaignState"), cell: (/** @type {any} */ one) => html`<pl-badge tone=${TONES[one.state] ?? ""} dot>${valueText("lead", one.state)}</pl-badge>` },
      { key: "attempts", head: t("tab.attempts"), number: true, cell: (/** @type {any} */ one) => one.attempts },
      { key: "last", head: t("lastOutcome"), cell: (/** @type {any} */ one) => (one.last_outcome ? html`${outcomeBadge(one.last_outcome)} <span class="muted small">${moment(one.last_at)}</span>` : "—") },
      { key: "next", head: t("nextAt"), cell: (/** @type {any} */ one) => (one.state === "waiting" ? (one.next_at ? moment(one.next_at) : t("assoon")) : "—") },
      { key: "result", head: t("resultIs"), cell: (/** @type {any} */ one) => resultText(one.result) },
    ];
  }

  render() {
    return html`${this.head(this.campaign?.name ?? "…", { back: address("campaigns") })} ${tabs(this.campaign, this.place.id, "leads")}
      <search class="filters" aria-label=${t("search")}>${this.filters()}</search>
      ${this.trouble(() => this.load())}
      <div class="card flush">
        <pl-table label=${t("tab.leads")} .columns=${this.columns()} .rows=${this.items} .rowKey=${(/** @type {any} */ one) => one.lead_id} ?busy=${this.busy}
          .href=${app.can("GET", "/leads/{id}") ? (/** @type {any} */ one) => address("leads", one.lead_id) : null} empty=${t("nothingFound")}></pl-table>
      </div>
      ${this.next ? html`<p class="center"><pl-button @click=${() => this.load(this.next)}>${t("more")}</pl-button></p>` : nothing}`;
  }
}

customElements.define("pl-campaign-leads", CampaignLeads);
