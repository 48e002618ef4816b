// <pl-player>: plays a recording; its waveform is drawn from the sound itself and is the place to click.
import { css, html, nothing, svg } from "../vendor/lit.js";
import { clock } from "../core/language.js";
import { peaks } from "../core/waveform.js";
import { PayLaterElement } from "../elements/base.js";
import "../elements/button.js";
import { t } from "./words.js";

const BARS = 72;
const STEP_SECONDS = 5;

export class Player extends PayLaterElement {
  static properties = { load: { attribute: false }, bars: { state: true }, problem: { state: true }, at: { state: true }, on: { state: true } };
  static styles = [
    PayLaterElement.styles,
    css`
      div {
        display: flex;
        gap: var(--pl-2);
        align-items: center;
      }
      svg {
        flex: 1;
        min-inline-size: 0;
        block-size: 2.25rem;
        cursor: pointer;
        border-radius: var(--pl-radius-small);
      }
      rect {
        fill: var(--pl-line-strong);
      }
      rect.past {
        fill: var(--pl-accent);
      }
      .problem {
        color: var(--pl-bad);
      }
    `,
  ];

  constructor() {
    super();
    /** @type {() => Promise<Blob>} */
    this.load = async () => new Blob();
    /** @type {number[]|null} */
    this.bars = null;
    this.problem = "";
    this.at = 0;
    this.on = false;
    this.audio = new Audio();
    this.audio.addEventListener("timeupdate", () => (this.at = this.audio.currentTime));
    for (const name of ["play", "pause", "ended"]) this.audio.addEventListener(name, () => (this.on = !this.audio.paused));
  }

  connectedCallback() {
    super.connectedCallback();
    void this.#open();
    this.whileConnected(() => {
      this.audio.pause();
      URL.revokeObjectURL(this.audio.src);
    });
  }

  async #open() {
    try {
      const blob = await this.load();
      this.audio.src = URL.createObjectURL(blob);
      const context = new OfflineAudioContext(1, 1, 8000);
      const sound = await context.decodeAudioData(await blob.arrayBuffer());
      const channels = Array.from({ length: sound.numberOfChannels }, (_one, index) => sound.getChannelData(index));
      this.bars = peaks(channels, BARS);
      this.duration = sound.duration;
      await this.audio.play().catch(() => {});
    } catch (error) {
      this.problem = error instanceof Error ? error.message : String(error);
    }
  }

  /** @param {number} seconds */
  #seek(seconds) {
    this.audio.currentTime = Math.min(Math.max(0, seconds), this.duration ?? 0);
    this.at = this.audio.currentTime;
  }

  /** @param {MouseEvent} event */
  #click(event) {
    const box = /** @type {Element} */ (event.currentTarget).getBoundingClientRect();
    this.#seek(((event.clientX - box.left) / box.width) * (this.duration ?? 0));
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const step = { ArrowLeft: -STEP_SECONDS, ArrowRight: STEP_SECONDS }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    this.#seek(this.at + step);
  }

  render() {
    if (this.problem) return html`<p class="problem" role="alert">${this.problem}</p>`;
    if (!this.bars) return html`<p class="muted small">${t("loading")}</p>`;
    const total = this.duration ?? 0;
    const toggle = () => (this.on ? this.audio.pause() : void this.audio.play());
    return html`<div>
      <pl-button size="icon" icon=${this.on ? "pause" : "play"} label=${t(this.on ? "pause" : "listen")} @click=${toggle}></pl-button>
      <svg viewBox="0 0 ${BARS * 4} 40" preserveAspectRatio="none" tabindex="0" role="slider" aria-label=${t("position")} aria-valuemin="0"
        aria-valuemax=${Math.round(total)} aria-valuenow=${Math.round(this.at)} aria-valuetext=${clock(this.at)} @click=${this.#click} @keydown=${this.#key}>
        ${this.bars.map((value, index) => {
          const height = Math.max(2, value * 38);
          const past = total > 0 && index / BARS < this.at / total;
          return svg`<rect x=${index * 4} y=${(40 - height) / 2} width="2.5" height=${height} rx="1" class=${past ? "past" : nothing}></rect>`;
        })}
      </svg>
      <span class="digits small muted">${clock(this.at)} / ${clock(total)}</span>
    </div>`;
  }
}

customElements.define("pl-player", Player);
