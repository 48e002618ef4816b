// <pl-people-page>: people of the company: who there is, which outlets each sees; invite, block, remove.
import { html, nothing } from "../../vendor/lit.js";
import { t } from "../../i18n/portal.js";
import "../../elements/dialog.js";
import { app } from "../core/app.js";
import { PortalPage } from "../core/page.js";
import { outletName } from "../requests/parts.js";
import "./person.js";

const PATH = "/portal/children";

export class PeoplePage extends PortalPage {
  static properties = { people: { state: true }, edited: { state: true }, leaving: { state: true }, doing: { state: true } };

  constructor() {
    super();
    /** @type {any[]|null} */
    this.people = null;
    /** Who stands in the window: `{}` for somebody new. @type {any} */
    this.edited = null;
    /** Who is to be removed. @type {any} */
    this.leaving = null;
    this.doing = "";
  }

  connectedCallback() {
    super.connectedCallback();
    this.load();
  }

  async load() {
    const page = await this.attempt(() => app.request("GET", `${PATH}?limit=500`));
    if (page) this.people = page.items;
  }

  /** @param {any} one @param {() => Promise<any>} work @param {string} done */
  async #do(one, work, done) {
    if (this.doing) return;
    this.doing = one.id;
    const result = await this.attempt(async () => (await work()) ?? true);
    this.doing = "";
    this.leaving = null;
    if (result) app.toast(done);
    await this.load();
  }

  /** @param {any} one */
  #block(one) {
    const blocked = one.state !== "blocked";
    return this.#do(one, () => app.request("PATCH", `${PATH}/${one.id}`, { body: { blocked } }), t(blocked ? "personBlocked" : "personUnblocked", { name: one.name }));
  }

  /** @param {any} one */
  #menu(one) {
    const choices = [
      { value: "edit", label: t("editPerson"), icon: "edit" },
      ...(one.signed_in_at || one.state === "blocked" ? [] : [{ value: "invite", label: t("inviteAgain"), icon: "forward" }]),
      { value: "block", label: t(one.state === "blocked" ? "unblock" : "block"), icon: "lock" },
      { value: "remove", label: t("removePerson"), icon: "trash", tone: "bad" },
    ];
    const choose = (/** @type {CustomEvent} */ event) => {
      if (event.detail === "edit") this.edited = one;
      else if (event.detail === "block") this.#block(one);
      else if (event.detail === "invite") this.#do(one, () => app.request("POST", `${PATH}/${one.id}/invite`), t("personInvitedAgain"));
      else this.leaving = one;
    };
    return html`<pl-menu side="end" label=${one.name} .choices=${choices} @choose=${choose}>
      <pl-button slot="opener" look="quiet" size="icon" icon="more" label=${t("actionsFor", { name: one.name })} popup="menu" ?busy=${this.doing === one.id}></pl-button>
    </pl-menu>`;
  }

  /** @param {any} one */
  #state(one) {
    if (one.state === "blocked") return html`<pl-badge tone="bad" dot>${t("blocked")}</pl-badge>`;
    return one.signed_in_at ? html`<pl-badge tone="good" dot>${t("active")}</pl-badge>` : html`<pl-badge tone="warn" dot>${t("invited")}</pl-badge>`;
  }

  /** @param {any} one */
  #row(one) {
    const names = (one.outlets ?? []).map(outletName).filter(Boolean);
    const shown = names.slice(0, 3).join(", ") + (names.length > 3 ? t("andMore", { n: names.length - 3 }) : "");
    return html`<li>
      <div class="person">
        <b>${one.name}</b> ${this.#state(one)}
        <p class="small muted">${one.email}</p>
        <p class="small" title=${names.join(", ")}>${names.length ? `${t("sees")}: ${shown}` : t("seesNothing")}</p>
      </div>
      ${this.#menu(one)}
    </li>`;
  }

  #dialogs() {
    return html`<pl-dialog heading=${this.edited?.id ? this.edited.name : t("invite")} close-label=${t("close")} ?open=${this.edited !== null} @close=${() => (this.edited = null)}>
        ${this.edited ? html`<pl-person .person=${this.edited} @saved=${this.#saved} @cancel=${() => (this.edited = null)}></pl-person>` : nothing}
      </pl-dialog>
      <pl-dialog heading=${t("removePerson")} close-label=${t("close")} ?open=${this.leaving !== null} @close=${() => (this.leaving = null)}>
        <p>${t("removeSure", { name: this.leaving?.name ?? "" })}</p>
        <pl-button slot="actions" @click=${() => (this.leaving = null)}>${t("cancel")}</pl-button>
        <pl-button slot="actions" look="main" tone="bad" ?busy=${Boolean(this.doing)} @click=${() => this.#do(this.leaving, () => app.request("DELETE", `${PATH}/${this.leaving.id}`), t("personRemoved"))}>${t("remove")}</pl-button>
      </pl-dialog>`;
  }

  /** @param {CustomEvent} event */
  async #saved(event) {
    this.edited = null;
    app.toast(event.detail);
    await this.load();
  }

  render() {
    const none = this.empty("people", t("noPeople"), { lead: t("noPeopleLead"), action: html`<pl-button icon="add" @click=${() => (this.edited = {})}>${t("invite")}</pl-button>` });
    return html`${this.head(t("page.people"), { lead: t("peopleLead"), actions: html`<pl-button look="main" icon="add" @click=${() => (this.edited = {})}>${t("invite")}</pl-button>` })}
      ${this.trouble(() => this.load())}
      <section class="card flush" aria-label=${t("page.people")} aria-busy=${String(!this.people && this.busy)}>
        ${this.people?.length ? html`<ul class="lines people">${this.people.map((one) => this.#row(one))}</ul>` : this.people ? none : html`<p class="center muted" role="status">${t("loading")}</p>`}
      </section>
      ${this.#dialogs()}`;
  }
}

customElements.define("pl-people-page", PeoplePage);
