// <pl-badge tone="good">: a word or a count on a faint ground; `dot` puts a point of the tone's colour before it.
import { css, html, nothing } from "../vendor/lit.js";
import { PayLaterElement } from "./base.js";

export class Badge extends PayLaterElement {
  static properties = { tone: { reflect: true }, dot: { type: Boolean } };
  static styles = [
    PayLaterElement.styles,
    css`
      :host {
        display: inline-flex;
        align-items: center;
        gap: 0.4em;
        max-inline-size: 100%;
        padding: 0.1em 0.6em;
        font-size: var(--pl-text-small);
        font-weight: 550;
        line-height: 1.6;
        color: var(--ink, var(--pl-muted));
        background: var(--ground, var(--pl-sunken));
        border-radius: 1em;
        white-space: nowrap;
      }
      :host([tone="accent"]) {
        --ink: var(--pl-accent);
        --ground: var(--pl-accent-faint);
      }
      :host([tone="good"]) {
        --ink: var(--pl-good);
        --ground: var(--pl-good-faint);
      }
      :host([tone="warn"]) {
        --ink: var(--pl-warn);
        --ground: var(--pl-warn-faint);
      }
      :host([tone="bad"]) {
        --ink: var(--pl-bad);
        --ground: var(--pl-bad-faint);
      }
      i {
        flex: none;
        inline-size: 0.5em;
        block-size: 0.5em;
        background: currentColor;
        border-radius: 50%;
      }
      span {
        overflow: hidden;
        text-overflow: ellipsis;
      }
    `,
  ];

  constructor() {
    super();
    /** @type {""|"accent"|"good"|"warn"|"bad"} */
    this.tone = "";
    this.dot = false;
  }

  render() {
    return html`${this.dot ? html`<i></i>` : nothing}<span><slot></slot></span>`;
  }
}

customElements.define("pl-badge", Badge);
