// <pl-lead-page>: a client of a list: how to reach them, what is known, what came of every try.
import { html, nothing } from "../../vendor/lit.js";
import { label, t, valueText } from "../../i18n/panel.js";
import { timeOfDay } from "../../core/language.js";
import "../../elements/table.js";
import "./lead-dialog.js";
import { app } from "../core/app.js";
import { flag, moment } from "../core/cells.js";
import { PanelPage } from "../core/page.js";
import { address, go } from "../core/router.js";
import { failure } from "../core/saving.js";
import { attemptColumns } from "../campaigns/attempt-cells.js";
import { outcomeBadge, resultText, shownNumber } from "../campaigns/parts.js";

/** The time there, where the zone is one that this browser knows. @param {string|null} zone */
function there(zone) {
  try {
    return zone ? timeOfDay(Date.now(), zone) : "";
  } catch {
    return "";
  }
}

export class LeadPage extends PanelPage {
  static properties = { lead: { state: true }, attempts: { state: true } };

  constructor() {
    super();
    /** @type {any} */
    this.lead = null;
    /** @type {any[]} */
    this.attempts = [];
    this.shown = "";
  }

  connectedCallback() {
    super.connectedCallback();
    this.follow(["campaigns"], ({ type, data }) => (type === "reset" || data?.lead_id === this.place.id) && this.load());
  }

  willUpdate() {
    if (this.shown === this.place.id) return;
    this.shown = this.place.id;
    this.lead = null;
    this.load();
  }

  get path() {
    return `/leads/${encodeURIComponent(this.place.id)}`;
  }

  async load() {
    const id = this.place.id;
    const lead = await this.attempt(() => app.request("GET", this.path));
    if (!lead || id !== this.place.id) return;
    this.lead = lead;
    if (app.can("GET", "/attempts")) this.attempts = (await this.attempt(() => app.request("GET", `/attempts?lead_id=${encodeURIComponent(id)}&limit=100`)))?.items ?? [];
  }

  async #remove() {
    if (!window.confirm(t("deleteSure", { name: this.lead.name || shownNumber(this.lead.contacts[0]?.address) }))) return;
    try {
      await app.request("DELETE", this.path);
      app.toast(t("deleted"));
      go(address("lead-lists", this.lead.list_id));
    } catch (error) {
      app.toast(failure(error), "bad");
    }
  }

  async #enable() {
    const lead = await this.attempt(() => app.request("PATCH", this.path, { body: { enabled: !this.lead.enabled } }));
    if (lead) await this.load();
  }

  #contacts() {
    const columns = [
      { key: "address", head: t("number"), cell: (/** @type {any} */ one) => (["phone", "sms"].includes(one.channel) ? shownNumber(one.address) : one.address) },
      { key: "channel", head: label("", "channel"), cell: (/** @type {any} */ one) => valueText("channel", one.channel) },
      { key: "role", head: label("", "role"), cell: (/** @type {any} */ one) => one.role || "—" },
      {
        key: "zone",
        head: label("", "timezone"),
        cell: (/** @type {any} */ one) => {
          const zone = this.lead.timezone ?? one.timezone;
          const time = there(zone);
          return html`${zone ?? "—"}${time ? html` <span class="muted small">${t("ownTime", { time })}</span>` : nothing}`;
        },
      },
      { key: "enabled", head: label("", "enabled"), cell: (/** @type {any} */ one) => flag(one.enabled) },
    ];
    return html`<section class="card flush" aria-label=${t("contacts")}>
      <h2 class="bar-title">${t("contacts")}</h2>
      <pl-table label=${t("contacts")} .columns=${columns} .rows=${this.lead.contacts} .rowKey=${(/** @type {any} */ one) => one.position} empty=${t("nothing")}></pl-table>
    </section>`;
  }

  /** @param {string} title @param {Record<string, any>|null} values @param {string} none @param {string} [note] */
  #facts(title, values, none, note = "") {
    const pairs = Object.entries(values ?? {});
    return html`<section class="card" aria-label=${title}>
      <h2>${title} ${note ? html`<span class="muted small">${note}</span>` : nothing}</h2>
      ${pairs.length
        ? html`<dl class="facts">${pairs.map(([name, value]) => html`<div><dt>${name}</dt><dd>${typeof value === "object" ? JSON.stringify(value) : String(value)}</dd></div>`)}</dl>`
        : html`<p class="muted">${none}</p>`}
    </section>`;
  }

  #campaigns() {
    const own = this.lead.campaigns ?? [];
    if (!own.length) return nothing;
    const columns = [
      { key: "campaign", head: t("campaignOne"), cell: (/** @type {any} */ one) => one.campaign },
      { key: "state", head: t("campaignState"), cell: (/** @type {any} */ one) => valueText("lead", one.state) },
      { key: "attempts", head: t("attemptsOf"), number: true, cell: (/** @type {any} */ one) => one.attempts },
      { key: "last", head: t("outcomeIs"), cell: (/** @type {any} */ one) => html`${one.last_outcome ? outcomeBadge(one.last_outcome) : "—"} <span class="muted small">${one.last_at ? moment(one.last_at) : ""}</span>` },
      { key: "next", head: t("nextAt"), cell: (/** @type {any} */ one) => (one.state === "waiting" ? (one.next_at ? moment(one.next_at) : t("assoon")) : "—") },
      { key: "result", head: t("resultIs"), cell: (/** @type {any} */ one) => resultText(one.result) },
    ];
    const href = app.can("GET", "/campaigns/{id}") ? (/** @type {any} */ one) => address("campaigns", one.campaign_id) : null;
    return html`<section class="card flush" aria-label=${t("inCampaigns")}>
      <h2 class="bar-title">${t("inCampaigns")}</h2>
      <pl-table label=${t("inCampaigns")} .columns=${columns} .rows=${own} .rowKey=${(/** @type {any} */ one) => one.campaign_id} .href=${href}></pl-table>
    </section>`;
  }

  #actions() {
    const may = app.can("PATCH", "/leads/{id}");
    const edit = () => /** @type {any} */ (this.querySelector("pl-lead-dialog")).open();
    return html`${may ? html`<pl-button icon="edit" @click=${edit}>${t("edit")}</pl-button><pl-button icon=${this.lead.enabled ? "pause" : "play"} @click=${() => this.#enable()}>${t(this.lead.enabled ? "leadOff" : "leadOn")}</pl-button>` : nothing}
      ${app.can("DELETE", "/leads/{id}") ? html`<pl-button look="quiet" tone="bad" icon="trash" @click=${() => this.#remove()}>${t("delete")}</pl-button>` : nothing}`;
  }

  render() {
    const { lead } = this;
    if (!lead) return html`${this.head("…", { back: address("lead-lists") })} ${this.trouble(() => this.load())}`;
    const about = html`<a href=${address("lead-lists", lead.list_id)}>${app.lookups.name("lead-lists", lead.list_id)}</a>${lead.external_id ? ` · ${label("", "external_id")}: ${lead.external_id}` : ""}`;
    return html`${this.head(lead.name || shownNumber(lead.contacts[0]?.address), { lead: about, back: address("lead-lists", lead.list_id), actions: this.#actions() })} ${this.trouble(() => this.load())}
      ${lead.enabled ? nothing : html`<p class="notice warn">${t("leadIsOff")}</p>`}
      ${this.#contacts()}
      <div class="pair-cards">
        ${this.#facts(t("portrait"), lead.portrait, t("noPortrait"), lead.portrait_at ? t("portraitAt", { when: moment(lead.portrait_at) }) : "")} ${this.#facts(t("dataOf"), lead.data, t("nothing"))}
      </div>
      ${this.#campaigns()}
      <section class="card flush" aria-label=${t("attemptsOf")}>
        <h2 class="bar-title">${t("attemptsOf")}</h2>
        <pl-table label=${t("attemptsOf")} .columns=${attemptColumns({ campaign: true, lead: false })} .rows=${this.attempts} empty=${t("notCalledYet")}></pl-table>
      </section>
      <pl-lead-dialog .lead=${lead} @changed=${() => this.load()}></pl-lead-dialog>`;
  }
}

customElements.define("pl-lead-page", LeadPage);
