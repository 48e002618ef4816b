// <pl-call>: one call: who, since when, what can be done with it.
import { html, nothing } from "../vendor/lit.js";
import { clock, moment } from "../core/language.js";
import { readable } from "../core/number.js";
import { ct } from "../i18n/campaigns.js";
import { DeskElement } from "./desk-element.js";
import "../elements/button.js";
import "../elements/badge.js";
import "./call-controls.js";
import { looks } from "./call-looks.js";
import "./call-ticket.js";
import "./call-text.js";
import "./client.js";
import "./disposition.js";
import "./members.js";
import "./quality.js";
import { t } from "./words.js";

/** Earlier calls on the card. */
const SHOWN = 3;

export class CallCard extends DeskElement {
  static ticks = true;
  static properties = { card: { attribute: false }, past: { state: true } };
  static styles = [DeskElement.styles, looks];

  constructor() {
    super();
    /** @type {import("../core/calls.js").Card} */
    this.card = /** @type {any} */ (undefined);
    /** What is known of the number: contacts, earlier calls. @type {any} */
    this.past = null;
    this.lookedUp = "";
  }

  connectedCallback() {
    super.connectedCallback();
    this.whileConnected(this.desk.campaigns.store.subscribe(() => this.requestUpdate()));
  }

  /** @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    if (!changed.has("card") || this.lookedUp === this.card.number || !this.card.number) return;
    this.lookedUp = this.card.number;
    void this.#lookUp(this.card.number);
  }

  /** @param {string} number */
  async #lookUp(number) {
    if (!this.desk.may("contacts.read")) return;
    const found = await this.desk.request("GET", `/contacts/by-phone?number=${encodeURIComponent(number)}`).catch(() => null);
    if (!found) return;
    this.past = found;
    const [contact] = found.contacts;
    if (contact && this.card.stage === "ringing") this.desk.onEvent("contact:opened", { contactId: contact.id, name: contact.name, number });
  }

  /** Whom a campaign has called. */
  get #client() {
    return this.desk.campaigns.of(this.card.callId);
  }

  #name() {
    const { card } = this;
    const colleague = this.state.team.find((one) => one.extension === card.number);
    return this.#client?.name || this.past?.contacts[0]?.name || card.name || colleague?.name || "";
  }

  #facts() {
    const { card } = this;
    const queue = this.state.queues.find((one) => (one.queue_id ?? one.id) === card.queueId);
    const contact = this.past?.contacts[0];
    return html`<div class="facts">
      ${this.#client ? html`<pl-badge tone="accent">${this.#client.campaign || ct("client")}</pl-badge>` : queue ? html`<pl-badge tone="accent">${queue.name}</pl-badge>` : nothing}
      ${card.recording ? html`<pl-badge tone=${card.recording === "on" ? "bad" : "warn"} dot>${t(card.recording === "on" ? "recordingOn" : "recordingPaused")}</pl-badge>` : nothing}
      ${contact?.company ? html`<pl-badge>${contact.company}</pl-badge>` : nothing}
      ${this.past?.open_missed ? html`<pl-badge tone="bad">${t("missedOpen", { count: this.past.open_missed })}</pl-badge>` : nothing}
      ${card.sessionId ? html`<pl-quality .app=${this.app} session=${card.sessionId}></pl-quality>` : nothing}
    </div>`;
  }

  /** Earlier calls with this number, the last ones first. */
  #earlier() {
    const calls = this.past?.calls.filter((/** @type {any} */ one) => one.id !== this.card.callId);
    if (!calls) return nothing;
    if (!calls.length) return html`<p class="muted small">${t("firstCall")}</p>`;
    return html`<ul class="earlier small" aria-label=${t("earlierCalls")}>
      ${calls.slice(0, SHOWN).map(
        (/** @type {any} */ one) => html`<li>
          <span class="muted digits">${moment(one.started_at)}</span>
          <span class="cut">${one.talk_s ? clock(one.talk_s) : t(one.outcome ?? "in_progress")}${one.operator_name ? html` · ${one.operator_name}` : nothing}</span>
        </li>`,
      )}
    </ul>`;
  }

  /** What a supervisor does in the call of another. */
  #supervision() {
    const { card, desk } = this;
    const button = (/** @type {string} */ mode, /** @type {string} */ icon) => html`<pl-button size="small" icon=${icon} .pressed=${card.mode === mode}
      @click=${() => this.run(mode, () => desk.act(card, "supervise", { mode }))}>${t(`mode_${mode}`)}</pl-button>`;
    return html`<div class="answer" role="group" aria-label=${t("supervising")}>
      ${button("listen", "listen")}${button("whisper", "whisper")}${button("barge", "barge")}
      <pl-button size="small" icon="takeOver" @click=${() => this.run("takeOver", () => desk.act(card, "take-over"))}>${t("takeOver")}</pl-button>
      <pl-button tone="bad" icon="hangUp" @click=${() => this.run("hangUp", () => desk.hangUp(card))}>${t("leave")}</pl-button>
    </div>`;
  }

  #actions() {
    const { card, desk } = this;
    if (card.stage === "ringing") {
      if (!card.sessionId) return html`<p class="muted">${t("ringsOnDesk")}</p>`;
      return html`<div class="answer">
        <pl-button look="main" tone="good" icon="phone" ?busy=${this.busy === "answer"} @click=${() => this.run("answer", () => desk.answer(card))}>${t("answer")}</pl-button>
        <pl-button tone="bad" icon="hangUp" @click=${() => this.run("hangUp", () => desk.hangUp(card))}>${t("reject")}</pl-button>
      </div>`;
    }
    if (card.stage === "lost") {
      return html`<div class="answer">
        <pl-button look="main" icon="phone" ?busy=${this.busy === "rejoin"} @click=${() => this.run("rejoin", () => desk.rejoin(card))}>${t("rejoin")}</pl-button>
        <pl-button tone="bad" icon="hangUp" @click=${() => this.run("hangUp", () => desk.hangUp(card))}>${t("hangUp")}</pl-button>
      </div>`;
    }
    if (card.mode) return this.#supervision();
    return html`<pl-call-controls .app=${this.app} .card=${card}></pl-call-controls>`;
  }

  /** What is known of who calls in; what a campaign knows of its client, and what the operator says of the call. */
  #known() {
    const { card } = this;
    const client = this.#client;
    if (card.mode || (!client && !card.portrait.length)) return nothing;
    if (!client) return html`<pl-client .app=${this.app} .client=${{ portrait: card.portrait, answers: [], script: "" }}></pl-client>`;
    const form = card.stage === "ringing" || card.stage === "connecting" ? nothing : html`<pl-disposition .app=${this.app} .client=${client}></pl-disposition>`;
    return html`<pl-client .app=${this.app} .client=${client}></pl-client>${form}`;
  }

  render() {
    const { card } = this;
    const name = this.#name();
    const number = readable(card.number);
    const since = card.stage === "ringing" || !card.talkSince ? card.startedAt : card.talkSince;
    const time = clock((this.desk.now() - since) / 1000);
    return html`<article class=${card.stage} aria-label=${`${t(`stage_${card.stage}`)}: ${name || number || t("unknown")}`}>
      <header>
        <span class="avatar"><pl-icon name=${card.stage === "held" || card.stage === "waiting" ? "hold" : "phone"}></pl-icon></span>
        <div class="who">
          <h2 class=${name ? "" : "digits"}>${name || number || t("unknown")}</h2>
          ${name && number ? html`<div class="muted small digits">${number}</div>` : nothing}
        </div>
        <div class="time">
          <div class="digits">${card.stage === "ringing" ? t("waits", { time }) : time}</div>
          <div class="muted small">${card.stage === "ringing" ? nothing : t(`stage_${card.stage}`)}</div>
        </div>
      </header>
      ${this.#facts()}${card.stage === "ringing" && !this.#client ? this.#earlier() : nothing}${this.#known()}
      ${card.members.length > 1 || card.consult ? html`<pl-members .app=${this.app} .card=${card}></pl-members>` : nothing}
      ${this.#actions()}
      ${card.callId && !card.mode && card.stage !== "ringing" ? html`<pl-call-ticket .app=${this.app} call=${card.callId}></pl-call-ticket>` : nothing}
      ${card.stage === "ringing" ? nothing : html`<pl-call-text .app=${this.app} .card=${card} .other=${name || number}></pl-call-text>`}
    </article>`;
  }
}

customElements.define("pl-call", CallCard);
