// What the sign-in of panel and portal share: login and password, the second factor when it is asked for, a lost
// password, the link of a letter. Who inherits draws the page around it.
import { html, nothing } from "../vendor/lit.js";
import { language } from "../core/language.js";
import { PayLaterElement } from "./base.js";

/** @typedef {"password"|"code"|"forgot"|"link"} Step */
/**
 * @typedef {object} Ports
 * @property {import("../core/session.js").Session} session
 * @property {(key: string, values?: Record<string, string|number>) => string} words
 * @property {(error: unknown) => string} failure what a refusal means, in words
 */

export class SignInSteps extends PayLaterElement {
  /** @type {import("../vendor/lit.js").PropertyDeclarations} */
  static properties = { step: { state: true }, problem: { state: true }, note: { state: true }, busy: { state: true }, spare: { state: true } };

  /** @param {Ports} ports */
  constructor(ports) {
    super();
    this.ports = ports;
    /** @type {Step} */
    this.step = "password";
    this.problem = "";
    /** The key of what is told above the fields. */
    this.note = "";
    this.busy = false;
    /** A spare code is typed instead of the app's. */
    this.spare = false;
    this.credentials = { login: "", password: "" };
    /** Of a letter's link that was followed; it works until a password is set with it. */
    this.secret = "";
    /** Whom the link belongs to. @type {any} */
    this.whose = null;
  }

  createRenderRoot() {
    return this;
  }

  /** Signed in. */
  entered() {}

  /** @param {string} path @param {any} body */
  #ask(path, body) {
    return this.ports.session.ask(path, body, language());
  }

  /** @param {() => Promise<any>} work */
  async run(work) {
    this.busy = true;
    this.problem = "";
    try {
      await work();
    } catch (error) {
      const { code, status } = /** @type {any} */ (error);
      if (code === "second_factor_required") this.turn("code");
      // The password was right a moment ago: it is the code that is wrong.
      else this.problem = this.step === "code" && status === 401 ? this.ports.words("codeWrong") : this.ports.failure(error);
    } finally {
      this.busy = false;
    }
    await this.#begin();
  }

  async #begin() {
    await this.updateComplete;
    /** @type {HTMLElement|null} */ (this.querySelector("pl-field:not([disabled])"))?.focus();
  }

  /** @param {Step} step @param {string} [note] */
  turn(step, note = "") {
    this.step = step;
    this.note = note;
    this.problem = "";
    this.spare = false;
    return this.#begin();
  }

  /** A letter's link. @param {string} secret */
  open(secret) {
    return this.run(async () => {
      this.whose = await this.#ask("/auth/link", { token: secret });
      this.secret = secret;
      this.turn("link");
    });
  }

  /** @param {string} login @param {string} password @param {string} [code] */
  async #enter(login, password, code) {
    await this.ports.session.signIn(login, password, code);
    this.entered();
  }

  /** @param {SubmitEvent} event */
  submit(event) {
    event.preventDefault();
    const given = /** @type {Record<string, string>} */ (Object.fromEntries(new FormData(/** @type {HTMLFormElement} */ (event.target))));
    if (this.busy) return undefined;
    if (this.step === "link") return this.#setPassword(given.password, given.again);
    if (this.step === "forgot") return this.#forgot(given.login.trim());
    if (this.step === "password") this.credentials = { login: given.login.trim(), password: given.password };
    const { login, password } = this.credentials;
    return this.run(() => this.#enter(login, password, this.step === "code" ? given.code.replace(/\s/g, "") : undefined));
  }

  /** @param {string} password @param {string} again */
  #setPassword(password, again) {
    if (password !== again) {
      this.problem = this.ports.words("passwordsDiffer");
      return undefined;
    }
    return this.run(async () => {
      await this.#ask("/auth/link/use", { token: this.secret, password });
      this.secret = "";
      this.credentials = { login: this.whose.login, password };
      this.turn("password");
      await this.#enter(this.whose.login, password);
    });
  }

  /** @param {string} login */
  #forgot(login) {
    return this.run(async () => {
      await this.#ask("/auth/lost-password", { login });
      this.credentials = { login, password: "" };
      this.turn("password", "resetSent");
    });
  }

  get title() {
    return this.ports.words({ password: "signInTitle", code: "signInTitle", forgot: "forgot", link: "welcome" }[this.step]);
  }

  #code() {
    const { words } = this.ports;
    const [label, other] = this.spare ? ["spareCode", "useApp"] : ["code", "useSpare"];
    return html`<p class="muted">${words(this.spare ? "spareCodeHint" : "codeHint")}</p>
      <pl-field label=${words(label)} name="code" autocomplete=${this.spare ? "off" : "one-time-code"} mode=${this.spare ? "text" : "numeric"} required></pl-field>
      <pl-button look="link" @click=${() => { this.spare = !this.spare; this.#begin(); }}>${words(other)}</pl-button>`;
  }

  #fields() {
    const { words } = this.ports;
    if (this.step === "code") return this.#code();
    if (this.step === "link") {
      return html`<p class="muted">${words("inviteText", { name: this.whose?.name ?? "" })}</p>
        <pl-field label=${words("login")} name="username" autocomplete="username" .value=${this.whose?.login ?? ""} disabled></pl-field>
        <pl-field label=${words("newPassword")} name="password" type="password" autocomplete="new-password" hint=${words("passwordHint")} required></pl-field>
        <pl-field label=${words("repeatPassword")} name="again" type="password" autocomplete="new-password" required></pl-field>`;
    }
    return html`${this.step === "forgot" ? html`<p class="muted">${words("forgotLead")}</p>` : nothing}
      <pl-field label=${words("login")} name="login" autocomplete="username" mode="email" .value=${this.credentials.login} required></pl-field>
      ${this.step === "password" ? html`<pl-field label=${words("password")} name="password" type="password" autocomplete="current-password" required></pl-field>` : nothing}`;
  }

  /** The fields of the step with their button; `others`: what else may be done instead of signing in. @param {unknown} others */
  steps(others) {
    const { words } = this.ports;
    const action = { password: "signIn", code: "signIn", forgot: "resetAsk", link: "setPassword" }[this.step];
    const back = this.step === "link" ? nothing : html`<pl-button look="link" @click=${() => this.turn("password")}>${words("back")}</pl-button>`;
    return html`${this.note ? html`<p class="notice good" role="status">${words(this.note)}</p>` : nothing} ${this.#fields()}
      ${this.problem ? html`<p class="problem" role="alert">${this.problem}</p>` : nothing}
      <pl-button kind="submit" look="main" ?busy=${this.busy}>${words(action)}</pl-button>
      ${this.step === "password" ? others : back}`;
  }
}
