// <pl-last-call>: the conversation that has just ended: a support request may still be made of it with one click.
import { css, html, nothing } from "../vendor/lit.js";
import { readable } from "../core/number.js";
import { DeskElement } from "./desk-element.js";
import "../elements/button.js";
import "./call-ticket.js";
import { t } from "./words.js";

/** So long it stands there. */
const SHOWN_MS = 600_000;
const TALKED = new Set(["talking", "held", "waiting"]);

export class LastCall extends DeskElement {
  static properties = { last: { state: true } };
  static styles = [
    DeskElement.styles,
    css`
      .over {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto;
        gap: var(--pl-1) var(--pl-2);
        align-items: center;
        padding: var(--pl-2) var(--pl-3);
        background: var(--pl-surface);
        border: 1px solid var(--pl-line);
        border-radius: var(--pl-radius);
      }
      pl-call-ticket {
        grid-row: 2;
      }
    `,
  ];

  constructor() {
    super();
    /** @type {{callId: string, name: string}|null} */
    this.last = null;
    /** Those that are talked in now, by call. @type {Map<string, string>} */
    this.talking = new Map();
    this.timer = 0;
  }

  connectedCallback() {
    super.connectedCallback();
    this.#follow(this.state.cards);
    this.whileConnected(this.desk.store.subscribe((state) => this.#follow(state.cards)));
    this.whileConnected(() => clearTimeout(this.timer));
  }

  /** @param {import("../core/calls.js").Card[]} cards */
  #follow(cards) {
    const now = new Map(cards.filter((card) => card.callId && !card.mode && TALKED.has(card.stage)).map((card) => [card.callId ?? "", card.name || readable(card.number) || t("unknown")]));
    const there = new Set(cards.map((card) => card.callId));
    for (const [callId, name] of this.talking) if (!there.has(callId)) this.#keep({ callId, name });
    this.talking = new Map([...[...this.talking].filter(([callId]) => there.has(callId)), ...now]);
  }

  /** @param {{callId: string, name: string}|null} last */
  #keep(last) {
    clearTimeout(this.timer);
    this.last = last;
    if (last) this.timer = window.setTimeout(() => (this.last = null), SHOWN_MS);
  }

  render() {
    const { last } = this;
    if (!last || !this.desk.may("tickets.write")) return nothing;
    return html`<div class="over" role="status">
      <span class="cut">${t("lastCall", { name: last.name })}</span>
      <pl-button look="quiet" size="icon" icon="close" label=${t("close")} @click=${() => this.#keep(null)}></pl-button>
      <pl-call-ticket .app=${this.app} call=${last.callId}></pl-call-ticket>
    </div>`;
  }
}

customElements.define("pl-last-call", LastCall);
