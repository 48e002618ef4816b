// <pl-message-speech>: a voicemail message, played at once, with its text.
import { html } from "../../vendor/lit.js";
import "../../elements/transcript-player.js";
import { app } from "../core/app.js";
import { PanelPage } from "../core/page.js";
import { failure } from "../core/saving.js";
import { found } from "./call-speech.js";

export class MessageSpeech extends PanelPage {
  static properties = { message: { attribute: false }, transcript: { state: true }, job: { state: true } };

  constructor() {
    super();
    /** @type {any} */
    this.message = null;
    /** @type {any} */
    this.transcript = null;
    /** @type {any} */
    this.job = null;
    this.audio = () => app.request("GET", `/voicemail-messages/${this.message.id}/audio`, { blob: true });
  }

  connectedCallback() {
    super.connectedCallback();
    this.follow(["transcripts"], ({ type, kind, data }) => {
      if (type === "reset") return void this.load();
      if (kind !== "job" || data.subject_id !== this.message.id) return;
      this.job = ["queued", "running"].includes(data.state) ? data : null;
      if (data.state === "done") this.load();
    });
  }

  async firstUpdated() {
    const player = /** @type {import("../../elements/transcript-player.js").TranscriptPlayer} */ (this.querySelector("pl-transcript-player"));
    await player.updateComplete;
    void player.sound?.toggle();
    await this.load();
  }

  async load() {
    const { id } = this.message;
    this.transcript = (await this.attempt(() => found("/voicemail-messages/{id}/transcript", `/voicemail-messages/${id}/transcript`))) ?? null;
  }

  async #transcribe() {
    try {
      await app.request("POST", "/transcription-jobs", { body: { message_ids: [this.message.id] } });
      this.job = { state: "queued", progress: 0 };
    } catch (error) {
      app.toast(failure(error), "bad");
    }
  }

  render() {
    return html`${this.trouble()}
      <pl-transcript-player class="message-text" .audio=${this.audio} .transcript=${this.transcript} .duration=${this.message.duration_s} .names=${{ client: this.message.caller }}
        ?allowed=${app.can("POST", "/transcription-jobs")} .progress=${this.job ? this.job.progress ?? 0 : -1} @transcribe=${() => this.#transcribe()}></pl-transcript-player>`;
  }
}

customElements.define("pl-message-speech", MessageSpeech);
