// Sign-in: login and password, a second factor when asked for, other ways that the server offers.
import { css, html, nothing } from "../vendor/lit.js";
import { PayLaterElement } from "../elements/base.js";
import { language, setLanguage } from "../core/language.js";
import "../elements/button.js";
import "../elements/field.js";
import { t } from "./words.js";

/** Name of the window in which a framed widget's user signs in. */
const WINDOW = "paylater-sign-in";

export class SignIn extends PayLaterElement {
  static properties = { session: { attribute: false }, problem: { state: true }, busy: { state: true }, second: { state: true }, ways: { state: true } };
  static styles = [
    PayLaterElement.styles,
    css`
      :host {
        display: grid;
        place-items: center;
        min-block-size: 100%;
        padding: var(--pl-4);
        overflow: auto;
      }
      form {
        display: grid;
        gap: var(--pl-4);
        inline-size: min(100%, 21rem);
        padding: var(--pl-5);
        background: var(--pl-surface);
        border: 1px solid var(--pl-line);
        border-radius: var(--pl-radius);
        box-shadow: var(--pl-shadow);
      }
      header {
        display: flex;
        gap: var(--pl-3);
        align-items: center;
      }
      header pl-icon {
        inline-size: 2.5rem;
        block-size: 2.5rem;
        padding: 0.5rem;
        color: var(--pl-on-accent);
        background: var(--pl-accent);
        border-radius: var(--pl-radius);
      }
      .problem {
        padding: var(--pl-2) var(--pl-3);
        color: var(--pl-bad);
        background: var(--pl-bad-faint);
        border-radius: var(--pl-radius-small);
      }
      footer {
        display: flex;
        justify-content: center;
      }
    `,
  ];

  constructor() {
    super();
    /** @type {import("../core/session.js").Session} */
    this.session = /** @type {any} */ (undefined);
    this.problem = "";
    this.busy = false;
    /** Other ways in. @type {{id: string, name: string, kind: string}[]} */
    this.ways = [];
    /** A second factor is asked for. */
    this.second = false;
  }

  connectedCallback() {
    super.connectedCallback();
    void this.#begin();
  }

  /** Which ways in there are; and whether one has just been gone: its code is in the address. */
  async #begin() {
    const [, outcome, code] = /^#\/(sign-in|sign-in-failed)\/([\w-]+)$/.exec(location.hash) ?? [];
    if (outcome) history.replaceState(null, "", location.pathname + location.search);
    if (outcome === "sign-in") await this.#enter(() => this.session.exchange("/auth/oidc/finish", { code }));
    else if (outcome) this.problem = t("wayFailed");
    const answer = await fetch("/api/v1/auth/providers").catch(() => null);
    if (answer?.ok) this.ways = (await answer.json()).items.filter((/** @type {any} */ one) => one.kind === "oidc");
  }

  /** @param {() => Promise<any>} tokens */
  async #enter(tokens) {
    this.busy = true;
    try {
      this.#take(await tokens());
    } catch (error) {
      this.problem = error instanceof Error ? error.message : String(error);
    } finally {
      this.busy = false;
    }
  }

  /** The window that a framed widget opened hands over to it and closes. @param {any} tokens */
  #take(tokens) {
    if (window.opener && window.name === WINDOW) {
      window.opener.postMessage({ type: "paylater:tokens", tokens }, location.origin);
      window.close();
    } else this.session.begin(tokens);
  }

  /** Providers show themselves in pages of their own alone: in a frame the way leads through a window. @param {string} id */
  #go(id) {
    const path = `/api/v1/auth/oidc/${id}/start?page=widget`;
    if (window.parent === window) {
      location.assign(path);
      return;
    }
    const opened = window.open(path, WINDOW, "popup,width=480,height=640");
    const take = (/** @type {MessageEvent} */ event) => {
      if (event.source !== opened || event.origin !== location.origin || event.data?.type !== "paylater:tokens") return;
      window.removeEventListener("message", take);
      this.session.begin(event.data.tokens);
    };
    window.addEventListener("message", take);
  }

  /** @param {SubmitEvent} event */
  async #submit(event) {
    event.preventDefault();
    const form = new FormData(/** @type {HTMLFormElement} */ (event.target));
    const text = (/** @type {string} */ name) => String(form.get(name) ?? "").trim();
    this.busy = true;
    this.problem = "";
    try {
      await this.session.signIn(text("login"), String(form.get("password") ?? ""), text("code"));
      this.tell("signed-in");
    } catch (error) {
      const { code, message } = /** @type {any} */ (error);
      const asks = code === "second_factor_required";
      if (!(asks && !this.second)) this.problem = error instanceof TypeError ? t("noServer") : message;
      this.second = this.second || asks;
      await this.updateComplete;
      if (asks) /** @type {HTMLElement|null} */ (this.renderRoot.querySelector("pl-field[name=code]"))?.focus();
    } finally {
      this.busy = false;
    }
  }

  render() {
    const other = language() === "ru" ? "English" : "Русский";
    return html`<form @submit=${this.#submit}>
      <header>
        <pl-icon name="headset"></pl-icon>
        <div>
          <h1>PayLater CRM</h1>
          <p class="muted small">${t("signInLead")}</p>
        </div>
      </header>
      <pl-field label=${t("login")} name="login" autocomplete="username" required></pl-field>
      <pl-field label=${t("password")} name="password" type="password" autocomplete="current-password" required></pl-field>
      ${this.second
        ? html`<pl-field label=${t("code")} name="code" hint=${t("codeHint")} autocomplete="one-time-code" mode="numeric" required></pl-field>`
        : nothing}
      ${this.problem ? html`<p class="problem" role="alert">${this.problem}</p>` : nothing}
      <pl-button look="main" kind="submit" ?busy=${this.busy}>${t("signIn")}</pl-button>
      ${this.ways.map((one) => html`<pl-button @click=${() => this.#go(one.id)}>${t("signInBy", { name: one.name })}</pl-button>`)}
      <footer><pl-button look="link" @click=${() => setLanguage(language() === "ru" ? "en" : "ru")}>${other}</pl-button></footer>
    </form>`;
  }
}

customElements.define("pl-sign-in", SignIn);
