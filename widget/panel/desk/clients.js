// <pl-clients-page>: companies that are clients; one of them on a page of its own.
import { html, nothing } from "../../vendor/lit.js";
import { t, valueText } from "../../i18n/panel.js";
import { app } from "../core/app.js";
import { moment } from "../core/cells.js";
import { ListPage } from "../core/list-page.js";
import { PanelPage } from "../core/page.js";
import { address, go } from "../core/router.js";
import "./client.js";
import { clientLooks, clientState } from "./client-parts.js";
import "./form-dialog.js";

const STATES = ["active", "blocked", "closed"];

export class ClientList extends ListPage {
  constructor() {
    super();
    this.path = "/clients";
    this.page = "clients";
    this.topics = ["config"];
  }

  filters() {
    return html`${this.typed("q", t("search"), "search")} ${this.choice("state", t("dk.state"), [{ value: "", label: t("any") }, ...STATES.map((value) => ({ value, label: valueText("client", value) }))])}
      ${this.picker("partner_id", t("cl.partner"), "partners")}`;
  }

  get emptyText() {
    return this.place.query.q ? t("nothingFound") : t("cl.noClients");
  }

  actions() {
    if (!app.can("POST", this.path)) return nothing;
    const add = () =>
      /** @type {any} */ (this.querySelector("pl-form-dialog")).ask({ heading: t("cl.newClient"), method: "POST", route: "/clients", path: "/clients", looks: clientLooks() });
    return html`<pl-button look="main" icon="add" @click=${add}>${t("cl.newClient")}</pl-button>`;
  }

  columns() {
    return [
      { key: "name", head: t("dk.company"), wide: true, cell: (/** @type {any} */ one) => one.name },
      { key: "contact", head: t("cl.person"), cell: (/** @type {any} */ one) => html`${one.contact || "—"}${one.email ? html`<br /><span class="muted small">${one.email}</span>` : nothing}` },
      { key: "outlets", head: t("cl.outlets"), number: true, cell: (/** @type {any} */ one) => one.outlets_count },
      { key: "children", head: t("cl.people"), number: true, cell: (/** @type {any} */ one) => one.children },
      { key: "state", head: t("dk.state"), cell: (/** @type {any} */ one) => clientState(one.state) },
      { key: "since", head: t("cl.since"), cell: (/** @type {any} */ one) => moment(one.registered_at) },
    ];
  }

  render() {
    return html`${this.head(t("page.clients"), { lead: t("lead.clients"), actions: this.actions() })}
      <search class="filters" aria-label=${t("search")}>${this.filters()}</search>
      ${this.trouble(() => this.load())}
      <div class="card flush"><pl-table label=${t("page.clients")} .columns=${this.columns()} .rows=${this.items} .href=${(/** @type {any} */ one) => address("clients", one.id)} ?busy=${this.busy} empty=${this.emptyText}></pl-table></div>
      ${this.next ? html`<p class="center"><pl-button @click=${() => this.load(this.next)}>${t("more")}</pl-button></p>` : nothing}
      <pl-form-dialog @made=${(/** @type {CustomEvent} */ event) => go(address("clients", event.detail.id))}></pl-form-dialog>`;
  }
}

export class ClientsPage extends PanelPage {
  render() {
    return this.place.id ? html`<pl-client-page .place=${this.place}></pl-client-page>` : html`<pl-client-list .place=${this.place}></pl-client-list>`;
  }
}

customElements.define("pl-client-list", ClientList);
customElements.define("pl-clients-page", ClientsPage);
