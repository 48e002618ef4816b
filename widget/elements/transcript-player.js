// <pl-transcript-player>: a recording with its text: waveform of both sides, words that light up as they are said, click to
// jump, search. Works without a recording (text alone) and without a text (sound alone; event `transcribe` asks for one).
import { html, nothing } from "../vendor/lit.js";
import { clock } from "../core/language.js";
import { figures } from "../core/measures.js";
import { lines, mood, search } from "../core/transcript.js";
import { st } from "../i18n/speech.js";
import { PayLaterElement } from "./base.js";
import "./badge.js";
import "./button.js";
import "./field.js";
import { shape } from "./player-looks.js";
import { Sound } from "./sound.js";
import "./transcript-lines.js";
import "./waveform.js";

const SPEEDS = [0.75, 1, 1.25, 1.5, 2];
const STEP_S = 5;
/** While it plays, the waveform moves on so often, in seconds. */
const DRAW_S = 0.1;

/** @typedef {import("../core/transcript.js").Transcript} Transcript */
/** @typedef {{duration_s?: number, channels?: number[][]}} Peaks loudness 0..1, the client first */

export class TranscriptPlayer extends PayLaterElement {
  static properties = {
    transcript: { attribute: false },
    audio: { attribute: false },
    peaks: { attribute: false },
    duration: { type: Number },
    offset: { type: Number },
    query: {},
    from: { type: Number },
    names: { attribute: false },
    allowed: { type: Boolean },
    bare: { type: Boolean },
    progress: { type: Number },
    wave: { state: true },
    typed: { state: true },
    hit: { state: true },
  };
  static styles = [PayLaterElement.styles, shape];

  constructor() {
    super();
    /** @type {Transcript|null} */
    this.transcript = null;
    /** Fetches the recording; null: there is none. @type {(() => Promise<Blob>)|null} */
    this.audio = null;
    /** Fetches what it looks like. @type {(() => Promise<Peaks>)|null} */
    this.peaks = null;
    /** Of the recording, in seconds, as far as it is known. */
    this.duration = 0;
    /** Seconds from the transcript's start to the recording's. */
    this.offset = 0;
    /** What to look for in the text at first. */
    this.query = "";
    /** Second of the transcript to begin at. */
    this.from = -1;
    /** @type {{client?: string, operator?: string}} */
    this.names = {};
    /** May the text be ordered? */
    this.allowed = false;
    /** The sound alone: nothing is said of a text that is not there. */
    this.bare = false;
    /** How far the ordered text is, 0..1; -1: none was ordered. */
    this.progress = -1;
    /** @type {Peaks|null} */
    this.wave = null;
    this.typed = "";
    this.hit = -1;
    /** @type {Sound|null} */
    this.sound = null;
    this.frame = 0;
    this.drawnAt = -1;
    this.rate = 1;
    /** @type {import("../core/transcript.js").Line[]} */
    this.lines = [];
    /** @type {import("../core/transcript.js").Hit[]} */
    this.hits = [];
    this.begun = false;
  }

  connectedCallback() {
    super.connectedCallback();
    this.whileConnected(() => {
      cancelAnimationFrame(this.frame);
      this.sound?.close();
      this.sound = null;
    });
  }

  /** @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    if (changed.has("audio")) this.#source();
    if (changed.has("peaks") && this.peaks) this.peaks().then((found) => (this.wave = found), () => {});
    if (changed.has("query")) this.typed = this.query;
    if (changed.has("transcript")) this.lines = lines(this.transcript);
    if (changed.has("transcript") || changed.has("typed")) {
      this.hits = search(this.lines, this.typed);
      this.hit = this.hits.length ? Math.max(0, this.hits.findIndex((one) => one.at >= this.from - 0.5)) : -1;
    }
  }

  updated() {
    if (this.begun || !this.lines.length || this.from < 0) return;
    this.begun = true;
    this.sound?.seek(this.#inSound(this.from));
    void this.text?.updateComplete.then(() => this.text?.reveal(this.from));
  }

  #source() {
    this.sound?.close();
    this.sound = this.audio ? new Sound(this.audio) : null;
    this.sound?.addEventListener("change", () => this.#turn());
  }

  /** A second of the text as a second of the recording. @param {number} at */
  #inSound(at) {
    return Math.max(0, at - this.offset);
  }

  get text() {
    return /** @type {import("./transcript-lines.js").TranscriptLines|null} */ (this.renderRoot.querySelector("pl-transcript-lines"));
  }

  get total() {
    return this.sound?.duration || this.wave?.duration_s || this.duration || 0;
  }

  /** While it plays, every frame finds its word. */
  #turn() {
    cancelAnimationFrame(this.frame);
    const { sound } = this;
    if (!sound) return;
    if (!sound.on || Math.abs(sound.at - this.drawnAt) > DRAW_S) {
      this.drawnAt = sound.at;
      this.requestUpdate();
    }
    this.text?.light(sound.on || sound.at > 0 ? sound.at + this.offset : null);
    if (sound.on) this.frame = requestAnimationFrame(() => this.#turn());
  }

  /** Go to a second of the transcript, and play. @param {number} at */
  jump(at) {
    if (!this.sound) return;
    this.sound.seek(this.#inSound(at));
    if (!this.sound.on) void this.sound.toggle();
  }

  /** @param {number} by */
  #next(by) {
    if (!this.hits.length) return;
    this.hit = (this.hit + by + this.hits.length) % this.hits.length;
    this.sound?.seek(this.#inSound(this.hits[this.hit].at));
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.key !== "Enter") return;
    event.preventDefault();
    this.#next(event.shiftKey ? -1 : 1);
  }

  #speed() {
    this.rate = SPEEDS[(SPEEDS.indexOf(this.rate) + 1) % SPEEDS.length];
    this.sound?.speed(this.rate);
    this.requestUpdate();
  }

  #stretches() {
    const toned = this.lines.filter((line) => line.mood || line.masked);
    return toned.map((line) => ({ from: this.#inSound(line.start), to: this.#inSound(line.end), tone: line.masked ? "masked" : line.mood }));
  }

  #controls() {
    const { sound } = this;
    if (!sound) return nothing;
    const step = (/** @type {number} */ by) => sound.seek(Math.max(0, Math.min(this.total, sound.at + by)));
    return html`<pl-waveform .sides=${this.wave?.channels ?? sound.channels ?? []} .duration=${this.total} .at=${sound.at}
        .stretches=${this.#stretches()} .marks=${this.hits.map((one) => this.#inSound(one.at))}
        @seek=${(/** @type {CustomEvent} */ event) => sound.seek(event.detail)}></pl-waveform>
      <div class="controls">
        <pl-button size="icon" look="main" icon=${sound.on ? "pause" : "play"} label=${st(sound.on ? "pause" : "play")} ?busy=${sound.busy} @click=${() => void sound.toggle()}></pl-button>
        <pl-button size="icon" look="quiet" icon="arrowLeft" label=${st("backBy", { n: STEP_S })} @click=${() => step(-STEP_S)}></pl-button>
        <pl-button size="icon" look="quiet" icon="arrowRight" label=${st("onBy", { n: STEP_S })} @click=${() => step(STEP_S)}></pl-button>
        <pl-button look="quiet" size="small" label=${`${st("speed")}: ${this.rate}×`} @click=${this.#speed}>${this.rate}×</pl-button>
        <span class="digits small muted">${clock(sound.at)} / ${clock(this.total)}</span>
        <span class="space"></span>
        ${this.lines.length ? this.#search() : nothing}
      </div>
      ${sound.problem ? html`<p class="problem" role="alert">${st("soundFailed", { reason: sound.problem })}</p>` : nothing}`;
  }

  #search() {
    const count = this.typed.trim() ? (this.hits.length ? st("hitOf", { n: this.hit + 1, all: this.hits.length }) : st("noHits")) : "";
    return html`<search class="find">
      <pl-field type="search" hide-label label=${st("findInText")} placeholder=${st("findInText")} limit="200" .value=${this.typed}
        @input=${(/** @type {Event} */ event) => (this.typed = /** @type {any} */ (event.currentTarget).value)} @keydown=${this.#key}></pl-field>
      <span class="small muted count" role="status">${count}</span>
      ${this.hits.length > 1
        ? html`<pl-button size="icon" look="quiet" icon="arrowUp" label=${st("previousHit")} @click=${() => this.#next(-1)}></pl-button>
            <pl-button size="icon" look="quiet" icon="arrowDown" label=${st("nextHit")} @click=${() => this.#next(1)}></pl-button>`
        : nothing}
    </search>`;
  }

  #measures() {
    const told = figures(this.transcript?.measures);
    const overall = mood(this.transcript?.sentiment);
    const fact = (/** @type {string} */ name, /** @type {unknown} */ value) => html`<div><dt>${st(name)}</dt><dd>${value}</dd></div>`;
    if (!told.shares && told.silence === null && told.interruptions === null) return nothing;
    return html`<dl class="measures">
      ${told.shares
        ? html`<div class="shares"><dt class="visually-hidden">${st("talkRatio", told.shares)}</dt>
            <dd aria-hidden="true"><span class="client">${st("clientTalks", { percent: told.shares.client })}</span>
              <svg viewBox="0 0 100 4" preserveAspectRatio="none"><rect class="client" width=${told.shares.client} height="4"></rect><rect class="operator" x=${told.shares.client} width=${told.shares.operator} height="4"></rect></svg>
              <span class="operator">${st("operatorTalks", { percent: told.shares.operator })}</span></dd></div>`
        : nothing}
      ${told.silence === null ? nothing : fact("silence", clock(told.silence))} ${told.longest === null ? nothing : fact("longestSilence", clock(told.longest))}
      ${told.interruptions === null ? nothing : fact("interruptions", told.interruptions)}
      ${typeof this.transcript?.sentiment === "number" ? fact("sentiment", html`<pl-badge tone=${overall} dot>${st(overall ? `mood_${overall}` : "neutral")}</pl-badge>`) : nothing}
    </dl>`;
  }

  #nothing() {
    const failed = this.transcript?.state === "failed";
    const text = failed ? st("textFailed") : this.transcript?.state === "done" ? st("noSpeech") : st("noText");
    const order = this.allowed ? html`<pl-button size="small" icon="edit" @click=${() => this.tell("transcribe")}>${st("transcribe")}</pl-button>` : nothing;
    if (this.progress >= 0) return html`<p class="none muted" role="status">${st("transcribing", { percent: Math.round(this.progress * 100) })}</p>`;
    return html`<div class="none muted"><span>${text}</span>${order}</div>`;
  }

  render() {
    return html`${this.#controls()}
      ${this.lines.length
        ? html`${this.sound ? nothing : html`<div class="controls"><span class="space"></span>${this.#search()}</div>`} ${this.#measures()}
            <pl-transcript-lines .transcript=${this.transcript} .hits=${this.hits} .hit=${this.hit} .names=${this.names} ?playable=${this.sound !== null}
              @jump=${(/** @type {CustomEvent} */ event) => this.jump(event.detail)}></pl-transcript-lines>`
        : this.bare ? nothing : this.#nothing()}`;
  }
}

customElements.define("pl-transcript-player", TranscriptPlayer);
