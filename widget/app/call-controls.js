// <pl-call-controls>: what can be done with a conversation.
import { css, html, nothing } from "../vendor/lit.js";
import { DeskElement } from "./desk-element.js";
import "../elements/button.js";
import "./keypad.js";
import "./target.js";
import { t } from "./words.js";

export class CallControls extends DeskElement {
  static properties = { card: { attribute: false }, panel: { state: true } };
  static styles = [
    DeskElement.styles,
    css`
      :host {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: var(--pl-3);
      }
      .row {
        display: grid;
        grid-template-columns: repeat(4, minmax(0, 1fr));
        gap: clamp(2px, 1.5cqi, var(--pl-2));
      }
      .act {
        display: grid;
        justify-items: center;
        gap: var(--pl-1);
        min-inline-size: 0;
        padding: var(--pl-2) 0;
        font: inherit;
        font-size: clamp(0.625rem, 3cqi, 0.6875rem);
        line-height: 1.2;
        color: var(--pl-text);
        background: var(--pl-back);
        border: 1px solid var(--pl-line);
        border-radius: var(--pl-radius-small);
        cursor: pointer;
      }
      .act span {
        max-inline-size: 100%;
        overflow: hidden;
        text-overflow: ellipsis;
      }
      .act:hover:not(:disabled) {
        border-color: var(--pl-muted);
      }
      .act:disabled {
        opacity: 0.45;
        cursor: default;
      }
      .act[aria-pressed="true"],
      .act[aria-expanded="true"] {
        color: var(--pl-accent);
        background: var(--pl-accent-faint);
        border-color: var(--pl-accent);
      }
      .act.warn[aria-pressed="true"] {
        color: var(--pl-warn);
        background: var(--pl-warn-faint);
        border-color: var(--pl-warn);
      }
      pl-icon {
        inline-size: 1.25rem;
        block-size: 1.25rem;
      }
      .end {
        display: grid;
      }
    `,
  ];

  constructor() {
    super();
    /** @type {import("../core/calls.js").Card} */
    this.card = /** @type {any} */ (undefined);
    /** What is open under the buttons: ``, keypad, transfer, consult, add. */
    this.panel = "";
  }

  /**
   * @param {string} name @param {string} icon @param {() => void} press
   * @param {{on?: boolean, open?: boolean, label?: string, disabled?: boolean, warn?: boolean}} [options]
   */
  #act(name, icon, press, { on, open, label, disabled = false, warn = false } = {}) {
    return html`<button
      type="button"
      class="act ${warn ? "warn" : ""}"
      ?disabled=${disabled || this.busy === name}
      aria-pressed=${on === undefined ? nothing : String(on)}
      aria-expanded=${open === undefined ? nothing : String(open)}
      @click=${press}
    >
      <pl-icon name=${icon}></pl-icon><span>${label ?? t(name)}</span>
    </button>`;
  }

  /** @param {string} panel */
  #toggle(panel) {
    this.panel = this.panel === panel ? "" : panel;
  }

  /** @param {string} name @param {string} path @param {any} [body] */
  #order(name, path, body) {
    return this.run(name, () => this.desk.act(this.card, path, body));
  }

  #park() {
    return this.run("park", async () => {
      const answer = await this.desk.act(this.card, "park", {});
      const slot = answer?.slot ?? answer?.extension;
      if (slot) this.desk.notify("good", t("parked", { slot }));
    });
  }

  #record() {
    const { recording } = this.card;
    const action = recording === "on" ? "pause" : recording === "paused" ? "resume" : "start";
    const label = { pause: "recordPause", resume: "recordResume", start: "record" }[action];
    return this.#act("record", recording === "on" ? "pause" : "record", () => this.#order("record", "recording", { action }), {
      on: recording === "on",
      label: t(label),
    });
  }

  /** @param {string} number */
  async #target(number) {
    const purpose = this.panel;
    const path = purpose === "add" ? "members" : purpose;
    await this.#order(purpose, path, { to: number });
    this.panel = "";
  }

  #panel() {
    if (this.panel === "keypad") {
      const send = (/** @type {CustomEvent<string>} */ event) => this.desk.act(this.card, "digits", { digits: event.detail }).catch((error) => this.desk.complain(error));
      return html`<pl-keypad @digit=${send}></pl-keypad>`;
    }
    if (!this.panel) return nothing;
    return html`<pl-target .app=${this.app} purpose=${this.panel}
      @target=${(/** @type {CustomEvent<string>} */ event) => this.#target(event.detail)} @cancel=${() => (this.panel = "")}></pl-target>`;
  }

  render() {
    const { card, desk } = this;
    const held = card.stage === "held";
    const known = card.callId !== null;
    const talking = known && (card.stage === "talking" || held);
    return html`<div class="row" role="toolbar" aria-label=${t("moreActions")}>
        ${card.sessionId
          ? this.#act("mute", card.muted ? "micOff" : "mic", () => desk.mute(card, !card.muted), { on: card.muted, label: t(card.muted ? "unmute" : "mute"), warn: true })
          : nothing}
        ${this.#act("hold", held ? "play" : "hold", () => this.#order("hold", held ? "unhold" : "hold"), { on: held, label: t(held ? "resume" : "hold"), disabled: !talking, warn: true })}
        ${this.#act("transfer", "transfer", () => this.#toggle("transfer"), { open: this.panel === "transfer", disabled: !talking })}
        ${this.#act("consult", "whisper", () => this.#toggle("consult"), { open: this.panel === "consult", disabled: !talking || !!card.consult })}
        ${this.#act("addMember", "people", () => this.#toggle("add"), { open: this.panel === "add", disabled: !talking, label: t("add") })}
        ${this.#act("dialPad", "dialpad", () => this.#toggle("keypad"), { open: this.panel === "keypad", disabled: !known })}
        ${this.#act("park", "park", () => this.#park(), { disabled: !talking })}
        ${known ? this.#record() : nothing}
      </div>
      ${this.#panel()}
      <div class="end">
        <pl-button look="main" tone="bad" icon="hangUp" @click=${() => this.run("hangUp", () => desk.hangUp(card))}>${t("hangUp")}</pl-button>
      </div>`;
  }
}

customElements.define("pl-call-controls", CallControls);
