// <pl-toasts>: short messages at the foot of the page, read out by screen readers.
import { html, nothing } from "../../vendor/lit.js";
import { PayLaterElement } from "../../elements/base.js";
import { t } from "../../i18n/panel.js";
import { app } from "../core/app.js";

const SHOWN_MS = 4500;
const LINK_MS = 10_000;
const MOST = 4;

/** @typedef {{text: string, tone: string, href?: string, stays?: boolean}} Item */

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
    if (!item.stays) window.setTimeout(() => this.#drop(item), item.href ? LINK_MS : SHOWN_MS);
  }

  /** @param {Item} item */
  #drop(item) {
    this.items = this.items.filter((other) => other !== item);
    this.requestUpdate();
  }

  /** @param {Item} item */
  #one(item) {
    const words = item.href ? html`<a href=${item.href} @click=${() => this.#drop(item)}>${item.text}</a>` : html`<span>${item.text}</span>`;
    const close = item.stays || item.href ? html`<pl-button size="small" look="quiet" icon="close" label=${t("close")} @click=${() => this.#drop(item)}></pl-button>` : nothing;
    return html`<p class=${item.tone}><pl-icon name=${item.tone === "good" ? "check" : "alert"}></pl-icon>${words}${close}</p>`;
  }

  render() {
    return html`<div class="toasts" role="log" aria-live="polite">${this.items.map((item) => this.#one(item))}</div>`;
  }
}

customElements.define("pl-toasts", Toasts);
