// <pl-leads>: clients of a list, searched by name, phone or id.
import { html, nothing } from "../../vendor/lit.js";
import { label, t, valueText } from "../../i18n/panel.js";
import "../../elements/table.js";
import { app } from "../core/app.js";
import { ListPage } from "../core/list-page.js";
import { address } from "../core/router.js";
import { shownNumber } from "../campaigns/parts.js";

const DATA_SHOWN = 3;

/** @param {any[]} contacts */
export function contactsText(contacts) {
  return (contacts ?? []).map((one) => html`<span class=${one.enabled === false ? "muted small" : "digits"}>${one.channel === "phone" || one.channel === "sms" ? shownNumber(one.address) : one.address}
    ${one.role ? html`<span class="muted small">${one.role}</span>` : nothing}${one.channel !== "phone" ? html` <pl-badge>${valueText("channel", one.channel)}</pl-badge>` : nothing}</span><br />`);
}

export class Leads extends ListPage {
  constructor() {
    super();
    this.page = "lead-lists";
  }

  willUpdate() {
    this.path = `/lead-lists/${encodeURIComponent(this.place.id)}/leads`;
    super.willUpdate();
  }

  query() {
    const query = new URLSearchParams({ limit: "50" });
    if (this.place.query.q) query.set("q", this.place.query.q);
    return query;
  }

  get owner() {
    return this.place.id;
  }

  columns() {
    const data = (/** @type {any} */ one) => Object.entries(one.data ?? {}).slice(0, DATA_SHOWN).map(([name, value]) => `${name}: ${value}`).join("; ");
    return [
      { key: "name", head: t("client"), cell: (/** @type {any} */ one) => one.name || contactsText(one.contacts.slice(0, 1)) },
      { key: "contacts", head: t("contacts"), cell: (/** @type {any} */ one) => html`<div>${contactsText(one.contacts)}</div>` },
      { key: "external", head: label("", "external_id"), cell: (/** @type {any} */ one) => one.external_id ?? "—" },
      { key: "zone", head: label("", "timezone"), cell: (/** @type {any} */ one) => one.timezone ?? one.contacts[0]?.timezone ?? "—" },
      { key: "data", head: t("dataOf"), wide: true, cell: (/** @type {any} */ one) => html`<span class="muted small">${data(one) || "—"}</span>` },
    ];
  }

  render() {
    return html`<search class="filters" aria-label=${t("search")}>${this.typed("q", t("q"), "search")}</search>
      ${this.trouble(() => this.load())}
      <div class="card flush">
        <pl-table label=${t("leadsOf")} .columns=${this.columns()} .rows=${this.items} ?busy=${this.busy} .href=${app.can("GET", "/leads/{id}") ? (/** @type {any} */ one) => address("leads", one.id) : null}
          empty=${this.place.query.q ? t("nothingFound") : t("noLeads")}></pl-table>
      </div>
      ${this.next ? html`<p class="center"><pl-button @click=${() => this.load(this.next)}>${t("more")}</pl-button></p>` : nothing}`;
  }
}

customElements.define("pl-leads", Leads);
