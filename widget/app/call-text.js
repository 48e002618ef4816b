// <pl-call-text>: what is said in a call while it goes on. Nothing is shown of a call that nobody listens to.
import { css, html, nothing } from "../vendor/lit.js";
import { namesOf, plainText } from "../core/desk-texts.js";
import { st } from "../i18n/speech.js";
import { DeskElement } from "./desk-element.js";
import "../elements/badge.js";
import "../elements/button.js";
import "../elements/transcript-lines.js";
import { storage } from "./storage.js";
import { t } from "./words.js";

const KEY = "paylater.callText";
const TONES = /** @type {Record<string, string>} */ ({ info: "accent", warning: "warn", alarm: "bad" });
/** Nearer to the end than so many pixels the text goes on by itself. */
const NEAR_PX = 40;

export class CallText extends DeskElement {
  static properties = { card: { attribute: false }, other: {}, open: { state: true }, above: { state: true } };
  static styles = [
    DeskElement.styles,
    css`
      section {
        position: relative;
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: var(--pl-1);
        padding-block-start: var(--pl-2);
        border-block-start: 1px solid var(--pl-line);
        --pl-lines-height: clamp(6rem, 22vh, 22rem);
      }
      header {
        display: flex;
        gap: var(--pl-2);
        align-items: center;
        justify-content: space-between;
      }
      .toggle {
        display: flex;
        flex: 1;
        gap: var(--pl-2);
        align-items: center;
        min-inline-size: 0;
        min-block-size: 2rem;
        padding: 0;
        font: inherit;
        font-size: var(--pl-text-small);
        font-weight: 550;
        color: var(--pl-muted);
        text-align: start;
        background: none;
        border: 0;
        cursor: pointer;
      }
      .toggle:hover {
        color: var(--pl-text);
      }
      .deaf {
        display: flex;
        gap: var(--pl-2);
        align-items: center;
        padding: var(--pl-1) var(--pl-2);
        font-size: var(--pl-text-small);
        color: var(--pl-warn);
        background: var(--pl-warn-faint);
        border-radius: var(--pl-radius-small);
      }
      pl-transcript-lines {
        min-block-size: 3rem;
        font-size: var(--pl-text-small);
        background: var(--pl-back);
        border: 1px solid var(--pl-line);
        border-radius: var(--pl-radius-small);
      }
      .newest {
        position: absolute;
        inset-block-end: var(--pl-2);
        inset-inline-start: 50%;
        translate: -50% 0;
        box-shadow: var(--pl-shadow);
      }
    `,
  ];

  constructor() {
    super();
    /** @type {import("../core/calls.js").Card} */
    this.card = /** @type {any} */ (undefined);
    /** Name or number of the other side. */
    this.other = "";
    this.open = storage.getItem(KEY) !== "closed";
    /** The reader has scrolled up: the text stays where it is. */
    this.above = false;
  }

  connectedCallback() {
    super.connectedCallback();
    this.whileConnected(this.desk.texts.store.subscribe(() => this.requestUpdate()));
  }

  #toggle() {
    this.open = !this.open;
    this.above = false;
    storage.setItem(KEY, this.open ? "open" : "closed");
  }

  get #lines() {
    return /** @type {import("../elements/transcript-lines.js").TranscriptLines|null} */ (this.renderRoot.querySelector("pl-transcript-lines"));
  }

  #scrolled() {
    const lines = this.#lines;
    if (lines) this.above = lines.scrollHeight - lines.scrollTop - lines.clientHeight >= NEAR_PX;
  }

  #newest() {
    const lines = this.#lines;
    if (lines) lines.scrollTop = lines.scrollHeight;
  }

  get #names() {
    return namesOf(this.card, this.other, t("you"));
  }

  /** @param {import("../core/transcript.js").Transcript} whole */
  async #copy(whole) {
    const names = this.#names;
    await navigator.clipboard.writeText(plainText(whole, (side) => names[/** @type {"client"|"operator"} */ (side)] || st(side)));
    this.desk.notify("good", t("textCopied"));
  }

  /** @param {string} reason */
  #deaf(reason) {
    const key = `deaf_${reason}`;
    const words = st(key);
    return html`<p class="deaf" role="status"><pl-icon name="alert"></pl-icon>${words === key ? st("deaf") : words}</p>`;
  }

  /** What was found in the text so far, for whoever has closed it. @param {any[]} alerts */
  #alerts(alerts) {
    const last = alerts.at(-1);
    return this.open || !last ? nothing : html`<pl-badge tone=${TONES[last.severity] ?? ""} dot>${alerts.length > 1 ? alerts.length : last.rule_name}</pl-badge>`;
  }

  /** @param {import("../core/desk-texts.js").CallText} text */
  #body({ whole, partials, deaf }) {
    if (!this.open) return nothing;
    const any = whole.segments.length > 0 || partials.length > 0;
    return html`${deaf === null ? nothing : this.#deaf(deaf)}
      ${any
        ? html`<pl-transcript-lines live tabindex="0" .transcript=${whole} .partials=${partials} .names=${this.#names} @scroll=${this.#scrolled}></pl-transcript-lines>
            ${this.above ? html`<pl-button class="newest" size="small" icon="arrowDown" @click=${this.#newest}>${t("textNewest")}</pl-button>` : nothing}`
        : deaf === null ? html`<p class="muted small">${st("waitsForWords")}</p>` : nothing}`;
  }

  render() {
    const text = this.desk.texts.of(this.card.callId);
    if (!text) return nothing;
    const { segments, alerts = [] } = text.whole;
    return html`<section aria-label=${st("liveText")}>
      <header>
        <button type="button" class="toggle" aria-expanded=${String(this.open)} @click=${this.#toggle}>
          <pl-icon name="text"></pl-icon><span class="cut">${st("liveText")}</span><pl-icon name=${this.open ? "arrowUp" : "arrowDown"}></pl-icon>
        </button>
        ${this.#alerts(alerts)}
        ${this.open && segments.length
          ? html`<pl-button look="quiet" size="icon" icon="copy" label=${t("textCopy")} @click=${() => this.run("copy", () => this.#copy(text.whole))}></pl-button>`
          : nothing}
      </header>
      ${this.#body(text)}
    </section>`;
  }
}

customElements.define("pl-call-text", CallText);
