// <pl-client-page>: a company: who it is, its outlets, its people, by what it is known; what may be done with it.
import { html, nothing } from "../../vendor/lit.js";
import { label, t } from "../../i18n/panel.js";
import "../../elements/menu.js";
import "../../elements/table.js";
import { app } from "../core/app.js";
import { flag } from "../core/cells.js";
import { PanelPage } from "../core/page.js";
import { address } from "../core/router.js";
import { failure } from "../core/saving.js";
import "./addresses.js";
import "./client-dialogs.js";
import { access, clientLooks, clientState, grantsLook } from "./client-parts.js";
import "./form-dialog.js";
import { fact, optional, when } from "./parts.js";

export class ClientPage extends PanelPage {
  static properties = { client: { state: true }, outlets: { state: true }, people: { state: true }, asked: { state: true } };

  constructor() {
    super();
    /** @type {any} */
    this.client = null;
    /** @type {any[]} */
    this.outlets = [];
    /** @type {any[]} */
    this.people = [];
    /** @type {""|"transfer"|"erase"} */
    this.asked = "";
    this.shown = "";
  }

  connectedCallback() {
    super.connectedCallback();
    this.follow(["config"], ({ type, key }) => (type === "reset" || key?.includes(this.place.id)) && this.load());
  }

  willUpdate() {
    if (this.shown === this.place.id) return;
    this.shown = this.place.id;
    this.client = null;
    this.load();
  }

  get path() {
    return `/clients/${encodeURIComponent(this.place.id)}`;
  }

  async load() {
    const { path } = this;
    const client = await this.attempt(() => app.request("GET", path));
    if (!client || path !== this.path) return;
    const items = (/** @type {string} */ tail) => (app.can("GET", `/clients/{id}${tail}`) ? app.all(`${path}${tail}`).catch(() => []) : Promise.resolve([]));
    [this.outlets, this.people] = client.parent_id ? [await optional("/clients/{id}/outlets", `/clients/${client.parent_id}/outlets?limit=500`, { items: [] }).then((page) => page.items), []] : await Promise.all([items("/outlets"), items("/children")]);
    this.client = client;
  }

  /** @param {() => Promise<any>} work @param {string} [done] */
  async act(work, done = "") {
    try {
      await work();
      if (done) app.toast(done);
      this.asked = "";
      await this.load();
    } catch (error) {
      app.toast(failure(error), "bad");
    }
  }

  /** @param {import("./form-dialog.js").Asked} asked */
  #form(asked) {
    /** @type {any} */ (this.querySelector("pl-form-dialog")).ask(asked);
  }

  #edit() {
    const own = this.client.parent_id
      ? { contact: { as: "hidden" }, tax_id: { as: "hidden" }, timezone: { as: "hidden" }, partner_id: { as: "hidden" }, outlets: grantsLook(this.outlets) }
      : { outlets: { as: "hidden" } };
    this.#form({ heading: t("edit"), method: "PATCH", route: "/clients/{id}", path: this.path, item: this.client, looks: /** @type {any} */ ({ ...clientLooks(), ...own }) });
  }

  /** @param {string} name */
  #state(name) {
    if (!window.confirm(t(`cl.${name}Sure`, { name: this.client.name }))) return;
    this.act(() => app.request("POST", `${this.path}/${name}`), t(`cl.${name}Done`));
  }

  /** To whom the company may be given: who can sign in. */
  get heirs() {
    return this.people.filter((one) => one.state === "active" && one.user_id);
  }

  get erased() {
    return this.client?.state === "closed";
  }

  #actions() {
    const { client } = this;
    if (this.erased) return nothing;
    const may = (/** @type {string} */ tail) => app.can("POST", `/clients/{id}/${tail}`);
    const choices = [
      ...(client.state === "active" && may("block") ? [{ value: "block", label: t("cl.block"), icon: "ban" }] : []),
      ...(client.state === "blocked" && may("unblock") ? [{ value: "unblock", label: t("cl.unblock"), icon: "check" }] : []),
      ...(may("invite") && client.email ? [{ value: "invite", label: t("cl.invite"), icon: "mail" }] : []),
      ...(!client.parent_id && may("transfer") && this.heirs.length ? [{ value: "transfer", label: t("cl.transfer"), icon: "swap" }] : []),
      ...(may("export") ? [{ value: "export", label: t("cl.export"), icon: "download" }] : []),
      ...(may("erase") ? [{ value: "erase", label: t("cl.erase"), icon: "trash", tone: "bad" }] : []),
    ];
    const choose = (/** @type {CustomEvent} */ { detail }) => {
      if (detail === "transfer" || detail === "erase") this.asked = detail;
      else if (detail === "export") this.act(() => this.#export());
      else if (detail === "invite") this.act(() => app.request("POST", `${this.path}/invite`), t("cl.inviteSent"));
      else this.#state(detail);
    };
    return html`${app.can("POST", "/tickets") && !client.parent_id ? html`<a class="button" href=${address("desk", "new", { account: client.id })}><pl-icon name="add"></pl-icon>${t("dk.new")}</a>` : nothing}
      ${app.can("PATCH", "/clients/{id}") ? html`<pl-button icon="edit" @click=${() => this.#edit()}>${t("edit")}</pl-button>` : nothing}
      ${choices.length ? html`<pl-menu side="end" label=${t("dk.moreActions")} .choices=${choices} @choose=${choose}><pl-button slot="opener" size="icon" icon="more" popup="menu" label=${t("dk.moreActions")}></pl-button></pl-menu>` : nothing}`;
  }

  /** All that is known of it, as a file. */
  async #export() {
    const blob = await app.request("POST", `${this.path}/export`, { blob: true });
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = `${this.client.name}.${blob.type.includes("json") ? "json" : "zip"}`;
    link.click();
    window.setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  }

  #outlets() {
    const route = "/clients/{id}/outlets";
    const edit = "/clients/{id}/outlets/{outlet_id}";
    const columns = [
      { key: "name", head: t("cl.outletName"), wide: true, cell: (/** @type {any} */ one) => html`<b>${one.name}</b>${one.address ? html`<br /><span class="muted small">${one.address}</span>` : nothing}` },
      { key: "phone", head: label("", "phone"), cell: (/** @type {any} */ one) => html`<span class="digits">${one.phone || "—"}</span>` },
      { key: "external", head: label("", "external_id"), cell: (/** @type {any} */ one) => one.external_id || "—" },
      { key: "enabled", head: label("", "enabled"), cell: (/** @type {any} */ one) => flag(one.enabled) },
      { key: "do", head: "", cell: (/** @type {any} */ one) => html`<div class="row-tools still">
        <a class="small" href=${address("desk", "", { tab: "all", account_id: this.client.id, outlet_id: one.id })}>${t("page.desk")}</a>
        ${app.can("PATCH", edit) && !this.erased ? html`<pl-button size="icon" look="quiet" icon="edit" label=${`${t("edit")}: ${one.name}`} @click=${() => this.#form({ heading: one.name, method: "PATCH", route: edit, path: `${this.path}/outlets/${one.id}`, item: one })}></pl-button>` : nothing}</div>` },
    ];
    return html`<section class="card flush" aria-label=${t("cl.outlets")}>
      <h2 class="bar-title with-tools">${t("cl.outlets")}<span class="space"></span>${app.can("POST", route) && !this.erased ? html`<pl-button size="small" icon="add" @click=${() => this.#form({ heading: t("cl.addOutlet"), method: "POST", route, path: `${this.path}/outlets` })}>${t("cl.addOutlet")}</pl-button>` : nothing}</h2>
      <pl-table label=${t("cl.outlets")} .columns=${columns} .rows=${this.outlets} empty=${t("cl.noOutlets")}></pl-table>
    </section>`;
  }

  /** Names of the outlets that a person was granted. @param {any} one */
  #seen(one) {
    const names = this.outlets.filter((outlet) => one.outlets.includes(outlet.id)).map((outlet) => outlet.name);
    return names.join(", ") || html`<span class="muted">—</span>`;
  }

  #people() {
    const route = "/clients/{id}/children";
    const columns = [
      { key: "name", head: t("cl.person"), wide: true, cell: (/** @type {any} */ one) => html`${one.name}<br /><span class="muted small">${one.email}</span>` },
      { key: "outlets", head: t("cl.sees"), cell: (/** @type {any} */ one) => this.#seen(one) },
      { key: "access", head: t("cl.access"), cell: access },
      { key: "state", head: t("dk.state"), cell: (/** @type {any} */ one) => clientState(one.state) },
    ];
    const add = () => this.#form({ heading: t("cl.addPerson"), method: "POST", route, path: `${this.path}/children`, looks: { name: { order: 1 }, email: { order: 2 }, phone: { order: 3 }, outlets: grantsLook(this.outlets) } });
    return html`<section class="card flush" aria-label=${t("cl.people")}>
      <h2 class="bar-title with-tools">${t("cl.people")}<span class="space"></span>${app.can("POST", route) && !this.erased ? html`<pl-button size="small" icon="add" @click=${add}>${t("cl.addPerson")}</pl-button>` : nothing}</h2>
      <pl-table label=${t("cl.people")} .columns=${columns} .rows=${this.people} .href=${(/** @type {any} */ one) => address("clients", one.id)} empty=${t("cl.noPeople")}></pl-table>
    </section>`;
  }

  render() {
    const { client } = this;
    const back = client?.parent_id ? address("clients", client.parent_id) : address("clients");
    if (!client) return html`${this.head("…", { back })} ${this.trouble(() => this.load())}`;
    const lead = html`${clientState(client.state)} ${client.parent_id ? t("cl.personOf") : t("cl.company")} · ${t("cl.sinceWhen")} ${when(client.registered_at)}`;
    return html`${this.head(this.erased ? t("cl.erased") : client.name, { lead, back, actions: this.#actions() })} ${this.trouble(() => this.load())}
      ${this.erased ? html`<p class="notice"><pl-icon name="lock"></pl-icon><span>${t("cl.erasedHint")}</span></p>` : nothing}
      <section class="card"><dl class="facts">
        ${client.contact ? fact(t("cl.person"), client.contact) : nothing} ${fact(label("", "email"), client.email || "—")} ${fact(label("", "phone"), client.phone || "—")}
        ${client.tax_id ? fact(t("cl.taxId"), client.tax_id) : nothing} ${client.parent_id ? nothing : fact(label("", "timezone"), client.timezone)} ${fact(t("cl.access"), access(client))}
        ${client.parent_id ? fact(t("cl.sees"), this.#seen(client)) : nothing}
        ${client.partner_id ? fact(t("cl.partner"), app.lookups.name("partners", client.partner_id)) : nothing}
        ${client.note ? fact(label("", "note"), client.note) : nothing}
        ${client.parent_id ? nothing : fact(t("page.desk"), html`<a href=${address("desk", "", { tab: "all", account_id: client.id })}>${t("cl.allRequests")}</a>`)}
      </dl></section>
      ${client.parent_id ? nothing : html`${this.#outlets()} ${this.#people()}`}
      ${this.erased ? nothing : html`<pl-addresses .client=${client} .outlets=${this.outlets}></pl-addresses>`}
      <pl-form-dialog @made=${() => this.load()}></pl-form-dialog>
      <pl-client-dialogs .page=${this} asked=${this.asked}></pl-client-dialogs>`;
  }
}

customElements.define("pl-client-page", ClientPage);
