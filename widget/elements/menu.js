// <pl-menu>: a button (slot "opener") that opens a list of choices; arrow keys, Home, End, letters, Escape.
import { css, html, nothing } from "../vendor/lit.js";
import { dots, PayLaterElement } from "./base.js";
import "./icon.js";

/** @typedef {{value: string, label: string, icon?: string, tone?: string, current?: boolean, disabled?: boolean, note?: string}} Choice */

export class Menu extends PayLaterElement {
  static properties = { choices: { attribute: false }, label: {}, side: { reflect: true }, open: { type: Boolean, reflect: true } };
  static styles = [
    PayLaterElement.styles,
    dots,
    css`
      :host {
        position: relative;
        display: inline-flex;
      }
      [role="menu"] {
        position: absolute;
        z-index: 20;
        inset-block-start: calc(100% + var(--pl-1));
        inset-inline-start: 0;
        min-inline-size: max(100%, 12rem);
        max-inline-size: min(20rem, 92vw);
        max-block-size: 60vh;
        overflow: auto;
        padding: var(--pl-1);
        background: var(--pl-raised);
        border: 1px solid var(--pl-line);
        border-radius: var(--pl-radius);
        box-shadow: var(--pl-shadow);
      }
      :host([side="end"]) [role="menu"] {
        inset-inline: auto 0;
      }
      :host([side="up"]) [role="menu"] {
        inset-block: auto calc(100% + var(--pl-1));
      }
      button {
        display: flex;
        align-items: center;
        gap: var(--pl-2);
        inline-size: 100%;
        padding: var(--pl-2) var(--pl-3);
        font: inherit;
        color: var(--pl-text);
        text-align: start;
        background: none;
        border: 0;
        border-radius: var(--pl-radius-small);
        cursor: pointer;
      }
      button:hover:not(:disabled),
      button:focus-visible {
        background: var(--pl-sunken);
        outline-offset: -2px;
      }
      button:disabled {
        opacity: 0.5;
        cursor: default;
      }
      button[aria-checked="true"] {
        color: var(--pl-accent);
        font-weight: 550;
      }
      button.bad {
        color: var(--pl-bad);
      }
      .words {
        flex: 1;
      }
    `,
  ];

  constructor() {
    super();
    /** @type {Choice[]} */
    this.choices = [];
    this.label = "";
    /** @type {""|"end"|"up"} */
    this.side = "";
    this.open = false;
  }

  connectedCallback() {
    super.connectedCallback();
    const away = (/** @type {Event} */ event) => {
      if (this.open && !event.composedPath().includes(this)) this.open = false;
    };
    document.addEventListener("pointerdown", away);
    this.whileConnected(() => document.removeEventListener("pointerdown", away));
  }

  async #toggle() {
    this.open = !this.open;
    await this.updateComplete;
    const items = this.#items();
    (items.find((item) => item.getAttribute("aria-checked") === "true") ?? items[0])?.focus();
  }

  #items() {
    return /** @type {HTMLButtonElement[]} */ ([...this.renderRoot.querySelectorAll("[role=menu] button:not(:disabled)")]);
  }

  #close() {
    this.open = false;
    const opener = /** @type {HTMLSlotElement|null} */ (this.renderRoot.querySelector("slot"))?.assignedElements()[0];
    /** @type {HTMLElement|undefined} */ (opener)?.focus();
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (!this.open) return;
    const items = this.#items();
    const at = items.indexOf(/** @type {HTMLButtonElement} */ (/** @type {ShadowRoot} */ (this.renderRoot).activeElement));
    const goto = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
    if (goto !== undefined) items.at(goto % items.length)?.focus();
    else if (event.key === "Escape") this.#close();
    else if (event.key === "Tab") this.open = false;
    else if (event.key.length === 1) {
      const letter = event.key.toLowerCase();
      [...items.slice(at + 1), ...items].find((item) => item.innerText.trim().toLowerCase().startsWith(letter))?.focus();
      return;
    } else return;
    if (event.key !== "Tab") event.preventDefault();
    event.stopPropagation();
  }

  /** @param {Choice} choice */
  #choose(choice) {
    this.#close();
    this.tell("choose", choice.value);
  }

  /** @param {Choice} choice */
  #row(choice) {
    const checkable = choice.current !== undefined;
    const mark = choice.icon
      ? html`<pl-icon name=${choice.icon}></pl-icon>`
      : choice.tone ? html`<i class=${choice.tone}></i>` : nothing;
    return html`<button
      type="button"
      role=${checkable ? "menuitemradio" : "menuitem"}
      aria-checked=${checkable ? String(choice.current) : nothing}
      class=${choice.icon && choice.tone === "bad" ? "bad" : ""}
      ?disabled=${choice.disabled ?? false}
      @click=${() => this.#choose(choice)}
    >
      ${mark}<span class="words">${choice.label}</span>
      ${choice.note ? html`<span class="small muted">${choice.note}</span>` : nothing}
    </button>`;
  }

  render() {
    return html`<div @keydown=${this.#key}>
      <slot name="opener" @click=${this.#toggle}></slot>
      ${this.open ? html`<div role="menu" aria-label=${this.label || nothing}>${this.choices.map((choice) => this.#row(choice))}</div>` : nothing}
    </div>`;
  }
}

customElements.define("pl-menu", Menu);
