// <pl-campaign-attempts>: every try of a campaign, filtered, with the way to its call.
import { html, nothing } from "../../vendor/lit.js";
import { label, t, valueText } from "../../i18n/panel.js";
import { choices } from "../core/schema.js";
import { app } from "../core/app.js";
import { save } from "../core/files.js";
import { ListPage } from "../core/list-page.js";
import { address } from "../core/router.js";
import { attemptColumns } from "./attempt-cells.js";
import { tabs } from "./tabs.js";

const ROUTE = "/campaigns/{id}/attempts";

export class CampaignAttempts extends ListPage {
  static properties = { campaign: { state: true } };

  constructor() {
    super();
    this.page = "campaigns";
    /** @type {any} */
    this.campaign = null;
  }

  connectedCallback() {
    super.connectedCallback();
    this.follow(["campaigns"], ({ type, kind, key, data }) => {
      if (type === "reset" || (kind === "attempt" && (data?.campaign_id ?? key) === this.place.id)) this.later();
    });
  }

  willUpdate() {
    this.path = `/campaigns/${encodeURIComponent(this.place.id)}/attempts`;
    if (this.campaign?.id !== this.place.id) this.#read();
    super.willUpdate();
  }

  async #read() {
    this.campaign = { id: this.place.id, name: "…" };
    const found = await this.attempt(() => app.request("GET", `/campaigns/${encodeURIComponent(this.place.id)}`));
    if (found) this.campaign = found;
  }

  get #parameters() {
    return /** @type {any[]} */ (app.operation("GET", ROUTE).parameters);
  }

  /** @param {string} name */
  #takes(name) {
    return this.#parameters.find((one) => one.name === name);
  }

  query() {
    const given = Object.entries(this.place.query).filter(([name, value]) => value && this.#takes(name));
    return new URLSearchParams([...given.map(([name, value]) => [name, this.sent(name, value)]), ["limit", "50"]]);
  }

  get owner() {
    return this.place.id;
  }

  /** @param {string} name @param {string} words @param {string} field of the values' words */
  #closed(name, words, field) {
    const found = this.#takes(name);
    if (!found) return nothing;
    const values = choices(app.schemas.unwrap(found.schema).schema) ?? [];
    return this.choice(name, words, [{ value: "", label: t("any") }, ...values.map((value) => ({ value, label: valueText(field, value) }))]);
  }

  filters() {
    const flag = [{ value: "", label: t("any") }, { value: "true", label: t("abandonedOnly") }];
    return html`${this.#takes("q") ? this.typed("q", t("q"), "search") : nothing}
      ${this.#takes("from") ? html`${this.typed("from", t("from"), "date")} ${this.typed("to", t("to"), "date")}` : nothing}
      ${this.#closed("outcome", t("outcomeIs"), "dial")} ${this.#takes("abandoned") ? this.choice("abandoned", t("abandonRate"), flag) : nothing}
      ${this.#takes("operator_id") ? this.picker("operator_id", label("Call", "operator_id"), "users") : nothing}
      ${this.#takes("list_id") ? this.picker("list_id", label("", "list_id"), "lead-lists") : nothing}
      ${this.#takes("disposition_id") ? this.picker("disposition_id", t("disposition"), "dispositions") : nothing}`;
  }

  actions() {
    const path = ["/campaigns/{id}/attempts.xlsx", "/campaigns/{id}/attempts/export"].find((one) => app.can("GET", one));
    if (!path) return nothing;
    const query = this.query();
    query.delete("limit");
    if (path.endsWith("export")) query.set("format", "xlsx");
    return html`<pl-button icon="download" @click=${() => this.attempt(() => save(`${path.replace("{id}", this.place.id)}?${query}`, "attempts.xlsx"))}>XLSX</pl-button>`;
  }

  render() {
    return html`${this.head(this.campaign?.name ?? "…", { back: address("campaigns"), actions: this.actions() })} ${tabs(this.campaign, this.place.id, "attempts")}
      <search class="filters" aria-label=${t("search")}>${this.filters()}</search>
      ${this.trouble(() => this.load())}
      <div class="card flush">
        <pl-table label=${t("tab.attempts")} .columns=${attemptColumns()} .rows=${this.items} ?busy=${this.busy} empty=${t("noAttempts")}></pl-table>
      </div>
      ${this.next ? html`<p class="center"><pl-button @click=${() => this.load(this.next)}>${t("more")}</pl-button></p>` : nothing}`;
  }
}

customElements.define("pl-campaign-attempts", CampaignAttempts);
