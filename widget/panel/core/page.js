// What pages share: drawn into the document itself, told of their place, following the feed while shown.
import { html, nothing } from "../../vendor/lit.js";
import { PayLaterElement } from "../../elements/base.js";
import { t } from "../../i18n/panel.js";
import { app } from "./app.js";
import { failure } from "./saving.js";

export class PanelPage extends PayLaterElement {
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
    const redraw = () => this.requestUpdate();
    app.addEventListener("lookups", redraw);
    this.whileConnected(() => app.removeEventListener("lookups", redraw));
  }

  /** Follow topics of the feed while the page is shown. @param {string[]} topics @param {(message: import("./live.js").Message) => void} take */
  follow(topics, take) {
    this.whileConnected(app.live.follow(topics, take));
  }

  /** Do ``work`` every ``ms`` while the page is shown. @param {number} ms @param {() => void} work */
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
}
