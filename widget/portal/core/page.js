// What pages of the portal share: drawn into the document itself, told of their place, following the feed while shown.
import { html, nothing } from "../../vendor/lit.js";
import { PayLaterElement } from "../../elements/base.js";
import { t } from "../../i18n/portal.js";
import { app } from "./app.js";
import { failure } from "./problems.js";

export class PortalPage extends PayLaterElement {
  /** @type {import("../../vendor/lit.js").PropertyDeclarations} */
  static properties = { place: { attribute: false }, problem: { state: true }, busy: { state: true } };

  constructor() {
    super();
    /** @type {import("./router.js").Place} */
    this.place = { page: "", id: "", query: {} };
    this.problem = "";
    this.busy = false;
  }

  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    this.when("account", () => this.requestUpdate());
  }

  /** Hear the app's event while shown. @param {string} name @param {() => void} listener */
  when(name, listener) {
    app.addEventListener(name, listener);
    this.whileConnected(() => app.removeEventListener(name, listener));
  }

  /** Follow the feed while shown. @param {(message: import("../../panel/core/live.js").Message) => void} take */
  follow(take) {
    this.whileConnected(app.live.follow(["portal"], take));
  }

  /** Do ``work`` every ``ms`` while shown. @param {number} ms @param {() => void} work */
  every(ms, work) {
    const timer = window.setInterval(work, ms);
    this.whileConnected(() => window.clearInterval(timer));
  }

  /** Run a request; its failure is shown on the page. @template T @param {() => Promise<T>} work @returns {Promise<T|undefined>} */
  async attempt(work) {
    this.busy = true;
    try {
      const result = await work();
      this.problem = "";
      return result;
    } catch (error) {
      this.problem = failure(error);
      return undefined;
    } finally {
      this.busy = false;
    }
  }

  /** @param {unknown} title @param {{lead?: unknown, back?: string, actions?: unknown}} [parts] */
  head(title, { lead, back, actions } = {}) {
    return html`<header class="page">
      ${back ? html`<a class="back" href=${back} aria-label=${t("back")} title=${t("back")}><pl-icon name="arrowLeft"></pl-icon></a>` : nothing}
      <div class="words">
        <h1>${title}</h1>
        ${lead ? html`<p class="muted">${lead}</p>` : nothing}
      </div>
      ${actions ? html`<div class="actions">${actions}</div>` : nothing}
    </header>`;
  }

  /** @param {(() => void)|null} [retry] */
  trouble(retry = null) {
    if (!this.problem) return nothing;
    return html`<div class="notice bad" role="alert">
      <pl-icon name="alert"></pl-icon><span>${this.problem}</span>
      ${retry ? html`<pl-button size="small" @click=${retry}>${t("retry")}</pl-button>` : nothing}
    </div>`;
  }

  /** Nothing here yet. @param {string} icon @param {string} title @param {{lead?: string, action?: unknown}} [parts] */
  empty(icon, title, { lead = "", action = nothing } = {}) {
    return html`<div class="empty">
      <pl-icon name=${icon}></pl-icon>
      <div><p class="strong">${title}</p>${lead ? html`<p>${lead}</p>` : nothing}</div>
      ${action}
    </div>`;
  }
}

/** What a form was given, by the names of its fields; passwords as they were typed. @param {SubmitEvent} event @returns {Record<string, string>} */
export function given(event) {
  event.preventDefault();
  const form = /** @type {HTMLFormElement} */ (event.target);
  const secret = new Set([...form.querySelectorAll("pl-field")].filter((one) => /** @type {any} */ (one).type === "password").map((one) => /** @type {any} */ (one).name));
  return Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, secret.has(name) ? String(value) : String(value).trim()]));
}
