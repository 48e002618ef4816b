// <pl-profile-page>: one's own account: password, second factor, sessions.
import { html, nothing } from "../../vendor/lit.js";
import { label, t } from "../../i18n/panel.js";
import "../../elements/table.js";
import { app } from "../core/app.js";
import { moment } from "../core/cells.js";
import { PanelPage } from "../core/page.js";
import { failure } from "../core/saving.js";
import { agentText } from "./sessions.js";
import "../shell/second-factor.js";

export class ProfilePage extends PanelPage {
  static properties = { sessions: { state: true }, wrong: { state: true } };

  constructor() {
    super();
    /** @type {any[]} */
    this.sessions = [];
    this.wrong = "";
  }

  connectedCallback() {
    super.connectedCallback();
    this.load();
  }

  async load() {
    if (!app.operation("GET", "/me/sessions")) return;
    const page = await this.attempt(() => app.request("GET", "/me/sessions"));
    this.sessions = page?.items ?? [];
  }

  /** @param {SubmitEvent} event */
  async #password(event) {
    event.preventDefault();
    const form = /** @type {HTMLFormElement} */ (event.target);
    const given = Object.fromEntries(new FormData(form));
    this.wrong = given.next === given.again ? "" : t("passwordsDiffer");
    if (this.wrong) return;
    try {
      await app.request("POST", "/auth/password", { body: { current: given.current, new: given.next } });
      app.toast(t("passwordChanged"));
      for (const field of form.querySelectorAll("pl-field")) /** @type {any} */ (field).value = "";
      await this.load();
    } catch (error) {
      this.wrong = failure(error);
    }
  }

  /** @param {string} tail */
  async #end(tail) {
    await this.attempt(() => app.request("DELETE", `/me/sessions${tail}`));
    await this.load();
  }

  #passwordCard() {
    if (app.me.has_password === false) return nothing;
    return html`<form class="card" @submit=${this.#password}>
      <h2>${t("changePassword")}</h2>
      <input type="text" name="username" autocomplete="username" .value=${app.me.login} hidden />
      <div class="stack">
        <pl-field label=${t("currentPassword")} name="current" type="password" autocomplete="current-password" required></pl-field>
        <pl-field label=${t("newPassword")} name="next" type="password" autocomplete="new-password" hint=${t("passwordHint")} required></pl-field>
        <pl-field label=${t("repeatPassword")} name="again" type="password" autocomplete="new-password" required></pl-field>
        ${this.wrong ? html`<p class="problem" role="alert">${this.wrong}</p>` : nothing}
        <p><pl-button kind="submit">${t("changePassword")}</pl-button></p>
      </div>
    </form>`;
  }

  #sessionsCard() {
    const columns = [
      { key: "agent", head: label("", "agent"), wide: true, cell: (/** @type {any} */ one) => html`${agentText(one.agent)}${one.current ? html` <pl-badge tone="accent">${t("thisSession")}</pl-badge>` : nothing}` },
      { key: "address", head: label("", "address"), cell: (/** @type {any} */ one) => one.address },
      { key: "used", head: label("", "last_used_at"), cell: (/** @type {any} */ one) => moment(one.last_used_at) },
      { key: "do", head: "", cell: (/** @type {any} */ one) => (one.current ? nothing : html`<pl-button size="small" look="quiet" tone="bad" @click=${() => this.#end(`/${one.id}`)}>${t("endSession")}</pl-button>`) },
    ];
    return html`<section class="card flush wide" aria-label=${t("sessions")}>
      <h2 class="bar-title">${t("sessions")}${this.sessions.length > 1 ? html` <pl-button size="small" @click=${() => this.#end("")}>${t("endOthers")}</pl-button>` : nothing}</h2>
      <pl-table label=${t("sessions")} .columns=${columns} .rows=${this.sessions} ?busy=${this.busy} empty=${t("nothing")}></pl-table>
    </section>`;
  }

  render() {
    const { me } = app;
    const fact = (/** @type {string} */ name, /** @type {unknown} */ value) => (value ? html`<div><dt>${name}</dt><dd>${value}</dd></div>` : nothing);
    return html`${this.head(t("page.profile"), { lead: me.name })}
      ${me.second_factor_due ? html`<p class="notice warn" role="alert"><pl-icon name="lock"></pl-icon><span>${t("enrolDue")}</span></p>` : nothing} ${this.trouble(() => this.load())}
      <div class="pair-cards">
        <section class="card">
          <h2>${t("account")}</h2>
          <dl class="facts">
            ${fact(t("login"), me.login)} ${fact(label("User", "name"), me.name)} ${fact(label("", "role"), app.lookups.has("roles") ? app.lookups.name("roles", me.role) : me.role)}
            ${fact(label("", "email"), me.email)} ${fact(label("", "extension"), me.extension)}
          </dl>
        </section>
        ${this.#passwordCard()}
        ${app.operation("GET", "/me/second-factor") ? html`<pl-second-factor class="card"></pl-second-factor>` : nothing}
      </div>
      ${app.operation("GET", "/me/sessions") ? this.#sessionsCard() : nothing}`;
  }
}

customElements.define("pl-profile-page", ProfilePage);
