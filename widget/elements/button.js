// <pl-button>: a button with one of four looks. `kind="submit"` sends the form around it.
import { css, html, nothing } from "../vendor/lit.js";
import { PayLaterElement } from "./base.js";
import "./icon.js";

export class Button extends PayLaterElement {
  static formAssociated = true;
  static shadowRootOptions = { .../** @type {any} */ (PayLaterElement).shadowRootOptions, delegatesFocus: true };
  static properties = {
    look: { reflect: true },
    tone: { reflect: true },
    size: { reflect: true },
    kind: {},
    icon: {},
    label: {},
    disabled: { type: Boolean, reflect: true },
    busy: { type: Boolean, reflect: true },
    pressed: { type: Boolean },
    expanded: { type: Boolean },
    popup: {},
  };
  static styles = [
    PayLaterElement.styles,
    css`
      :host {
        display: inline-flex;
        --ink: var(--pl-text);
        --ground: var(--pl-surface);
        --edge: var(--pl-line-strong);
        --over: var(--pl-sunken);
      }
      button {
        display: inline-flex;
        flex: 1;
        align-items: center;
        justify-content: center;
        gap: var(--pl-2);
        min-block-size: var(--pl-control);
        padding: 0 var(--pl-button-pad, var(--pl-3));
        font: inherit;
        font-weight: 550;
        line-height: 1.2;
        color: var(--ink);
        background: var(--ground);
        border: 1px solid var(--edge);
        border-radius: var(--pl-radius-small);
        cursor: pointer;
        transition: background var(--pl-quick), border-color var(--pl-quick), filter var(--pl-quick);
      }
      button:hover:not(:disabled) {
        background: var(--over);
      }
      button:active:not(:disabled) {
        filter: brightness(0.94);
      }
      button:disabled {
        opacity: 0.5;
        cursor: default;
      }
      :host([look="main"]) {
        --ink: var(--pl-on-accent);
        --ground: var(--pl-accent);
        --edge: transparent;
        --over: color-mix(in srgb, var(--pl-accent) 88%, var(--pl-text));
      }
      :host([look="main"][tone="good"]) {
        --ink: var(--pl-on-good);
        --ground: var(--pl-good);
        --over: color-mix(in srgb, var(--pl-good) 88%, var(--pl-text));
      }
      :host([look="main"][tone="bad"]) {
        --ink: var(--pl-on-bad);
        --ground: var(--pl-bad);
        --over: color-mix(in srgb, var(--pl-bad) 88%, var(--pl-text));
      }
      :host([look="quiet"]) {
        --ground: transparent;
        --edge: transparent;
      }
      :host([look="link"]) {
        --ink: var(--pl-accent);
        --ground: transparent;
        --edge: transparent;
        --over: transparent;
      }
      :host([look="link"]) button {
        min-block-size: 0;
        padding: 0;
        text-align: start;
        text-decoration: underline;
        text-underline-offset: 0.15em;
      }
      :host([look="quiet"][icon="phone"]) {
        --ink: var(--pl-accent);
      }
      :host([tone="bad"]:not([look="main"])) {
        --ink: var(--pl-bad);
      }
      :host([size="icon"]) button {
        padding: 0;
        inline-size: var(--pl-control);
      }
      :host([size="small"]) button {
        min-block-size: 1.75rem;
        padding: 0 var(--pl-2);
        font-size: var(--pl-text-small);
      }
      button[aria-pressed="true"] {
        color: var(--pl-accent);
        background: var(--pl-accent-faint);
        border-color: var(--pl-accent);
      }
      .turning {
        inline-size: 1em;
        block-size: 1em;
        border: 2px solid currentColor;
        border-inline-end-color: transparent;
        border-radius: 50%;
        animation: turn 0.8s linear infinite;
      }
      @keyframes turn {
        to {
          rotate: 1turn;
        }
      }
    `,
  ];

  constructor() {
    super();
    /** @type {"plain"|"main"|"quiet"|"link"} */
    this.look = "plain";
    /** @type {""|"good"|"bad"} */
    this.tone = "";
    /** @type {""|"small"|"icon"} */
    this.size = "";
    /** @type {"button"|"submit"|"reset"} */
    this.kind = "button";
    this.icon = "";
    /** What a screen reader says when there is nothing but an icon; shown as a hint too. */
    this.label = "";
    this.disabled = false;
    this.busy = false;
    /** @type {boolean|undefined} */
    this.pressed = undefined;
    /** @type {boolean|undefined} */
    this.expanded = undefined;
    this.popup = "";
    this.internals = this.attachInternals();
  }

  #press() {
    if (this.kind === "submit") this.internals.form?.requestSubmit();
    if (this.kind === "reset") this.internals.form?.reset();
  }

  render() {
    return html`<button
      type="button"
      ?disabled=${this.disabled || this.busy}
      aria-label=${this.label || nothing}
      title=${this.label || nothing}
      aria-pressed=${this.pressed === undefined ? nothing : String(this.pressed)}
      aria-expanded=${this.expanded === undefined ? nothing : String(this.expanded)}
      aria-haspopup=${this.popup || nothing}
      aria-busy=${this.busy ? "true" : nothing}
      @click=${this.#press}
    >
      ${this.busy ? html`<span class="turning"></span>` : this.icon ? html`<pl-icon name=${this.icon}></pl-icon>` : nothing}<slot></slot>
    </button>`;
  }
}

customElements.define("pl-button", Button);
