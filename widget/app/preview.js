// <pl-preview>: the client whom a campaign wants called next. Enter calls, Esc lets the client go by.
// <pl-after-call>: a call of a campaign is over, and its outcome is not written down yet.
import { css, html, nothing } from "../vendor/lit.js";
import { clock } from "../core/language.js";
import { readable } from "../core/number.js";
import { ct } from "../i18n/campaigns.js";
import { DeskElement } from "./desk-element.js";
import "../elements/badge.js";
import "../elements/button.js";
import "./client.js";
import "./disposition.js";

const looks = css`
  :host {
    display: block;
  }
  article {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--pl-3);
    padding: var(--pl-3);
    background: var(--pl-surface);
    border: 1px solid var(--pl-line);
    border-inline-start: 4px solid var(--pl-accent);
    border-radius: var(--pl-radius);
    box-shadow: var(--pl-shadow);
  }
  header {
    display: flex;
    gap: var(--pl-2);
    align-items: start;
  }
  h2 {
    font-size: var(--pl-text-large);
    overflow-wrap: anywhere;
  }
  .who {
    flex: 1;
    min-inline-size: 0;
    line-height: 1.3;
  }
  pl-badge {
    margin-block-start: var(--pl-1);
  }
  progress {
    inline-size: 100%;
    block-size: 4px;
    accent-color: var(--pl-accent);
  }
  .two {
    display: grid;
    grid-template-columns: 2fr 1fr;
    gap: var(--pl-2);
  }
  .two:not(:has(> :nth-child(2))) {
    grid-template-columns: 1fr;
  }
`;
const TYPING = "input, textarea, select, [contenteditable]";

/** Who it is. @param {import("../core/desk-campaigns.js").Client} client @param {unknown} aside */
function head(client, aside) {
  return html`<header>
    <div class="who">
      <h2>${client.name || readable(client.number)}</h2>
      ${client.name ? html`<div class="muted small digits">${readable(client.number)}</div>` : nothing}
      ${client.campaign ? html`<pl-badge tone="accent">${client.campaign}</pl-badge>` : nothing}
    </div>
    ${aside}
  </header>`;
}

export class Preview extends DeskElement {
  static ticks = true;
  static styles = [DeskElement.styles, looks];

  constructor() {
    super();
    /** Seconds that there were to decide on the client who is shown, by attempt. */
    this.whole = { attempt: "", seconds: 1 };
  }

  connectedCallback() {
    super.connectedCallback();
    this.whileConnected(this.desk.campaigns.store.subscribe(() => this.requestUpdate()));
    const keys = (/** @type {KeyboardEvent} */ event) => this.#key(event);
    window.addEventListener("keydown", keys);
    this.whileConnected(() => window.removeEventListener("keydown", keys));
  }

  /** Keys count wherever nothing is being written and no button has the focus. @param {KeyboardEvent} event */
  #key(event) {
    const { preview } = this.desk.campaigns.state;
    if (!preview || event.repeat || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    const [target] = event.composedPath();
    if (target instanceof Element && target.closest(`${TYPING}, button, a, dialog, [role="menu"]`)) return;
    if (event.key === "Enter") void this.#start();
    else if (event.key === "Escape" && preview.skip) void this.#skip();
  }

  #start() {
    return this.run("start", () => this.desk.campaigns.start());
  }

  #skip() {
    return this.run("skip", () => this.desk.campaigns.skip());
  }

  /** @param {import("../core/desk-campaigns.js").Client} client */
  #left(client) {
    if (client.until === null) return nothing;
    const seconds = Math.max(0, (client.until - this.desk.now()) / 1000);
    if (this.whole.attempt !== client.attemptId) this.whole = { attempt: client.attemptId, seconds: Math.max(1, seconds) };
    return html`<div><span class="muted small digits" role="timer">${ct("decideLeft", { time: clock(seconds) })}</span>
      <progress max="1" .value=${seconds / this.whole.seconds} aria-hidden="true"></progress></div>`;
  }

  render() {
    const client = this.desk.campaigns.state.preview;
    this.toggleAttribute("shown", client !== null);
    if (!client) return nothing;
    return html`<article aria-label=${`${ct("nextClient")}: ${client.name || client.number}`}>
      ${head(client, html`<span class="muted small">${ct("nextClient")}</span>`)}
      <pl-client .app=${this.app} .client=${client}></pl-client>
      ${this.#left(client)}
      <div class="two">
        <pl-button look="main" tone="good" icon="phone" label=${ct("callKeys")} ?busy=${this.busy === "start"} @click=${this.#start}>${ct("callClient")}</pl-button>
        ${client.skip ? html`<pl-button label=${ct("skipKeys")} ?busy=${this.busy === "skip"} @click=${this.#skip}>${ct("skipClient")}</pl-button>` : nothing}
      </div>
    </article>`;
  }
}

export class AfterCall extends DeskElement {
  static properties = { client: { attribute: false } };
  static styles = [DeskElement.styles, looks];

  constructor() {
    super();
    /** @type {import("../core/desk-campaigns.js").Client} */
    this.client = /** @type {any} */ (undefined);
  }

  render() {
    return html`<article aria-label=${`${ct("outcome")}: ${this.client.name || this.client.number}`}>
      ${head(this.client, html`<span class="muted small">${ct("outcome")}</span>`)}
      <pl-disposition .app=${this.app} .client=${this.client} over></pl-disposition>
    </article>`;
  }
}

customElements.define("pl-preview", Preview);
customElements.define("pl-after-call", AfterCall);
