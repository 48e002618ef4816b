// <pl-dialog heading="..." open>: a modal window; Escape and the cross close it (event `close`). Slots: content, "actions".
import { css, html, nothing } from "../vendor/lit.js";
import { PayLaterElement } from "./base.js";
import "./button.js";

export class Dialog extends PayLaterElement {
  static properties = { heading: {}, open: { type: Boolean, reflect: true }, size: { reflect: true }, closeLabel: { attribute: "close-label" } };
  static styles = [
    PayLaterElement.styles,
    css`
      dialog {
        inline-size: min(34rem, 100vw - 1rem);
        max-inline-size: none;
        max-block-size: calc(100dvh - 1rem);
        padding: 0;
        color: var(--pl-text);
        background: var(--pl-raised);
        border: 1px solid var(--pl-line);
        border-radius: var(--pl-radius);
        box-shadow: var(--pl-shadow);
      }
      dialog:focus-visible {
        outline: none;
      }
      dialog[open] {
        display: flex;
        flex-direction: column;
      }
      :host([size="wide"]) dialog {
        inline-size: min(60rem, 100vw - 1rem);
      }
      dialog::backdrop {
        background: #0b0e1480;
      }
      header {
        display: flex;
        align-items: center;
        gap: var(--pl-2);
        padding: var(--pl-3) var(--pl-3) var(--pl-3) var(--pl-4);
        border-block-end: 1px solid var(--pl-line);
      }
      h2 {
        flex: 1;
        min-inline-size: 0;
        overflow-wrap: anywhere;
      }
      .body {
        padding: var(--pl-4);
        overflow: auto;
      }
      footer {
        display: flex;
        flex-wrap: wrap;
        justify-content: end;
        gap: var(--pl-2);
        padding: var(--pl-3) var(--pl-4);
        border-block-start: 1px solid var(--pl-line);
      }
      footer:not(.has) {
        display: none;
      }
    `,
  ];

  constructor() {
    super();
    this.heading = "";
    this.open = false;
    /** @type {""|"wide"} */
    this.size = "";
    this.closeLabel = "";
    this.hasActions = false;
  }

  get dialog() {
    return /** @type {HTMLDialogElement|null} */ (this.renderRoot.querySelector("dialog"));
  }

  updated() {
    const { dialog } = this;
    if (!dialog || !this.isConnected) return;
    if (this.open && !dialog.open) dialog.showModal();
    else if (!this.open && dialog.open) dialog.close();
  }

  /** @param {Event} event */
  #closed(event) {
    event.stopPropagation();
    if (!this.open) return;
    this.open = false;
    this.tell("close");
  }

  /** @param {Event} event */
  #actions(event) {
    this.hasActions = /** @type {HTMLSlotElement} */ (event.target).assignedElements().length > 0;
    this.requestUpdate();
  }

  render() {
    return html`<dialog aria-label=${this.heading || nothing} @close=${this.#closed}>
      <header>
        <h2>${this.heading}</h2>
        <pl-button look="quiet" size="icon" icon="close" label=${this.closeLabel} @click=${() => this.dialog?.close()}></pl-button>
      </header>
      <div class="body"><slot></slot></div>
      <footer class=${this.hasActions ? "has" : ""}><slot name="actions" @slotchange=${this.#actions}></slot></footer>
    </dialog>`;
  }
}

customElements.define("pl-dialog", Dialog);
