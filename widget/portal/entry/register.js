// <pl-register>: a company asks to be let in; support looks at it and sends an invitation.
import { html, nothing } from "../../vendor/lit.js";
import { language } from "../../core/language.js";
import { t } from "../../i18n/portal.js";
import { app } from "../core/app.js";
import { newId } from "../core/ids.js";
import { given, PortalPage } from "../core/page.js";
import { failure, fieldProblems } from "../core/problems.js";
import { address } from "../core/router.js";

const NEEDED = ["company", "name", "email"];

export class Register extends PortalPage {
  static properties = { wrong: { state: true }, sent: { state: true } };

  constructor() {
    super();
    /** @type {Record<string, string>} */
    this.wrong = {};
    /** The address that the invitation will go to. */
    this.sent = "";
    this.askId = newId();
  }

  /** @param {SubmitEvent} event */
  async #submit(event) {
    const form = given(event);
    if (this.busy) return;
    const wrong = Object.fromEntries(NEEDED.filter((name) => !form[name]).map((name) => [name, t("required")]));
    if (form.email && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(form.email)) wrong.email = t("wrongEmail");
    this.wrong = wrong;
    if (!Object.keys(this.wrong).length) await this.#send(form);
    await this.updateComplete;
    /** @type {HTMLElement|null} */ (this.querySelector(".invalid"))?.focus();
  }

  /** @param {Record<string, string>} form */
  async #send(form) {
    this.busy = true;
    this.problem = "";
    const { timeZone: timezone } = Intl.DateTimeFormat().resolvedOptions();
    try {
      await app.ask("/registrations", { id: this.askId, ...form, timezone });
      this.sent = form.email;
    } catch (error) {
      this.wrong = fieldProblems(error);
      this.problem = failure(error);
    } finally {
      this.busy = false;
    }
  }

  #done() {
    return html`<div class="entry-form" role="status">
      <p class="big-mark good"><pl-icon name="check"></pl-icon></p>
      <h1>${t("registered")}</h1>
      <p class="muted">${t("registeredLead")}</p>
      <ol class="next">
        <li>${t("registered.1")}</li>
        <li>${t("registered.2", { email: this.sent })}</li>
        <li>${t("registered.3")}</li>
      </ol>
      <a class="button" href="/support">${t("toSignIn")}</a>
    </div>`;
  }

  /** @param {string} name @param {{type?: string, autocomplete?: string, mode?: string, hint?: string, limit?: number, rows?: number}} [look] */
  #field(name, { type = "text", autocomplete = "", mode = "", hint = "", limit = 200, rows = 2 } = {}) {
    const problem = this.wrong[name] ?? "";
    return html`<pl-field class=${problem ? "invalid" : ""} label=${NEEDED.includes(name) ? t(`reg.${name}`) : `${t(`reg.${name}`)} (${t("optional")})`} name=${name} type=${type}
      autocomplete=${autocomplete} mode=${mode} hint=${hint} limit=${limit} rows=${rows} problem=${problem} ?required=${NEEDED.includes(name)}></pl-field>`;
  }

  render() {
    document.title = `${t("register")} · ${t("product")}`;
    if (this.sent) return this.#done();
    const languages = [
      { value: "ru", label: "Русский" },
      { value: "en", label: "English" },
    ];
    return html`<form class="entry-form" novalidate @submit=${this.#submit}>
      <div><h1>${t("register")}</h1><p class="muted">${t("registerLead")}</p></div>
      ${this.#field("company", { autocomplete: "organization" })} ${this.#field("name", { autocomplete: "name", hint: t("reg.nameHint") })}
      <div class="two">${this.#field("email", { type: "email", autocomplete: "email" })} ${this.#field("phone", { type: "tel", autocomplete: "tel", limit: 40 })}</div>
      ${this.#field("outlets", { type: "textarea", hint: t("reg.outletsHint"), limit: 2000 })} ${this.#field("comment", { type: "textarea", limit: 2000 })}
      <pl-field label=${t("reg.language")} name="language" type="select" .options=${languages} .value=${language()}></pl-field>
      <input class="trap" name="website" tabindex="-1" autocomplete="off" aria-hidden="true" />
      ${this.problem ? html`<p class="problem" role="alert">${this.problem}</p>` : nothing}
      <pl-button kind="submit" look="main" ?busy=${this.busy}>${t("register.send")}</pl-button>
      <p class="center-line">${t("haveAccount")} <a href=${address()}>${t("signIn")}</a></p>
    </form>`;
  }
}

customElements.define("pl-register", Register);
