// <pl-call-record>: how a call of the history sounded, and what was said in it.
import { css, html } from "../vendor/lit.js";
import "../elements/transcript-player.js";
import { readable } from "../core/number.js";
import { sideNames, startsAfter } from "../core/sides.js";
import { DeskElement } from "./desk-element.js";
import { t } from "./words.js";

export class CallRecord extends DeskElement {
  static properties = { call: { attribute: false }, ready: { state: true } };
  static styles = [
    DeskElement.styles,
    css`
      :host {
        display: block;
        --pl-lines-height: clamp(10rem, 40vh, 26rem);
      }
    `,
  ];

  constructor() {
    super();
    /** @type {any} */
    this.call = null;
    this.ready = false;
    /** @type {any} */
    this.transcript = null;
    /** The recording that is played. @type {any} */
    this.recording = null;
    this.offset = 0;
    /** @type {(() => Promise<Blob>)|null} */
    this.audio = null;
    /** @type {(() => Promise<any>)|null} */
    this.peaks = null;
  }

  connectedCallback() {
    super.connectedCallback();
    void this.#load();
  }

  async #load() {
    const { id, recorded } = this.call;
    const read = (/** @type {string} */ path) => this.desk.request("GET", path).catch(() => null);
    const [transcript, detail] = await Promise.all([read(`/calls/${id}/transcript`), recorded ? read(`/calls/${id}`) : null]);
    this.transcript = transcript;
    if (recorded) this.audio = () => this.desk.request("GET", `/calls/${id}/recording`, undefined, { blob: true });
    const done = detail?.recordings.filter((/** @type {any} */ one) => one.state === "done") ?? [];
    this.recording = done.find((/** @type {any} */ one) => one.id === transcript?.recording_id) ?? done[0] ?? null;
    if (this.recording) {
      this.peaks = () => this.desk.request("GET", `/recordings/${this.recording.id}/peaks`);
      this.offset = startsAfter(this.recording, transcript);
    }
    this.ready = true;
    await this.updateComplete;
    const player = /** @type {import("../elements/transcript-player.js").TranscriptPlayer|null} */ (this.renderRoot.querySelector("pl-transcript-player"));
    await player?.updateComplete;
    // Whoever asks for a recording wants to hear it.
    if (this.isConnected) void player?.sound?.toggle();
  }

  render() {
    if (!this.ready) return html`<p class="muted small">${t("loading")}</p>`;
    const { client, operator } = sideNames(this.call);
    return html`<pl-transcript-player .transcript=${this.transcript} .audio=${this.audio} .peaks=${this.peaks} .duration=${this.recording?.duration_s ?? 0}
      .offset=${this.offset} .names=${{ client: readable(client), operator }}></pl-transcript-player>`;
  }
}

customElements.define("pl-call-record", CallRecord);
