// <pl-sign-in>: login and password, the second factor when it is asked for, buttons of the company's providers.
import { html, nothing } from "../../vendor/lit.js";
import { PayLaterElement } from "../../elements/base.js";
import { ApiError } from "../../core/session.js";
import { t } from "../../i18n/panel.js";
import { app } from "../core/app.js";
import { failure } from "../core/saving.js";
import { languageMenu } from "./frame.js";
import { linkOf } from "./links.js";

export class SignIn extends PayLaterElement {
  static properties = { step: { state: true }, problem: { state: true }, busy: { state: true }, providers: { state: true }, note: { state: true } };

  constructor() {
    super();
    /** @type {"password"|"code"|"forgot"|"link"} */
    this.step = "password";
    this.problem = "";
    this.note = "";
    this.busy = false;
    /** @type {any[]} */
    this.providers = [];
    this.credentials = { login: "", password: "" };
    this.link = linkOf(location);
    /** Whom the link of a letter belongs to. @type {any} */
    this.whose = null;
  }

  createRenderRoot() {
    return this;
  }

  async connectedCallback() {
    super.connectedCallback();
    const answer = await fetch("/api/v1/auth/providers").catch(() => null);
    if (answer?.ok) this.providers = (await answer.json()).items ?? [];
    if (this.link) await this.#run(() => this.#open(/** @type {import("./links.js").Link} */ (this.link)));
  }

  /** Whose link is it? A provider's code signs in at once. @param {import("./links.js").Link} link */
  async #open({ kind, token }) {
    history.replaceState(null, "", "/panel");
    this.link = kind === "link" ? this.link : null;
    if (kind === "sign-in") return this.#enter(app.session.exchange("/auth/oidc/finish", { code: token }));
    if (kind === "sign-in-failed") throw new Error(t(`providerFailed.${["expired", "unavailable", "not_proven"].includes(token) ? token : "refused"}`));
    try {
      this.whose = await app.session.exchange("/auth/link", { token });
      this.step = "link";
    } catch (error) {
      this.link = null;
      throw error;
    }
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
    /** @type {HTMLElement|null} */ (this.querySelector(this.problem ? "pl-field" : "pl-field:not([data-filled])"))?.focus();
  }

  /** @param {Promise<any>} entering */
  async #enter(entering) {
    app.session.keep(await entering);
    this.tell("signed-in");
  }

  /** @param {SubmitEvent} event */
  #submit(event) {
    event.preventDefault();
    const given = Object.fromEntries(new FormData(/** @type {HTMLFormElement} */ (event.target)));
    if (this.step === "link") return this.#setPassword(String(given.password), String(given.again));
    if (this.step === "forgot") return this.#forgot(String(given.login));
    if (this.step === "password") this.credentials = { login: String(given.login), password: String(given.password) };
    const code = this.step === "code" ? { code: String(given.code).replace(/\s/g, "") } : {};
    return this.#run(() => this.#enter(app.session.exchange("/auth/login", { ...this.credentials, ...code })));
  }

  /** @param {string} password @param {string} again */
  #setPassword(password, again) {
    if (password !== again) {
      this.problem = t("passwordsDiffer");
      return;
    }
    const { token } = /** @type {import("./links.js").Link} */ (this.link);
    this.#run(async () => {
      await this.#post("/auth/link/use", { token, password });
      this.link = null;
      await this.#enter(app.session.exchange("/auth/login", { login: this.whose.login, password }));
    });
  }

  /** @param {string} path @param {any} body */
  async #post(path, body) {
    const answer = await app.session.send("POST", path, body, {});
    if (!answer.ok) throw new ApiError(answer.status, await answer.json().catch(() => null));
  }

  /** @param {string} login */
  #forgot(login) {
    return this.#run(async () => {
      await this.#post("/auth/lost-password", { login });
      this.step = "password";
      this.note = t("resetSent");
    });
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
    return html`<pl-field label=${t("login")} name="login" autocomplete="username" .value=${this.credentials.login} required></pl-field>
      ${this.step === "password"
        ? html`<pl-field label=${t("password")} name="password" type="password" autocomplete="current-password" required></pl-field>`
        : nothing}`;
  }

  #others() {
    if (this.step !== "password") {
      return this.step === "link" ? nothing : html`<pl-button look="link" @click=${() => (this.step = "password")}>${t("back")}</pl-button>`;
    }
    const outside = this.providers.filter((one) => one.kind === "oidc");
    return html`${outside.length ? html`<p class="or"><span>${t("or")}</span></p>` : nothing}
      ${outside.map((one) => html`<a class="button" href=${`/api/v1/auth/oidc/${one.id}/start`}>${t("signInWith", { name: one.name })}</a>`)}
      <pl-button look="link" @click=${() => (this.step = "forgot")}>${t("forgot")}</pl-button>`;
  }

  render() {
    const titles = { password: t("signInTitle"), code: t("signInTitle"), forgot: t("forgot"), link: t("welcome") };
    const actions = { password: t("signIn"), code: t("signIn"), forgot: t("resetAsk"), link: t("setPassword") };
    return html`<div class="sign-in">
      <form @submit=${this.#submit}>
        <p class="brand"><span class="mark" aria-hidden="true"></span>${t("product")}</p>
        <h1>${titles[this.step]}</h1>
        ${this.note ? html`<p class="notice good" role="status">${this.note}</p>` : nothing} ${this.#fields()}
        ${this.problem ? html`<p class="problem" role="alert">${this.problem}</p>` : nothing}
        <pl-button kind="submit" look="main" ?busy=${this.busy}>${actions[this.step]}</pl-button>
        ${this.#others()}
        <div class="foot">${languageMenu()}</div>
      </form>
    </div>`;
  }
}

customElements.define("pl-sign-in", SignIn);
