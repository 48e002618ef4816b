// <pl-toasts .source=${app} label="..." close-label="...">: short messages at the foot of the page, read out by screen
// readers. The source says them by its event "toast".
import { html } from "../vendor/lit.js";
import { PayLaterElement } from "./base.js";
import "./button.js";
import "./icon.js";

const SHOWN_MS = 5000;
const LINK_MS = 12_000;
const MOST = 4;
const ICONS = /** @type {Record<string, string>} */ ({ good: "check", accent: "text" });

/** `href`: where it leads; `stays`: until it is closed. @typedef {{text: string, tone: string, href?: string, stays?: boolean}} Item */

export class Toasts extends PayLaterElement {
  static properties = { source: { attribute: false }, label: {}, closeLabel: { attribute: "close-label" }, items: { state: true } };

  constructor() {
    super();
    /** @type {EventTarget|null} */
    this.source = null;
    this.label = "";
    this.closeLabel = "";
    /** @type {Item[]} */
    this.items = [];
    this.hear = (/** @type {Event} */ event) => this.#show(/** @type {CustomEvent} */ (event).detail);
  }

  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    this.source?.addEventListener("toast", this.hear);
    // Who is where a message leads need not be told of it any more.
    const placed = () => (this.items = this.items.filter((item) => !item.href || new URL(item.href, location.href).pathname !== location.pathname));
    window.addEventListener("placechange", placed);
    this.whileConnected(() => {
      this.source?.removeEventListener("toast", this.hear);
      window.removeEventListener("placechange", placed);
    });
  }

  /** @param {Item} item */
  #show(item) {
    this.items = [...this.items.slice(1 - MOST), item];
    if (!item.stays) window.setTimeout(() => this.#drop(item), item.href ? LINK_MS : SHOWN_MS);
  }

  /** @param {Item} item */
  #drop(item) {
    this.items = this.items.filter((other) => other !== item);
  }

  /** @param {Item} item */
  #one(item) {
    const words = item.href ? html`<a href=${item.href} @click=${() => this.#drop(item)}>${item.text}</a>` : html`<span>${item.text}</span>`;
    return html`<p class=${item.tone}>
      <pl-icon name=${ICONS[item.tone] ?? "alert"}></pl-icon>${words}
      <pl-button size="small" look="quiet" icon="close" label=${this.closeLabel} @click=${() => this.#drop(item)}></pl-button>
    </p>`;
  }

  render() {
    return html`<div class="toasts" role="log" aria-live="polite" aria-label=${this.label}>${this.items.map((item) => this.#one(item))}</div>`;
  }
}

customElements.define("pl-toasts", Toasts);
