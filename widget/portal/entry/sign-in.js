// <pl-portal-sign-in>: login and password, the second factor when it is asked for, a lost password, the link of a letter.
import { html, nothing } from "../../vendor/lit.js";
import { t } from "../../i18n/portal.js";
import { app } from "../core/app.js";
import { given, PortalPage } from "../core/page.js";
import { failure } from "../core/problems.js";
import { address } from "../core/router.js";

export class PortalSignIn extends PortalPage {
  static properties = { token: {}, step: { state: true }, note: { state: true } };

  constructor() {
    super();
    /** Of a letter's link; none: there is no such. */
    this.token = "";
    /** @type {"password"|"code"|"forgot"|"link"} */
    this.step = "password";
    this.note = "";
    this.credentials = { login: "", password: "" };
    /** Whom the link belongs to. @type {any} */
    this.whose = null;
  }

  /** @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    if (changed.has("token") && this.token) this.#open();
  }

  /** The address forgets the secret at once; it works until a password is set with it. */
  #open() {
    history.replaceState(null, "", "/support");
    return this.#run(async () => {
      this.whose = await app.ask("/auth/link", { token: this.token });
      this.step = "link";
    });
  }

  /** @param {() => Promise<void>} work */
  async #run(work) {
    this.busy = true;
    this.problem = "";
    try {
      await work();
    } catch (error) {
      if (/** @type {any} */ (error).code === "second_factor_required") this.step = "code";
      else this.problem = failure(error);
    } finally {
      this.busy = false;
    }
    await this.updateComplete;
    /** @type {HTMLElement|null} */ (this.querySelector("pl-field:not([disabled])"))?.focus();
  }

  /** @param {string} login @param {string} password @param {string} [code] */
  async #enter(login, password, code) {
    await app.session.signIn(login, password, code);
    this.tell("entered");
  }

  /** @param {SubmitEvent} event */
  #submit(event) {
    const form = given(event);
    if (this.busy) return undefined;
    if (this.step === "link") return this.#setPassword(form.password, form.again);
    if (this.step === "forgot") return this.#forgot(form.login);
    if (this.step === "password") this.credentials = { login: form.login, password: form.password };
    const { login, password } = this.credentials;
    return this.#run(() => this.#enter(login, password, this.step === "code" ? form.code.replace(/\s/g, "") : undefined));
  }

  /** @param {string} password @param {string} again */
  #setPassword(password, again) {
    if (password !== again) {
      this.problem = t("passwordsDiffer");
      return;
    }
    this.#run(async () => {
      await app.ask("/auth/link/use", { token: this.token, password });
      this.token = "";
      this.credentials = { login: this.whose.login, password };
      this.step = "password";
      await this.#enter(this.whose.login, password);
    });
  }

  /** @param {string} login */
  #forgot(login) {
    return this.#run(async () => {
      await app.ask("/auth/lost-password", { login });
      this.step = "password";
      this.note = t("resetSent");
    });
  }

  /** @param {"password"|"forgot"} step */
  async #go(step) {
    this.step = step;
    this.problem = "";
    this.note = "";
    await this.updateComplete;
    /** @type {HTMLElement|null} */ (this.querySelector("pl-field"))?.focus();
  }

  #fields() {
    if (this.step === "code") {
      return html`<p class="muted">${t("codeHint")}</p>
        <pl-field label=${t("code")} name="code" autocomplete="one-time-code" mode="numeric" required></pl-field>`;
    }
    if (this.step === "link") {
      return html`<p class="muted">${t("inviteText", { name: this.whose?.name ?? "" })}</p>
        <pl-field label=${t("login")} name="username" autocomplete="username" .value=${this.whose?.login ?? ""} disabled></pl-field>
        <pl-field label=${t("newPassword")} name="password" type="password" autocomplete="new-password" hint=${t("passwordHint")} required></pl-field>
        <pl-field label=${t("repeatPassword")} name="again" type="password" autocomplete="new-password" required></pl-field>`;
    }
    return html`${this.step === "forgot" ? html`<p class="muted">${t("forgotLead")}</p>` : nothing}
      <pl-field label=${t("login")} name="login" autocomplete="username" mode="email" .value=${this.credentials.login} required></pl-field>
      ${this.step === "password"
        ? html`<pl-field label=${t("password")} name="password" type="password" autocomplete="current-password" required></pl-field>`
        : nothing}`;
  }

  #others() {
    if (this.step === "link") return nothing;
    if (this.step !== "password") return html`<pl-button look="link" @click=${() => this.#go("password")}>${t("back")}</pl-button>`;
    return html`<pl-button look="link" @click=${() => this.#go("forgot")}>${t("forgot")}</pl-button>
      <p class="or"><span>${t("noAccount")}</span></p>
      <a class="button" href=${address("register")}>${t("register")}</a>`;
  }

  render() {
    const titles = { password: t("signInTitle"), code: t("signInTitle"), forgot: t("forgot"), link: t("welcome") };
    const actions = { password: t("signIn"), code: t("signIn"), forgot: t("resetAsk"), link: t("setPassword") };
    document.title = `${titles[this.step]} · ${t("product")}`;
    return html`<form class="entry-form" @submit=${this.#submit}>
      <h1>${titles[this.step]}</h1>
      ${this.note ? html`<p class="notice good" role="status">${this.note}</p>` : nothing} ${this.#fields()}
      ${this.problem ? html`<p class="problem" role="alert">${this.problem}</p>` : nothing}
      <pl-button kind="submit" look="main" ?busy=${this.busy}>${actions[this.step]}</pl-button>
      ${this.#others()}
    </form>`;
  }
}

customElements.define("pl-portal-sign-in", PortalSignIn);
