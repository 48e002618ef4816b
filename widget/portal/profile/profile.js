// <pl-profile-page>: one's own account: who one is, language, colours, time zone, password, sessions, own data.
import { html, nothing } from "../../vendor/lit.js";
import { language } from "../../core/language.js";
import { t } from "../../i18n/portal.js";
import { app } from "../core/app.js";
import { given, PortalPage } from "../core/page.js";
import { failure } from "../core/problems.js";
import { day } from "../core/texts.js";
import "./own-data.js";
import "./second-factor.js";
import "./sessions.js";

export class ProfilePage extends PortalPage {
  static properties = { wrong: { state: true } };

  constructor() {
    super();
    this.wrong = "";
  }

  /** Language and zone are the account's own: letters follow them too. @param {Record<string, string>} changes */
  async #change(changes) {
    if (changes.language) app.speak(/** @type {"ru"|"en"} */ (changes.language));
    const account = await this.attempt(() => app.request("PATCH", "/portal/me", { body: changes }));
    if (!account) return;
    app.account = account;
    app.tell("account");
    app.toast(t("saved"));
  }

  /** @param {SubmitEvent} event */
  async #password(event) {
    const { current, next, again } = given(event);
    const form = /** @type {HTMLFormElement} */ (event.target);
    this.wrong = next === again ? "" : t("passwordsDiffer");
    if (this.wrong) return;
    try {
      await app.request("POST", "/auth/password", { body: { current, new: next } });
      app.toast(t("passwordChanged"));
      for (const field of form.querySelectorAll("pl-field")) /** @type {any} */ (field).value = "";
      /** @type {any} */ (this.querySelector("pl-portal-sessions"))?.load();
    } catch (error) {
      this.wrong = failure(error);
    }
  }

  #about() {
    const { account, parent } = app.account;
    const email = account.email || app.me.email;
    const fact = (/** @type {string} */ name, /** @type {unknown} */ value) => (value ? html`<div><dt>${name}</dt><dd>${value}</dd></div>` : nothing);
    return html`<section class="card">
      <h2>${t("account")}</h2>
      <dl class="facts">
        ${fact(t("company"), parent?.name ?? account.name)} ${fact(t("name"), app.me.name)} ${fact(t("login"), app.me.login)} ${fact(t("email"), email === app.me.login ? "" : email)}
        ${fact(t("phone"), account.phone)} ${fact(t("clientSince"), account.registered_at && day(account.registered_at, { day: "numeric", month: "long", year: "numeric" }))}
      </dl>
    </section>`;
  }

  #looks() {
    const languages = [{ value: "ru", label: "Русский" }, { value: "en", label: "English" }];
    const themes = ["auto", "light", "dark"].map((value) => ({ value, label: t(`theme.${value}`) }));
    const zone = app.account.account.timezone;
    const zones = [...new Set([zone, ...Intl.supportedValuesOf("timeZone")])].sort().map((value) => ({ value, label: value.replace(/_/g, " ") }));
    const value = (/** @type {Event} */ event) => /** @type {any} */ (event.currentTarget).value;
    return html`<section class="card">
      <h2>${t("looks")}</h2>
      <div class="stack">
        <pl-field label=${t("language")} type="select" .options=${languages} .value=${language()} @change=${(/** @type {Event} */ event) => this.#change({ language: value(event) })}></pl-field>
        <pl-field label=${t("theme")} type="select" .options=${themes} .value=${app.theme} @change=${(/** @type {Event} */ event) => (app.theme = value(event))}></pl-field>
        ${app.isParent ? html`<pl-field label=${t("zone")} hint=${t("zoneHint")} type="select" .options=${zones} .value=${zone} @change=${(/** @type {Event} */ event) => this.#change({ timezone: value(event) })}></pl-field>` : nothing}
      </div>
    </section>`;
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

  render() {
    const full = app.account !== null;
    return html`${this.head(t("page.profile"), { lead: app.me.name })}
      ${full ? nothing : html`<p class="notice warn" role="alert"><pl-icon name="lock"></pl-icon><span>${t("enrolDue")}</span></p>`} ${this.trouble()}
      <div class="pair-cards">
        ${full ? html`${this.#about()} ${this.#looks()}` : nothing} ${this.#passwordCard()}
        <pl-portal-factor class="card"></pl-portal-factor>
        <pl-portal-sessions class="card"></pl-portal-sessions>
        ${full ? html`<pl-own-data class="card"></pl-own-data>` : nothing}
      </div>`;
  }
}

customElements.define("pl-profile-page", ProfilePage);
