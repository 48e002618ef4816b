// <pl-call>: one call: who, since when, what can be done with it.
import { css, html, nothing } from "../vendor/lit.js";
import { clock, moment } from "../core/language.js";
import { readable } from "../core/number.js";
import { DeskElement } from "./desk-element.js";
import "../elements/button.js";
import "../elements/badge.js";
import "./call-controls.js";
import "./call-text.js";
import "./members.js";
import "./quality.js";
import { t } from "./words.js";

/** Earlier calls on the card. */
const SHOWN = 3;

export class CallCard extends DeskElement {
  static ticks = true;
  static properties = { card: { attribute: false }, past: { state: true } };
  static styles = [
    DeskElement.styles,
    css`
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
        border-inline-start: 4px solid var(--pl-line-strong);
        border-radius: var(--pl-radius);
        box-shadow: var(--pl-shadow);
      }
      article.ringing {
        border-color: var(--pl-good);
        background: var(--pl-good-faint);
      }
      article.talking {
        border-inline-start-color: var(--pl-accent);
      }
      article.held,
      article.waiting {
        border-inline-start-color: var(--pl-warn);
      }
      article.lost {
        border-inline-start-color: var(--pl-bad);
      }
      header {
        display: flex;
        gap: var(--pl-3);
        align-items: center;
      }
      .avatar {
        display: grid;
        flex: none;
        place-items: center;
        inline-size: 2.5rem;
        block-size: 2.5rem;
        color: var(--pl-accent);
        background: var(--pl-accent-faint);
        border-radius: 50%;
      }
      .ringing .avatar {
        color: var(--pl-on-good);
        background: var(--pl-good);
        animation: swing 1.2s ease-in-out infinite;
      }
      @keyframes swing {
        10%,
        30% {
          rotate: -12deg;
        }
        20%,
        40% {
          rotate: 12deg;
        }
        50% {
          rotate: 0deg;
        }
      }
      @media (prefers-reduced-motion: reduce) {
        .avatar {
          animation: none !important;
        }
      }
      .who {
        flex: 1;
        min-inline-size: 0;
        line-height: 1.3;
      }
      .who h2 {
        font-size: clamp(var(--pl-text-base), 4.6cqi, var(--pl-text-large));
        overflow-wrap: anywhere;
      }
      .who h2.digits {
        white-space: nowrap;
      }
      .time {
        text-align: end;
        line-height: 1.3;
      }
      .facts {
        display: flex;
        flex-wrap: wrap;
        gap: var(--pl-1) var(--pl-2);
        align-items: center;
      }
      .facts:not(:has(> *)) {
        display: none;
      }
      .earlier li {
        display: flex;
        gap: var(--pl-2);
      }
      .answer {
        display: grid;
        grid-template-columns: 1fr 1fr;
        gap: var(--pl-2);
        --pl-button-pad: var(--pl-1);
      }
    `,
  ];

  constructor() {
    super();
    /** @type {import("../core/calls.js").Card} */
    this.card = /** @type {any} */ (undefined);
    /** What is known of the number: contacts, earlier calls. @type {any} */
    this.past = null;
    this.lookedUp = "";
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

  #name() {
    const { card } = this;
    const colleague = this.state.team.find((one) => one.extension === card.number);
    return this.past?.contacts[0]?.name || card.name || colleague?.name || "";
  }

  #facts() {
    const { card } = this;
    const queue = this.state.queues.find((one) => (one.queue_id ?? one.id) === card.queueId);
    const contact = this.past?.contacts[0];
    return html`<div class="facts">
      ${queue ? html`<pl-badge tone="accent">${queue.name}</pl-badge>` : nothing}
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
      ${this.#facts()}${card.stage === "ringing" ? this.#earlier() : nothing}
      ${card.members.length > 1 || card.consult ? html`<pl-members .app=${this.app} .card=${card}></pl-members>` : nothing}
      ${this.#actions()}
      ${card.stage === "ringing" ? nothing : html`<pl-call-text .app=${this.app} .card=${card} .other=${name || number}></pl-call-text>`}
    </article>`;
  }
}

customElements.define("pl-call", CallCard);
