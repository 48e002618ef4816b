// A prompt's sound: listen, replace by a file, record by phone. New ones are made by a file or a phone.
import { html, nothing } from "../../../vendor/lit.js";
import { label, t, valueText } from "../../../i18n/panel.js";
import "../../../elements/picker.js";
import "../../../elements/transcript-player.js";
import { app } from "../../core/app.js";
import { PanelPage } from "../../core/page.js";
import { address, go } from "../../core/router.js";

export class PromptSound extends PanelPage {
  static properties = { prompt: { attribute: false }, extension: { state: true }, name: { state: true }, language: { state: true }, note: { state: true } };

  constructor() {
    super();
    /** An existing prompt; none: one is made. @type {any} */
    this.prompt = null;
    this.extension = "";
    this.name = "";
    this.language = "ru";
    this.note = "";
    /** @type {(() => Promise<Blob>)|null} */
    this.audio = null;
  }

  /** @param {Map<string, any>} changed */
  willUpdate(changed) {
    if (changed.has("prompt")) this.audio = () => app.request("GET", `/prompts/${this.prompt.id}/audio`, { blob: true });
  }

  /** @param {Event} event */
  async #upload(event) {
    event.preventDefault();
    const input = /** @type {HTMLInputElement} */ (this.querySelector("input[type=file]"));
    const file = input.files?.[0];
    if (!file) return;
    const form = new FormData();
    if (!this.prompt) {
      form.set("name", this.name || file.name.replace(/\.[^.]+$/, ""));
      form.set("language", this.language);
    }
    form.set("file", file);
    const saved = await this.attempt(() => (this.prompt ? app.upload("PUT", `/prompts/${this.prompt.id}/audio`, form) : app.upload("POST", "/prompts", form)));
    if (!saved) return;
    app.toast(t("saved"));
    this.tell("changed", saved);
  }

  async #record() {
    const body = { extension: this.extension };
    const answer = await this.attempt(() =>
      this.prompt
        ? app.request("POST", `/prompts/${this.prompt.id}/record-by-phone`, { body })
        : app.request("POST", "/prompts-by-phone", { body: { ...body, name: this.name, language: this.language } }),
    );
    if (!answer) return;
    this.note = t("ringing");
    if (!this.prompt) this.tell("changed", { id: answer.prompt_id });
  }

  #named() {
    const languages = ["ru", "en"].map((value) => ({ value, label: valueText("language", value) }));
    return html`<div class="card fields">
      <pl-field label=${label("", "name")} .value=${this.name} @input=${(/** @type {Event} */ event) => (this.name = /** @type {any} */ (event.currentTarget).value)}></pl-field>
      <pl-field label=${label("", "language")} type="select" .options=${languages} .value=${this.language}
        @change=${(/** @type {Event} */ event) => (this.language = /** @type {any} */ (event.currentTarget).value)}></pl-field>
    </div>`;
  }

  render() {
    const { prompt } = this;
    const has = prompt?.duration_s > 0;
    return html`${prompt ? nothing : this.#named()} ${this.trouble()} ${this.note ? html`<p class="notice" role="status">${this.note}</p>` : nothing}
      ${prompt
        ? html`<section class="card"><h2>${t("recording")}</h2>
            ${has ? html`<pl-transcript-player bare .audio=${this.audio} .duration=${prompt.duration_s}></pl-transcript-player>` : html`<p class="muted">${t("noSound")}</p>`}
          </section>`
        : nothing}
      <div class="pair-cards">
        <form class="card" @submit=${this.#upload}>
          <h2>${t(prompt ? "replaceSound" : "uploadTitle")}</h2>
          <label class="file">${t("audioFile")}<input type="file" accept="audio/*" /></label>
          <p class="hint">${t("audioHint")}</p>
          <pl-button kind="submit" icon="upload" look=${prompt ? "plain" : "main"} ?busy=${this.busy}>${t("uploadNow")}</pl-button>
        </form>
        <section class="card">
          <h2>${t("byPhoneTitle")}</h2>
          <pl-picker label=${label("", "extension")} placeholder=${t("choose")} empty=${t("nothingFound")} clear-label=${t("remove")} .value=${this.extension || null}
            .text=${app.lookups.name("extensions", this.extension)} .search=${(/** @type {string} */ words) => app.lookups.search("extensions", words)}
            @pick=${(/** @type {CustomEvent} */ event) => (this.extension = event.detail ?? "")}></pl-picker>
          <p class="row-actions"><pl-button icon="phone" ?busy=${this.busy} ?disabled=${!this.extension || (!prompt && !this.name)} @click=${() => this.#record()}>${t("ringPhone")}</pl-button></p>
        </section>
      </div>`;
  }
}

customElements.define("pl-prompt-sound", PromptSound);

/** @param {import("../resource-item.js").ResourceItem} page */
export function below(page) {
  return html`<pl-prompt-sound .prompt=${page.item} @changed=${() => page.load()}></pl-prompt-sound>`;
}

/** A new prompt is no form but a file or a phone. */
export function create() {
  return html`<pl-prompt-sound @changed=${(/** @type {CustomEvent} */ event) => go(address("prompts", event.detail.id), { force: true })}></pl-prompt-sound>`;
}
