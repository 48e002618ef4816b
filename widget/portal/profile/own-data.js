// <pl-own-data>: a copy of everything of the account; giving the company to another person; asking to be erased.
import { html, nothing } from "../../vendor/lit.js";
import { t } from "../../i18n/portal.js";
import "../../elements/dialog.js";
import { app } from "../core/app.js";
import { newId } from "../core/ids.js";
import { PortalPage } from "../core/page.js";
import { address, go } from "../core/router.js";

export class OwnData extends PortalPage {
  static properties = { people: { state: true }, giving: { state: true }, leaving: { state: true }, heir: { state: true } };

  constructor() {
    super();
    /** @type {any[]} */
    this.people = [];
    this.giving = false;
    this.leaving = false;
    this.heir = "";
    this.askId = newId();
  }

  async #openGiving() {
    const page = await this.attempt(() => app.request("GET", "/portal/children?limit=500"));
    if (!page) return;
    this.people = page.items.filter((/** @type {any} */ one) => one.state === "active");
    this.heir = this.people[0]?.id ?? "";
    this.giving = true;
  }

  #export() {
    return this.attempt(() => app.save("/portal/export", `${t("exportFile")}.zip`));
  }

  async #give() {
    const done = await this.attempt(async () => (await app.request("POST", "/portal/transfer", { body: { child_id: this.heir } })) ?? true);
    this.giving = false;
    if (!done) return;
    app.toast(t("given"));
    await this.attempt(() => app.reload());
    go(address("requests"));
  }

  /** A request is of an outlet, where one has any. */
  #outlet() {
    return app.account.outlets.find((/** @type {any} */ one) => one.enabled)?.id ?? null;
  }

  /** Support does it: the wish is a request, with a number, as any other. */
  async #leave() {
    const body = { id: this.askId, subject: t("eraseSubject"), description: t("eraseText", { login: app.me.login }), outlet_id: this.#outlet() };
    const made = await this.attempt(() => app.request("POST", "/portal/tickets", { body }));
    this.leaving = false;
    if (made) go(address("requests", made.id));
  }

  #dialogs() {
    return html`<pl-dialog heading=${t("transfer")} close-label=${t("close")} ?open=${this.giving} @close=${() => (this.giving = false)}>
        ${this.people.length
          ? html`<p>${t("transferSure")}</p>
              <pl-field label=${t("newOwner")} type="select" .options=${this.people.map((one) => ({ value: one.id, label: `${one.name}, ${one.email}` }))} .value=${this.heir}
                @change=${(/** @type {Event} */ event) => (this.heir = /** @type {any} */ (event.currentTarget).value)}></pl-field>`
          : html`<p>${t("nobodyToGive")}</p>`}
        <pl-button slot="actions" @click=${() => (this.giving = false)}>${t("cancel")}</pl-button>
        <pl-button slot="actions" look="main" tone="bad" ?disabled=${!this.people.length} ?busy=${this.busy} @click=${this.#give}>${t("transferYes")}</pl-button>
      </pl-dialog>
      <pl-dialog heading=${t("erase")} close-label=${t("close")} ?open=${this.leaving} @close=${() => (this.leaving = false)}>
        <p>${t("eraseSure")}</p>
        <pl-button slot="actions" @click=${() => (this.leaving = false)}>${t("cancel")}</pl-button>
        <pl-button slot="actions" look="main" tone="bad" ?busy=${this.busy} @click=${this.#leave}>${t("eraseYes")}</pl-button>
      </pl-dialog>`;
  }

  render() {
    const line = (/** @type {string} */ name, /** @type {string} */ lead, /** @type {unknown} */ action) =>
      html`<li><div><b>${name}</b><p class="small muted">${lead}</p></div>${action}</li>`;
    return html`<h2>${t("ownData")}</h2>
      ${this.trouble()}
      <ul class="lines">
        ${line(t("export"), t("exportLead"), html`<pl-button size="small" icon="download" ?busy=${this.busy} @click=${this.#export}>${t("exportNow")}</pl-button>`)}
        ${app.isParent ? line(t("transfer"), t("transferLead"), html`<pl-button size="small" @click=${this.#openGiving}>${t("transferNow")}</pl-button>`) : nothing}
        ${line(t("erase"), t("eraseLead"), html`<pl-button size="small" tone="bad" @click=${() => (this.leaving = true)}>${t("eraseNow")}</pl-button>`)}
      </ul>
      ${this.#dialogs()}`;
  }
}

customElements.define("pl-own-data", OwnData);
