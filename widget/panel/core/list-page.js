// A page with one filtered list, its filters in the address, read anew when the feed tells of a change.
import { html, nothing } from "../../vendor/lit.js";
import { t } from "../../i18n/panel.js";
import "../../elements/field.js";
import "../../elements/picker.js";
import "../../elements/table.js";
import { app } from "./app.js";
import { PanelPage } from "./page.js";
import { address, go } from "./router.js";
import { failure } from "./saving.js";

const QUIET_MS = 250;

export class ListPage extends PanelPage {
  constructor() {
    super();
    /** Where the list is read. */
    this.path = "";
    this.page = "";
    /** @type {string[]} */
    this.topics = [];
    /** @type {any[]} */
    this.items = [];
    this.next = "";
    this.shown = "";
    this.asked = 0;
    this.timer = 0;
  }

  connectedCallback() {
    super.connectedCallback();
    this.follow(this.topics, () => this.later());
  }

  later() {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.load(), QUIET_MS);
  }

  /** What of the address the list depends on. @returns {Record<string, string>} */
  get wanted() {
    return this.place.query;
  }

  willUpdate() {
    const wanted = JSON.stringify(this.wanted);
    if (wanted !== this.shown) {
      this.shown = wanted;
      this.load();
    }
  }

  /** Parameters of the request. @returns {URLSearchParams} */
  query() {
    const known = app.operation("GET", this.path).parameters.map((/** @type {any} */ one) => one.name);
    const given = Object.entries(this.place.query).filter(([name, value]) => value && known.includes(name));
    const query = new URLSearchParams(given.map(([name, value]) => [name, this.sent(name, value)]));
    if (known.includes("limit")) query.set("limit", "50");
    return query;
  }

  /** A filter as the API takes it: days are days of the reader. @param {string} name @param {string} value */
  sent(name, value) {
    if (!/^\d{4}-\d\d-\d\d$/.test(value)) return value;
    const at = new Date(`${value}T00:00:00`);
    if (name === "to") at.setDate(at.getDate() + 1);
    return at.toISOString();
  }

  /** @param {string} [cursor] */
  async load(cursor = "") {
    const number = ++this.asked;
    const query = this.query();
    if (cursor) query.set("cursor", cursor);
    const page = await this.attempt(() => app.request("GET", `${this.path}?${query}`));
    if (!page || number !== this.asked) return;
    this.next = page.next ?? "";
    this.show(cursor ? [...this.items, ...page.items] : page.items);
  }

  /** @param {any[]} items */
  show(items) {
    this.items = items;
    this.requestUpdate();
  }

  /** Do something to the list; what fails is told. @param {() => Promise<any>} work @param {string} [done] */
  async act(work, done = "") {
    try {
      await work();
      if (done) app.toast(done);
      await this.load();
    } catch (error) {
      app.toast(failure(error), "bad");
    }
  }

  /** Where the list of one thing is (a campaign's attempts): its id stays in the address. @returns {string} */
  get owner() {
    return "";
  }

  /** @param {string} name @param {string|null} value */
  set(name, value) {
    window.clearTimeout(this.timer);
    const query = { ...this.place.query, [name]: value };
    this.timer = window.setTimeout(() => go(address(this.page, this.owner, query), { replace: true }), name === "q" ? QUIET_MS : 0);
  }

  /** @param {string} name @param {string} label @param {{value: string, label: string}[]} options */
  choice(name, label, options) {
    const chosen = options.find((one) => one.value === this.place.query[name]) ?? options[0];
    return html`<pl-field label=${label} type="select" .options=${options} .value=${chosen?.value ?? ""}
      @change=${(/** @type {Event} */ event) => this.set(name, /** @type {any} */ (event.currentTarget).value)}></pl-field>`;
  }

  /** @param {string} name @param {string} label @param {string} type */
  typed(name, label, type = "text") {
    return html`<pl-field label=${label} type=${type} .value=${this.place.query[name] ?? ""}
      @input=${(/** @type {Event} */ event) => this.set(name, /** @type {any} */ (event.currentTarget).value)}></pl-field>`;
  }

  /** @param {string} name @param {string} label @param {string} list */
  picker(name, label, list) {
    if (!app.lookups.has(list)) return nothing;
    const value = this.place.query[name] ?? null;
    return html`<pl-picker label=${label} placeholder=${t("any")} empty=${t("nothingFound")} clear-label=${t("remove")}
      .value=${value} .text=${app.lookups.name(list, value)} .search=${(/** @type {string} */ words) => app.lookups.search(list, words)}
      @pick=${(/** @type {CustomEvent} */ event) => this.set(name, event.detail)}></pl-picker>`;
  }

  /** @returns {import("../../elements/table.js").Column[]} */
  columns() {
    return [];
  }

  /** @returns {unknown} */
  filters() {
    return nothing;
  }

  /** @returns {unknown} */
  actions() {
    return nothing;
  }

  /** What stands above the list. @returns {unknown} */
  above() {
    return nothing;
  }

  get emptyText() {
    return t("nothing");
  }

  render() {
    const lead = t(`lead.${this.page}`);
    return html`${this.head(t(`page.${this.page}`), { lead: lead.startsWith("lead.") ? "" : lead, actions: this.actions() })}
      <search class="filters" aria-label=${t("search")}>${this.filters()}</search>
      ${this.trouble(() => this.load())} ${this.above()}
      <div class="card flush">
        <pl-table label=${t(`page.${this.page}`)} .columns=${this.columns()} .rows=${this.items} ?busy=${this.busy} empty=${this.emptyText}></pl-table>
      </div>
      ${this.next ? html`<p class="center"><pl-button @click=${() => this.load(this.next)}>${t("more")}</pl-button></p>` : nothing}`;
  }
}
