// <pl-voice-preview>: hear how a voice says a text.
import { html, nothing } from "../../vendor/lit.js";
import { language } from "../../core/language.js";
import "../../elements/field.js";
import "../../elements/transcript-player.js";
import { label, t, valueText } from "../../i18n/panel.js";
import { app } from "../core/app.js";
import { PanelPage } from "../core/page.js";

export class VoicePreview extends PanelPage {
  static properties = { voices: { attribute: false }, text: { state: true }, tongue: { state: true }, voice: { state: true }, sound: { state: true } };

  constructor() {
    super();
    /** @type {{name: string, language: string, label: string, engine: string}[]} */
    this.voices = [];
    this.text = "";
    this.tongue = /** @type {string} */ (language());
    this.voice = "";
    /** @type {(() => Promise<Blob>)|null} */
    this.sound = null;
  }

  /** @param {Event} event */
  async #say(event) {
    event.preventDefault();
    const body = { text: this.text.trim() || t("sayExample"), language: this.tongue, voice: this.voice };
    const blob = await this.attempt(() => app.session.request("POST", "/speech/say", { body, blob: true, language: language() }));
    this.sound = blob ? async () => blob : null;
    await this.updateComplete;
    if (blob) await /** @type {any} */ (this.querySelector("pl-transcript-player"))?.jump(0);
  }

  /** @param {"text"|"tongue"|"voice"} name */
  #into(name) {
    return (/** @type {Event} */ event) => {
      this[name] = /** @type {any} */ (event.currentTarget).value;
      if (name === "tongue") this.voice = "";
    };
  }

  render() {
    const tongues = ["ru", "en"].map((value) => ({ value, label: valueText("language", value) }));
    const own = this.voices.filter((one) => one.language === this.tongue).map((one) => ({ value: one.name, label: `${one.label} · ${one.engine}` }));
    return html`<form class="card" @submit=${this.#say}>
      <h2>${t("sayTitle")}</h2>
      <div class="fields">
        <pl-field class="wide" type="textarea" limit="1000" label=${t("sayText")} placeholder=${t("sayExample")} .value=${this.text} @input=${this.#into("text")}></pl-field>
        <pl-field type="select" label=${label("", "language")} .options=${tongues} .value=${this.tongue} @change=${this.#into("tongue")}></pl-field>
        <pl-field type="select" label=${t("sayVoice")} .options=${[{ value: "", label: t("bestVoice") }, ...own]} .value=${this.voice} @change=${this.#into("voice")}></pl-field>
      </div>
      <p class="row-actions"><pl-button kind="submit" look="main" icon="speaker" ?busy=${this.busy} ?disabled=${!own.length}>${t("sayIt")}</pl-button></p>
      ${this.trouble()} ${this.sound ? html`<pl-transcript-player bare .audio=${this.sound}></pl-transcript-player>` : nothing}
    </form>`;
  }
}

customElements.define("pl-voice-preview", VoicePreview);
