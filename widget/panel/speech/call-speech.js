// <pl-call-speech>: how a call sounded and what was said in it: recordings with their text, answers to open questions.
import { html, nothing } from "../../vendor/lit.js";
import "../../elements/transcript-player.js";
import { ApiError } from "../../core/session.js";
import { label, t } from "../../i18n/panel.js";
import { app } from "../core/app.js";
import { PanelPage } from "../core/page.js";
import { failure } from "../core/saving.js";
import { sideNames, startsAfter } from "../../core/sides.js";

const QUIET_MS = 400;

/** What there is, or null where there is nothing. @param {string} template the route @param {string} path */
export async function found(template, path) {
  if (!app.can("GET", template)) return null;
  try {
    return await app.request("GET", path);
  } catch (error) {
    if (error instanceof ApiError && [403, 404].includes(error.status)) return null;
    throw error;
  }
}

export class CallSpeech extends PanelPage {
  static properties = { call: { attribute: false }, query: {}, from: { type: Number }, transcript: { state: true }, answers: { state: true }, job: { state: true } };

  constructor() {
    super();
    /** @type {any} */
    this.call = null;
    /** What was looked for. */
    this.query = "";
    /** Second to begin at. */
    this.from = -1;
    /** @type {any} */
    this.transcript = null;
    /** @type {any[]} */
    this.answers = [];
    /** The order to transcribe it, while it is on its way. @type {any} */
    this.job = null;
    this.timer = 0;
    /** One function a file, so that a player keeps its sound. @type {Map<string, () => Promise<any>>} */
    this.loaders = new Map();
  }

  connectedCallback() {
    super.connectedCallback();
    this.follow(["transcripts"], (message) => {
      if (/** @type {string} */ (message.type) === "partial") return;
      if (message.kind === "job") this.#told(message.data);
      else if (message.type === "reset" || message.key === this.call?.id) this.#later();
    });
  }

  /** @param {Map<string, any>} changed */
  willUpdate(changed) {
    if (changed.has("call") && this.call?.id !== changed.get("call")?.id) {
      this.transcript = null;
      this.answers = [];
      this.job = null;
      this.load();
    }
  }

  #later() {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.load(), QUIET_MS);
  }

  async load() {
    const { id } = this.call;
    await this.attempt(async () => {
      const [transcript, answers] = await Promise.all([
        found("/calls/{id}/transcript", `/calls/${id}/transcript`),
        found("/calls/{id}/answers", `/calls/${id}/answers`),
      ]);
      if (this.call.id !== id) return;
      this.transcript = transcript;
      this.answers = answers?.items ?? [];
    });
  }

  /** @param {any} job */
  #told(job) {
    if (!this.recordings.some((/** @type {any} */ one) => one.id === job.subject_id)) return;
    this.job = ["queued", "running"].includes(job.state) ? job : null;
    if (job.state === "done") this.#later();
    else if (job.state === "failed") app.toast(t("transcribeFailed"), "bad");
  }

  get recordings() {
    return app.can("GET", "/recordings/{id}/audio") ? this.call.recordings.filter((/** @type {any} */ one) => one.state === "done") : [];
  }

  /** @param {string} path @param {boolean} [blob] */
  #loader(path, blob = false) {
    const known = this.loaders.get(path) ?? (() => app.request("GET", path, { blob }));
    this.loaders.set(path, known);
    return known;
  }

  /** @param {any} recording */
  async #transcribe(recording) {
    try {
      await app.request("POST", "/transcription-jobs", { body: { recording_ids: [recording.id] } });
      this.job = { state: "queued", progress: 0 };
    } catch (error) {
      app.toast(failure(error), "bad");
    }
  }

  /** @param {any} recording @param {any} transcript */
  #player(recording, transcript) {
    return html`<pl-transcript-player .transcript=${transcript} .audio=${this.#loader(`/recordings/${recording.id}/audio`, true)}
      .peaks=${app.can("GET", "/recordings/{id}/peaks") ? this.#loader(`/recordings/${recording.id}/peaks`) : null} .duration=${recording.duration_s ?? 0}
      .offset=${startsAfter(recording, transcript)} .query=${this.query} .from=${this.from} .names=${sideNames(this.call)} ?allowed=${app.can("POST", "/transcription-jobs")}
      .progress=${this.job ? this.job.progress ?? 0 : -1} @transcribe=${() => this.#transcribe(recording)}></pl-transcript-player>`;
  }

  #answers() {
    if (!this.answers.length) return nothing;
    const audible = app.can("GET", "/calls/{id}/answers/{answer_id}/audio");
    const row = (/** @type {any} */ one) => html`<li>
      <b>${one.variable || one.step}</b><span class="answer">«${one.text || "—"}»</span>
      ${one.confidence === null || one.confidence === undefined ? nothing : html`<span class="muted">${label("Event", "confidence")} ${Math.round(one.confidence * 100)} %</span>`}
      ${audible && one.audio
        ? html`<pl-transcript-player .audio=${this.#loader(`/calls/${this.call.id}/answers/${one.id}/audio`, true)} .duration=${one.duration_s ?? 0} bare></pl-transcript-player>`
        : nothing}
    </li>`;
    return html`<section><h3>${t("spokenAnswers")}</h3><ul class="answers">${this.answers.map(row)}</ul></section>`;
  }

  render() {
    if (!this.call) return nothing;
    const { recordings, transcript } = this;
    const own = recordings.find((/** @type {any} */ one) => one.id === transcript?.recording_id) ?? recordings[0];
    const alone = transcript && !own ? html`<pl-transcript-player .transcript=${transcript} .query=${this.query} .from=${this.from} .names=${sideNames(this.call)}></pl-transcript-player>` : nothing;
    return html`${this.trouble(() => this.load())}
      ${recordings.length || transcript
        ? html`<section><h3>${t(recordings.length ? "recording" : "whatWasSaid")}</h3>
            ${recordings.map((/** @type {any} */ one) => this.#player(one, one === own ? transcript : null))} ${alone}</section>`
        : nothing}
      ${this.#answers()}`;
  }
}

customElements.define("pl-call-speech", CallSpeech);
