// The history of calls: own or everyone's, each with a call back and its recording.
import { css, html, nothing } from "../vendor/lit.js";
import { clock, moment } from "../core/language.js";
import { readable } from "../core/number.js";
import { DeskElement } from "./desk-element.js";
import "../elements/button.js";
import "../elements/field.js";
import "./call-record.js";
import "./call-ticket.js";
import { rows } from "./rows.js";
import { t } from "./words.js";

const TYPING_MS = 300;
const BAD = new Set(["abandoned", "no_answer", "failed", "busy", "turned_away", "rejected"]);

export class History extends DeskElement {
  static properties = { span: { state: true }, text: { state: true }, items: { state: true }, next: { state: true }, playing: { state: true } };
  static styles = [
    DeskElement.styles,
    rows,
    css`
      pl-field {
        margin-block-end: var(--pl-3);
      }
      .way {
        flex: none;
        color: var(--pl-muted);
      }
      .way.bad {
        color: var(--pl-bad);
      }
      .outcome.bad {
        color: var(--pl-bad);
      }
      pl-call-record {
        margin-block-start: var(--pl-2);
      }
    `,
  ];

  constructor() {
    super();
    this.span = "own";
    this.text = "";
    /** @type {any[]|null} */
    this.items = null;
    /** @type {string|null} */
    this.next = null;
    /** Id of the call whose recording and text are open. */
    this.playing = "";
    /** @type {number|undefined} */
    this.timer = undefined;
    this.ongoing = 0;
  }

  connectedCallback() {
    super.connectedCallback();
    void this.#begin();
    this.whileConnected(this.desk.store.subscribe((state) => this.#follow(state.cards.length)));
  }

  /** A call has ended: it belongs on top. @param {number} ongoing */
  #follow(ongoing) {
    if (ongoing < this.ongoing) setTimeout(() => void this.#load().catch(() => {}), 1000);
    this.ongoing = ongoing;
  }

  #begin() {
    return this.run("load", () => this.#load());
  }

  /** @param {string|null} [cursor] */
  async #load(cursor = null) {
    const asked = `${this.span} ${this.text}`;
    const query = new URLSearchParams({ limit: "30" });
    query.set("span", this.span);
    if (this.text.trim()) query.set("q", this.text.trim());
    if (cursor) query.set("cursor", cursor);
    const page = await this.desk.request("GET", `/calls?${query}`);
    if (asked !== `${this.span} ${this.text}`) return;
    this.items = cursor ? [...(this.items ?? []), ...page.items] : page.items;
    this.next = page.next;
  }

  /** @param {string} span */
  #choose(span) {
    this.span = span;
    void this.#begin();
  }

  /** @param {Event} event */
  #type(event) {
    this.text = /** @type {any} */ (event.target).value;
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.#load().catch((error) => this.desk.complain(error)), TYPING_MS);
  }

  /** @param {any} call */
  #row(call) {
    const own = this.state.ownPhone?.extension;
    const outgoing = call.direction === "outbound" || (call.direction === "internal" && call.caller === own);
    const number = outgoing ? call.called : call.caller;
    const bad = BAD.has(call.outcome);
    const icon = outgoing ? "arrowRight" : bad ? "missed" : "arrowLeft";
    const way = t(outgoing ? "outbound" : call.direction);
    const open = this.playing === call.id;
    return html`<li class="wide">
      <div class="line">
        <pl-icon class="way ${bad && !outgoing ? "bad" : ""}" name=${icon} label=${way}></pl-icon>
        <div class="grow">
          <div class="cut">${(!outgoing && call.caller_name) || readable(number) || t("unknown")}</div>
          <div class="cut muted small">
            ${moment(call.started_at)} · <span class="outcome ${bad ? "bad" : ""}">${call.talk_s ? clock(call.talk_s) : t(call.outcome ?? "in_progress")}</span>
            ${call.queue_name ? html` · ${call.queue_name}` : nothing}${this.span !== "own" && call.operator_name ? html` · ${call.operator_name}` : nothing}
          </div>
        </div>
        ${call.recorded || call.talk_s
          ? html`<pl-button look="quiet" size="icon" icon=${call.recorded ? "play" : "text"} label=${t(call.recorded ? "listen" : "readText")} .expanded=${open}
              @click=${() => (this.playing = open ? "" : call.id)}></pl-button>`
          : nothing}
        ${call.talk_s ? html`<pl-call-ticket small .app=${this.app} call=${call.id}></pl-call-ticket>` : nothing}
        ${number && this.desk.may("calls.own", "calls.control")
          ? html`<pl-button look="quiet" size="icon" icon="phone" label=${t("callTo", { name: number })}
              @click=${() => this.run("call", () => this.desk.call(number))}></pl-button>`
          : nothing}
      </div>
      ${open ? html`<pl-call-record .app=${this.app} .call=${call}></pl-call-record>` : nothing}
    </li>`;
  }

  render() {
    const spans = ["own", "team", ...(this.desk.may("calls.read") ? ["all"] : [])];
    return html`<div class="segments" role="group" aria-label=${t("tab_history")}>
        ${spans.map(
          (span) => html`<button type="button" aria-pressed=${String(this.span === span)} @click=${() => this.#choose(span)}>${t(`span_${span}`)}</button>`,
        )}
      </div>
      <pl-field label=${t("search")} hide-label type="search" placeholder=${t("search")} limit="100" .value=${this.text} @input=${this.#type}></pl-field>
      ${this.items === null
        ? html`<p class="muted">${t("loading")}</p>`
        : this.items.length
          ? html`<ul class="list">${this.items.map((one) => this.#row(one))}</ul>`
          : html`<div class="empty"><pl-icon name="history"></pl-icon>${t(this.text ? "nothing" : "noHistory")}</div>`}
      ${this.next ? html`<div class="more"><pl-button @click=${() => this.run("load", () => this.#load(this.next))}>${t("more")}</pl-button></div>` : nothing}`;
  }
}

customElements.define("pl-history", History);
