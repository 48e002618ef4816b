// <pl-live-text>: what is said in a call just now, for who watches it: both sides, what is not yet sure in grey, alerts.
import { html, nothing } from "../../vendor/lit.js";
import "../../elements/transcript-lines.js";
import { LiveTranscript } from "../../core/live-transcript.js";
import { st } from "../../i18n/speech.js";
import { t } from "../../i18n/panel.js";
import { PanelPage } from "../core/page.js";
import { found } from "./call-speech.js";
import { sideNames } from "../../core/sides.js";

export class LiveText extends PanelPage {
  static properties = { call: { attribute: false }, callId: { attribute: "call-id" } };

  constructor() {
    super();
    /** As the feed tells it; nothing: it is over, or not known yet. @type {any} */
    this.call = null;
    this.callId = "";
    this.live = new LiveTranscript("");
    /** @type {import("../../core/transcript.js").Transcript|null} */
    this.whole = null;
    /** @type {{client?: string, operator?: string}} */
    this.names = {};
  }

  connectedCallback() {
    super.connectedCallback();
    this.follow(["transcripts"], (message) => {
      if (message.type === "reset") return void this.load();
      if (!this.live.take(message)) return;
      if (/** @type {string} */ (message.type) !== "partial") this.whole = this.live.whole;
      this.requestUpdate();
    });
  }

  /** @param {Map<string, any>} changed */
  willUpdate(changed) {
    if (this.call) this.names = sideNames(this.call);
    if (!changed.has("callId")) return;
    this.live = new LiveTranscript(this.callId);
    this.whole = null;
    this.load();
  }

  async load() {
    const { live } = this;
    if (!live.callId) return;
    const stored = await this.attempt(() => found("/calls/{id}/transcript", `/calls/${live.callId}/transcript`));
    if (live !== this.live) return;
    live.load(stored ?? null);
    this.whole = live.whole;
    this.requestUpdate();
  }

  #state() {
    const { live } = this;
    if (live.closed) return html`<p class="muted" role="status">${t("talkIsOver")}</p>`;
    if (live.isDeaf) {
      const key = `deaf_${live.deaf}`;
      return html`<p class="notice warn" role="status"><pl-icon name="micOff"></pl-icon><span>${st(key) === key ? st("deaf") : st(key)}</span></p>`;
    }
    if (live.segments.size || live.partials.length) return nothing;
    return html`<p class="muted" role="status">${st(live.begun ? "waitsForWords" : "noText")}</p>`;
  }

  render() {
    return html`${this.trouble(() => this.load())}
      <pl-transcript-lines live .transcript=${this.whole} .partials=${this.live.partials} .names=${this.names}></pl-transcript-lines>
      ${this.#state()}`;
  }
}

customElements.define("pl-live-text", LiveText);
