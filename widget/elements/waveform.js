// <pl-waveform>: a recording as two sides of a line, the place to click; stretches and marks of its text are drawn on it.
import { css, html, nothing, svg } from "../vendor/lit.js";
import { clock } from "../core/language.js";
import { fitted, outline } from "../core/waveform.js";
import { st } from "../i18n/speech.js";
import { PayLaterElement } from "./base.js";

const STEP_S = 5;
const BAR_PX = 3;
const HEIGHT = 64;

/** @typedef {{from: number, to: number, tone: string}} Stretch `tone`: good, bad, masked */

export class Waveform extends PayLaterElement {
  static properties = {
    sides: { attribute: false },
    duration: { type: Number },
    at: { type: Number },
    stretches: { attribute: false },
    marks: { attribute: false },
    width: { state: true },
  };
  static styles = [
    PayLaterElement.styles,
    css`
      :host {
        display: block;
        min-inline-size: 0;
      }
      svg {
        display: block;
        inline-size: 100%;
        block-size: 4rem;
        cursor: pointer;
        border-radius: var(--pl-radius-small);
        background: var(--pl-sunken);
        touch-action: pan-y;
      }
      path {
        fill: none;
        stroke: var(--ink);
        stroke-width: 2;
        vector-effect: non-scaling-stroke;
      }
      .client {
        --ink: var(--pl-accent);
      }
      .operator {
        --ink: var(--pl-other);
      }
      .ahead {
        opacity: 0.4;
      }
      .good {
        fill: var(--pl-good);
      }
      .bad {
        fill: var(--pl-bad);
      }
      .masked {
        fill: var(--pl-muted);
        opacity: 0.35;
      }
      .mark {
        fill: var(--pl-warn);
      }
      .head {
        stroke: var(--pl-text);
        stroke-width: 1.5;
      }
    `,
  ];

  constructor() {
    super();
    /** Loudness of the client and of the operator; one: both together. @type {number[][]} */
    this.sides = [];
    this.duration = 0;
    this.at = 0;
    /** @type {Stretch[]} */
    this.stretches = [];
    /** Seconds at which something is marked. @type {number[]} */
    this.marks = [];
    this.width = 300;
    this.sizes = new ResizeObserver(([entry]) => (this.width = Math.max(60, Math.round(entry.contentRect.width))));
  }

  connectedCallback() {
    super.connectedCallback();
    this.sizes.observe(this);
    this.whileConnected(() => this.sizes.disconnect());
  }

  /** @param {PointerEvent} event */
  #point(event) {
    if (event.type === "pointermove" && !(event.buttons & 1)) return;
    const box = /** @type {Element} */ (event.currentTarget).getBoundingClientRect();
    this.tell("seek", Math.max(0, Math.min(1, (event.clientX - box.left) / box.width)) * this.duration);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const steps = /** @type {Record<string, number>} */ ({ ArrowLeft: -STEP_S, ArrowDown: -STEP_S, ArrowRight: STEP_S, ArrowUp: STEP_S, PageUp: 30, PageDown: -30, Home: -this.duration, End: this.duration });
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    this.tell("seek", Math.max(0, Math.min(this.duration, this.at + step)));
  }

  /** @param {number} seconds @param {number} bars */
  #x(seconds, bars) {
    return this.duration > 0 ? (Math.max(0, Math.min(this.duration, seconds)) / this.duration) * bars : 0;
  }

  render() {
    const bars = Math.max(20, Math.floor(this.width / BAR_PX));
    const two = this.sides.length > 1;
    const base = two ? HEIGHT / 2 : HEIGHT - 6;
    const height = two ? HEIGHT / 2 - 6 : HEIGHT - 12;
    const names = ["client", "operator"];
    const paths = this.sides.slice(0, 2).map((values, n) => [names[n], outline(fitted(values, bars), { base, height, up: n === 0 })]);
    const past = this.#x(this.at, bars);
    const rect = (/** @type {Stretch} */ one) => {
      const [from, to] = [this.#x(one.from, bars), this.#x(one.to, bars)];
      const whole = one.tone === "masked";
      return svg`<rect class=${one.tone} x=${from} width=${Math.max(0.6, to - from)} y=${whole ? 0 : HEIGHT - 4} height=${whole ? HEIGHT : 4}></rect>`;
    };
    return html`<svg viewBox="0 0 ${bars} ${HEIGHT}" preserveAspectRatio="none" tabindex="0" role="slider" aria-label=${st("position")}
      aria-valuemin="0" aria-valuemax=${Math.round(this.duration)} aria-valuenow=${Math.round(this.at)} aria-valuetext=${clock(this.at)}
      @pointerdown=${this.#point} @pointermove=${this.#point} @keydown=${this.#key}>
      <clipPath id="past"><rect x="0" y="0" width=${past} height=${HEIGHT}></rect></clipPath>
      ${this.stretches.map(rect)}
      ${paths.map(([side, path]) => svg`<path class="${side} ahead" d=${path}></path><path class=${side} d=${path} clip-path="url(#past)"></path>`)}
      ${this.marks.map((at) => svg`<rect class="mark" x=${this.#x(at, bars)} y="0" width="0.8" height="8"></rect>`)}
      ${this.duration > 0 ? svg`<path class="head" d=${`M${past} 0V${HEIGHT}`}></path>` : nothing}
    </svg>`;
  }
}

customElements.define("pl-waveform", Waveform);
