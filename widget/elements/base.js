// What every element shares: sheets, the language, events that leave shadow roots.
import { css, LitElement } from "../vendor/lit.js";
import { onLanguage } from "../core/language.js";

export const shared = css`
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  :host([hidden]),
  [hidden] {
    display: none !important;
  }
  :focus-visible {
    outline: 2px solid var(--pl-accent);
    outline-offset: 2px;
  }
  h1,
  h2,
  h3,
  p,
  ul,
  ol,
  dl,
  dd,
  figure {
    margin: 0;
    padding: 0;
  }
  ul,
  ol {
    list-style: none;
  }
  h1 {
    font-size: var(--pl-text-title);
    line-height: 1.25;
  }
  h2 {
    font-size: var(--pl-text-large);
    line-height: 1.3;
  }
  h3 {
    font-size: var(--pl-text-base);
  }
  .muted {
    color: var(--pl-muted);
  }
  .small {
    font-size: var(--pl-text-small);
  }
  .digits {
    font-variant-numeric: tabular-nums;
  }
  .cut {
    min-width: 0;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .visually-hidden {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
`;

/** `<i class=tone>`: the dot of a status. */
export const dots = css`
  i {
    flex: none;
    inline-size: 0.625rem;
    block-size: 0.625rem;
    background: var(--pl-muted);
    border-radius: 50%;
  }
  i.good {
    background: var(--pl-good);
  }
  i.warn {
    background: var(--pl-warn);
  }
  i.bad {
    background: var(--pl-bad);
  }
  i.accent {
    background: var(--pl-accent);
  }
`;

/** An element drawn anew when the language changes. Subclasses give `styles = [PayLaterElement.styles, css...]`. */
export class PayLaterElement extends LitElement {
  /** @type {import("../vendor/lit.js").CSSResultGroup} */
  static styles = shared;

  /** @type {(() => void)[]} */
  #ends = [];

  connectedCallback() {
    super.connectedCallback();
    this.whileConnected(onLanguage(() => this.requestUpdate()));
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    for (const end of this.#ends.splice(0)) end();
  }

  /** Call `end` when the element leaves the page. @param {() => void} end */
  whileConnected(end) {
    this.#ends.push(end);
  }

  /**
   * Send an event that passes shadow roots.
   * @param {string} name @param {any} [detail]
   * @returns {boolean} false when a listener prevented its default
   */
  tell(name, detail) {
    return this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true, cancelable: true }));
  }
}
