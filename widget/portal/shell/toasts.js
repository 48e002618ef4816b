// <pl-toasts>: short messages at the foot of the page, read out by screen readers.
import { html } from "../../vendor/lit.js";
import { PayLaterElement } from "../../elements/base.js";
import { t } from "../../i18n/portal.js";
import { app } from "../core/app.js";

const SHOWN_MS = 5000;
const LINK_MS = 12_000;
const MOST = 3;

/** @typedef {{text: string, tone: string, href?: string}} Item */

export class Toasts extends PayLaterElement {
  constructor() {
    super();
    /** @type {Item[]} */
    this.items = [];
  }

  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    const show = (/** @type {Event} */ event) => this.#show(/** @type {CustomEvent} */ (event).detail);
    app.addEventListener("toast", show);
    this.whileConnected(() => app.removeEventListener("toast", show));
  }

  /** @param {Item} item */
  #show(item) {
    this.items = [...this.items.slice(1 - MOST), item];
    this.requestUpdate();
    window.setTimeout(() => this.#drop(item), item.href ? LINK_MS : SHOWN_MS);
  }

  /** @param {Item} item */
  #drop(item) {
    this.items = this.items.filter((other) => other !== item);
    this.requestUpdate();
  }

  /** @param {Item} item */
  #one(item) {
    const words = item.href ? html`<a href=${item.href} @click=${() => this.#drop(item)}>${item.text}</a>` : html`<span>${item.text}</span>`;
    return html`<p class=${item.tone}>
      <pl-icon name=${item.tone === "good" ? "check" : item.tone === "accent" ? "text" : "alert"}></pl-icon>${words}
      <pl-button size="small" look="quiet" icon="close" label=${t("close")} @click=${() => this.#drop(item)}></pl-button>
    </p>`;
  }

  render() {
    return html`<div class="toasts" role="log" aria-live="polite" aria-label=${t("messages")}>${this.items.map((item) => this.#one(item))}</div>`;
  }
}

customElements.define("pl-toasts", Toasts);
