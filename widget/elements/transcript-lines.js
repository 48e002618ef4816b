// <pl-transcript-lines>: what was said, side by side; a click on a word tells `jump` with its seconds. `light(at)` lights the
// word of a moment. `partials` (what is being said just now) are grey at the end.
import { html, nothing, repeat } from "../vendor/lit.js";
import { clock } from "../core/language.js";
import { lines, timeTable, wordAt } from "../core/transcript.js";
import { st } from "../i18n/speech.js";
import { PayLaterElement } from "./base.js";
import "./badge.js";
import { looks } from "./transcript-looks.js";

/** @typedef {import("../core/transcript.js").Line} Line */
/** @typedef {import("../core/transcript.js").Hit} Hit */
/** @typedef {{side: string, text: string, start_s: number}} Partial */

/** After the reader has scrolled, the text stays where it is for so long. */
const REST_MS = 4000;
const TONES = /** @type {Record<string, string>} */ ({ info: "accent", warning: "warn", alarm: "bad" });

export class TranscriptLines extends PayLaterElement {
  static properties = {
    transcript: { attribute: false },
    hits: { attribute: false },
    hit: { type: Number },
    names: { attribute: false },
    partials: { attribute: false },
    playable: { type: Boolean, reflect: true },
    live: { type: Boolean },
  };
  static styles = [PayLaterElement.styles, looks];

  constructor() {
    super();
    /** @type {import("../core/transcript.js").Transcript|null} */
    this.transcript = null;
    /** @type {Hit[]} */
    this.hits = [];
    /** The hit that is looked at. */
    this.hit = -1;
    /** What the sides are called. @type {{client?: string, operator?: string}} */
    this.names = {};
    /** @type {Partial[]} */
    this.partials = [];
    this.playable = false;
    this.live = false;
    /** @type {Line[]} */
    this.lines = [];
    /** @type {ReturnType<typeof timeTable>} */
    this.table = [];
    /** @type {Element|null} */
    this.lit = null;
    this.scrolledAt = 0;
    this.atEnd = true;
  }

  /** @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    if (!changed.has("transcript")) return;
    this.lines = lines(this.transcript);
    this.table = timeTable(this.lines);
  }

  /** @param {Map<string, unknown>} changed */
  updated(changed) {
    const grown = changed.has("transcript") || changed.has("partials");
    if (this.live && this.atEnd && grown) this.scrollTop = this.scrollHeight;
    if (changed.has("hit") && this.hits[this.hit]) this.#show(this.#word(this.hits[this.hit].line, this.hits[this.hit].from));
  }

  connectedCallback() {
    super.connectedCallback();
    const scrolled = () => (this.atEnd = this.scrollHeight - this.scrollTop - this.clientHeight < 40);
    const touched = () => (this.scrolledAt = Date.now());
    this.addEventListener("scroll", scrolled);
    for (const name of ["wheel", "touchmove"]) this.addEventListener(name, touched, { passive: true });
    this.whileConnected(() => {
      this.removeEventListener("scroll", scrolled);
      for (const name of ["wheel", "touchmove"]) this.removeEventListener(name, touched);
    });
  }

  /** @param {number} line @param {number} word */
  #word(line, word) {
    return this.renderRoot.querySelector(`[data-word="${line}.${word}"]`);
  }

  /** Have the element in sight, without moving the page. @param {Element|null} element */
  #show(element) {
    if (!element) return;
    const [own, box] = [this.getBoundingClientRect(), element.getBoundingClientRect()];
    if (box.top < own.top + 24 || box.bottom > own.bottom - 24) this.scrollTop += box.top - own.top - own.height / 3;
  }

  /** Light the word that is said at that moment. @param {number|null} at seconds; null: none */
  light(at) {
    const found = at === null ? null : wordAt(this.table, at);
    const element = found ? this.#word(found.line, found.word) : null;
    if (element === this.lit) return;
    this.lit?.removeAttribute("data-now");
    element?.setAttribute("data-now", "");
    this.lit = element;
    if (element && Date.now() - this.scrolledAt > REST_MS) this.#show(element);
  }

  /** Bring the moment into sight. @param {number} at */
  reveal(at) {
    const line = this.lines.findLast((one) => one.start <= at + 0.5) ?? this.lines[0];
    if (line) this.#show(this.renderRoot.querySelector(`[data-line="${this.lines.indexOf(line)}"]`));
  }

  /** @param {MouseEvent} event */
  #click(event) {
    const at = /** @type {HTMLElement} */ (event.target).closest?.("[data-at]")?.getAttribute("data-at");
    if (at && this.playable && !window.getSelection()?.toString()) this.tell("jump", Number(at));
  }

  /** Words in runs: what is a hit, hidden or an alert is an element around them. @param {Line} line @param {number} number */
  #words(line, number) {
    const own = this.hits.map((hit, n) => ({ ...hit, n })).filter((hit) => hit.line === number);
    return line.tokens.map((token, n) => {
      const hit = own.find((one) => one.from <= n && n <= one.to);
      const marks = [hit ? (hit.n === this.hit ? "hit here" : "hit") : "", token.masked ? "hidden" : "", token.unsure ? "unsure" : "", token.alert ? `alert ${token.alert}` : ""];
      const names = marks.filter(Boolean).join(" ");
      return html`<span class=${names || nothing} data-word=${`${number}.${n}`} data-at=${token.start} title=${token.masked ? st("hidden") : nothing}>${token.text}</span> `;
    });
  }

  /** @param {string} side */
  #name(side) {
    return this.names[/** @type {"client"|"operator"} */ (side)] || st(side);
  }

  /** @param {Line} line @param {number} number */
  #line(line, number) {
    const time = clock(line.start);
    const stamp = this.playable
      ? html`<button type="button" class="time" data-at=${line.start} aria-label=${st("jumpTo", { time })}>${time}</button>`
      : html`<span class="time">${time}</span>`;
    return html`<li class="${line.side} ${line.follows ? "follows" : ""} ${line.mood ? `mood ${line.mood}` : ""}" data-line=${number}>
      ${line.follows ? nothing : html`<b class="who">${this.#name(line.side)}</b>`}
      <div class="said" title=${line.mood ? st(`mood_${line.mood}`) : nothing}>
        ${stamp}
        <p lang=${this.transcript?.language ?? nothing}>${this.#words(line, number)}</p>
        ${line.mood ? html`<span class="visually-hidden">(${st(`mood_${line.mood}`)})</span>` : nothing}
        ${line.alerts.map((one) => html`<pl-badge tone=${TONES[one.severity] ?? ""} dot>${one.rule_name}</pl-badge>`)}
      </div>
    </li>`;
  }

  render() {
    const now = this.partials.filter((one) => one.text);
    return html`<ol @click=${this.#click} role=${this.live ? "log" : nothing} aria-live=${this.live ? "polite" : nothing} aria-label=${st(this.live ? "liveText" : "transcript")}>
      ${repeat(this.lines, (line) => line.seq, (line, number) => this.#line(line, number))}
      ${now.map((one) => html`<li class="${one.side} partial" aria-hidden="true">
        <b class="who">${this.#name(one.side)}</b>
        <div class="said"><span class="time">${clock(one.start_s)}</span><p>${one.text}…</p></div>
      </li>`)}
    </ol>`;
  }
}

customElements.define("pl-transcript-lines", TranscriptLines);
