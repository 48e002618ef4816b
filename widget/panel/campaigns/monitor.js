// <pl-campaign-monitor>: a campaign as it goes: figures, why so many lines, lines and operators by state, charts, the latest attempts.
import { html, nothing } from "../../vendor/lit.js";
import { t } from "../../i18n/panel.js";
import "../../elements/chart.js";
import "../../elements/table.js";
import { app } from "../core/app.js";
import { PanelPage } from "../core/page.js";
import { address } from "../core/router.js";
import { attemptColumns } from "./attempt-cells.js";
import { Board } from "./board.js";
import { valueOf } from "./fields.js";
import { charts, lead, states, tiles, why } from "./monitor-parts.js";
import "./commands.js";
import { tabs } from "./tabs.js";

const REREAD_MS = 10_000;
const QUIET_MS = 400;
const SHOWN = 12;

export class CampaignMonitor extends PanelPage {
  static properties = { campaign: { state: true }, monitor: { state: true }, minutes: { state: true } };

  constructor() {
    super();
    /** @type {any} */
    this.campaign = null;
    /** What the API told of its going. @type {any} */
    this.monitor = null;
    this.board = new Board();
    this.minutes = 60;
    /** @type {any[]} */
    this.attempts = [];
    this.shown = "";
    this.timer = 0;
  }

  connectedCallback() {
    super.connectedCallback();
    this.follow(["campaigns"], (message) => this.#told(message));
    this.every(REREAD_MS, () => this.later());
    this.whileConnected(() => window.clearTimeout(this.timer));
  }

  willUpdate() {
    if (this.place.id === this.shown) return;
    this.shown = this.place.id;
    this.board = new Board();
    this.campaign = this.monitor = null;
    this.load();
  }

  /** @param {import("../core/live.js").Message} message */
  #told({ type, kind, key, data }) {
    if (type === "reset") return void this.load();
    const campaign = data?.campaign_id ?? key;
    if (campaign !== this.place.id) return;
    if (kind === "sample") {
      this.board.take([data]);
      this.requestUpdate();
    } else if (kind === "state" || kind === "attempt") this.later();
  }

  later() {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.#read(), QUIET_MS);
  }

  async load() {
    await this.#read();
    await this.#samples();
  }

  get path() {
    return `/campaigns/${encodeURIComponent(this.place.id)}`;
  }

  async #read() {
    const id = this.place.id;
    const [campaign, monitor, attempts] =
      (await this.attempt(() =>
        Promise.all([
          app.request("GET", this.path),
          app.request("GET", `${this.path}/monitor`),
          app.can("GET", "/campaigns/{id}/attempts") ? app.request("GET", `${this.path}/attempts?limit=${SHOWN}`) : { items: [] },
        ]),
      )) ?? [];
    if (!campaign || id !== this.place.id) return;
    this.campaign = campaign;
    this.monitor = monitor;
    this.attempts = attempts.items;
    if (monitor.samples) this.board.take(monitor.samples);
  }

  /** The course so far, as far back as is shown. */
  async #samples() {
    if (!app.can("GET", "/campaigns/{id}/pacing")) return;
    const known = app.operation("GET", "/campaigns/{id}/pacing").parameters.map((/** @type {any} */ one) => one.name);
    const query = new URLSearchParams();
    if (known.includes("from")) query.set("from", new Date(Date.now() - this.minutes * 60_000).toISOString());
    if (known.includes("minutes")) query.set("minutes", String(this.minutes));
    if (known.includes("limit")) query.set("limit", "500");
    const page = await this.attempt(() => app.request("GET", `${this.path}/pacing?${query}`));
    this.board.take(page?.items ?? []);
    this.requestUpdate();
  }

  /** @param {string} minutes */
  #far(minutes) {
    this.minutes = Number(minutes);
    this.#samples();
  }

  render() {
    const { campaign, monitor } = this;
    if (!campaign) return html`${this.head("…", { back: address("campaigns") })} ${tabs(null, this.place.id, "monitor")} ${this.trouble(() => this.load())}`;
    const now = this.board.now(Date.now());
    const spans = ["15", "60", "480"].map((value) => ({ value, label: t(`span.${value}`) }));
    return html`${this.head(campaign.name, { lead: lead(campaign), back: address("campaigns"), actions: html`<pl-campaign-commands .campaign=${campaign} @commanded=${() => this.#read()}></pl-campaign-commands>` })}
      ${tabs(campaign, campaign.id, "monitor")} ${this.trouble(() => this.load())}
      ${campaign.state_why ? html`<p class="notice warn">${campaign.state_why}</p>` : nothing}
      ${tiles(campaign, monitor, now)} ${why(campaign, now)} ${states(campaign, monitor)}
      <div class="bar chart-bar">
        <h2>${t("courseOf")}</h2><span class="space"></span>
        <pl-field hide-label label=${t("lastMinutes")} type="select" .options=${spans} .value=${String(this.minutes)} @change=${(/** @type {Event} */ event) => this.#far(valueOf(event))}></pl-field>
      </div>
      ${charts(campaign, this.board.course(Date.now() - this.minutes * 60_000))}
      ${app.can("GET", "/campaigns/{id}/attempts")
        ? html`<section class="card flush" aria-label=${t("freshAttempts")}>
            <h2 class="bar-title">${t("freshAttempts")}</h2>
            <pl-table label=${t("freshAttempts")} .columns=${attemptColumns({ campaign: false })} .rows=${this.attempts} empty=${t("noAttempts")}></pl-table>
          </section>`
        : nothing}`;
  }
}

customElements.define("pl-campaign-monitor", CampaignMonitor);
