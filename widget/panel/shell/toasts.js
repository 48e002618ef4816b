// <pl-toasts>: short messages at the foot of the page, read out by screen readers.
import { html } from "../../vendor/lit.js";
import { PayLaterElement } from "../../elements/base.js";
import { app } from "../core/app.js";

const SHOWN_MS = 4500;

export class Toasts extends PayLaterElement {
  constructor() {
    super();
    /** @type {{text: string, tone: string}[]} */
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

  /** @param {{text: string, tone: string}} item */
  #show(item) {
    this.items = [...this.items.slice(-2), item];
    this.requestUpdate();
    window.setTimeout(() => {
      this.items = this.items.filter((other) => other !== item);
      this.requestUpdate();
    }, SHOWN_MS);
  }

  render() {
    return html`<div class="toasts" role="log" aria-live="polite">
      ${this.items.map((item) => html`<p class=${item.tone}><pl-icon name=${item.tone === "good" ? "check" : "alert"}></pl-icon>${item.text}</p>`)}
    </div>`;
  }
}

customElements.define("pl-toasts", Toasts);
