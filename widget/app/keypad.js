// <pl-keypad>: twelve keys; tells `digit`.
import { css, html, nothing } from "../vendor/lit.js";
import { PayLaterElement } from "../elements/base.js";
import { t } from "./words.js";

/** @type {[string, string][]} */
const KEYS = [
  ["1", ""],
  ["2", "ABC"],
  ["3", "DEF"],
  ["4", "GHI"],
  ["5", "JKL"],
  ["6", "MNO"],
  ["7", "PQRS"],
  ["8", "TUV"],
  ["9", "WXYZ"],
  ["*", ""],
  ["0", "+"],
  ["#", ""],
];

export class Keypad extends PayLaterElement {
  static styles = [
    PayLaterElement.styles,
    css`
      :host {
        display: grid;
        grid-template-columns: repeat(3, 1fr);
        gap: var(--pl-2);
      }
      button {
        display: grid;
        place-content: center;
        justify-items: center;
        min-block-size: 3.25rem;
        font: inherit;
        font-size: 1.25rem;
        line-height: 1.1;
        color: var(--pl-text);
        background: var(--pl-surface);
        border: 1px solid var(--pl-line);
        border-radius: var(--pl-radius);
        cursor: pointer;
        user-select: none;
        touch-action: manipulation;
      }
      button:hover {
        background: var(--pl-sunken);
      }
      button:active {
        background: var(--pl-accent-faint);
      }
      small {
        font-size: 0.625rem;
        letter-spacing: 0.1em;
        color: var(--pl-muted);
      }
    `,
  ];

  render() {
    return KEYS.map(
      ([digit, letters]) => html`<button type="button" aria-label=${t("digit", { digit })} @click=${() => this.tell("digit", digit)}>
        ${digit}${letters ? html`<small aria-hidden="true">${letters}</small>` : nothing}
      </button>`,
    );
  }
}

customElements.define("pl-keypad", Keypad);
