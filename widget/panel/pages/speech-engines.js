// <pl-engines-page>: what recognises and what speaks on this server, how much it can do, and a voice to hear.
import { html, nothing } from "../../vendor/lit.js";
import { t, valueText } from "../../i18n/panel.js";
import "../../elements/table.js";
import { app } from "../core/app.js";
import { size } from "../core/cells.js";
import { PanelPage } from "../core/page.js";
import "../speech/voice-preview.js";

const EVERY_MS = 5000;
/** States of a worker that does its work. */
const WELL = new Set(["ready", "starting"]);

/** @param {string[]|null|undefined} languages */
const tongues = (languages) => (languages ?? []).map((one) => valueText("language", one)).join(", ") || "—";

/** @param {any} engine */
function abilities(engine) {
  const words = [engine.streaming ? t("streaming") : "", engine.words ? t("wordTimes") : "", engine.grammar && engine.grammar !== "none" ? t(`grammar.${engine.grammar}`) : ""];
  return words.filter(Boolean).join(", ") || "—";
}

export class EnginesPage extends PanelPage {
  static properties = { told: { state: true } };

  constructor() {
    super();
    /** @type {any} */
    this.told = null;
  }

  connectedCallback() {
    super.connectedCallback();
    this.every(EVERY_MS, () => this.load());
    this.load();
  }

  async load() {
    const told = await this.attempt(() => app.request("GET", "/speech"));
    if (told) this.told = told;
  }

  #tiles() {
    const { capacity, workers, spoken } = this.told;
    const tile = (/** @type {string} */ name, /** @type {unknown} */ value, note = "", tone = "") =>
      html`<div class=${`tile ${tone}`}><dt>${name}</dt><dd>${value}</dd>${note ? html`<dd class="note">${note}</dd>` : nothing}</div>`;
    return html`<dl class="tiles">
      ${tile(t("streamsNow"), capacity.streams)} ${tile(t("streamsFree"), capacity.free, t("streamsTotal", { n: capacity.total }), capacity.free ? "good" : "warn")}
      ${tile(t("workers"), workers.length, "", workers.length ? "" : "bad")} ${tile(t("spokenTexts"), spoken.files, size(spoken.bytes))}
    </dl>`;
  }

  /** What does not work, and why. */
  #broken() {
    const all = { ...this.told.capacity.broken, ...this.told.failures };
    return Object.entries(all).map(([name, why]) => html`<div class="notice bad" role="alert"><pl-icon name="alert"></pl-icon><span><b>${name}</b>: ${why}</span></div>`);
  }

  render() {
    const { told } = this;
    const engines = [
      { key: "name", head: t("engine"), cell: (/** @type {any} */ one) => html`<b>${one.name}</b>` },
      { key: "model", head: t("model"), cell: (/** @type {any} */ one) => one.model || "—" },
      { key: "languages", head: t("languages"), cell: (/** @type {any} */ one) => tongues(one.languages) },
      { key: "abilities", head: t("abilities"), wide: true, cell: abilities },
      { key: "memory", head: t("memory"), number: true, cell: (/** @type {any} */ one) => (one.memory_mb ? `${one.memory_mb} ${t("megabytes")}` : "—") },
      { key: "licence", head: t("licence"), cell: (/** @type {any} */ one) => one.licence || "—" },
    ];
    const voices = [
      { key: "name", head: t("sayVoice"), cell: (/** @type {any} */ one) => html`<b>${one.label}</b>${one.best ? html` <pl-badge tone="good">${t("bestOne")}</pl-badge>` : nothing}` },
      { key: "engine", head: t("engine"), cell: (/** @type {any} */ one) => one.engine },
      { key: "language", head: t("language"), cell: (/** @type {any} */ one) => tongues([one.language]) },
      { key: "licence", head: t("licence"), wide: true, cell: (/** @type {any} */ one) => one.licence || "—" },
    ];
    const workers = [
      { key: "pid", head: t("workerPid"), cell: (/** @type {any} */ one) => one.pid },
      { key: "kind", head: t("workerKind"), cell: (/** @type {any} */ one) => t(`worker.${one.kind}`) },
      { key: "state", head: t("state"), wide: true, cell: (/** @type {any} */ one) => html`<pl-badge tone=${WELL.has(one.state) ? "good" : "warn"} dot>${valueText("worker", one.state)}</pl-badge>` },
      { key: "streams", head: t("streamsNow"), number: true, cell: (/** @type {any} */ one) => one.streams },
      { key: "memory", head: t("memory"), number: true, cell: (/** @type {any} */ one) => `${one.rss_mb} ${t("megabytes")}` },
    ];
    return html`${this.head(t("page.speech-engines"), { lead: t("lead.speech-engines") })} ${this.trouble(() => this.load())}
      ${told
        ? html`${this.#tiles()} ${this.#broken()}
            <section class="card flush"><h2 class="bar-title">${t("engines")}</h2>
              <pl-table label=${t("engines")} .columns=${engines} .rows=${told.engines} .rowKey=${(/** @type {any} */ one) => `${one.name} ${one.model}`} empty=${t("noEngines")}></pl-table></section>
            <section class="card flush"><h2 class="bar-title">${t("voices")}</h2>
              <pl-table label=${t("voices")} .columns=${voices} .rows=${told.voices} .rowKey=${(/** @type {any} */ one) => one.name} empty=${t("noVoices")}></pl-table></section>
            ${told.workers.length
              ? html`<section class="card flush"><h2 class="bar-title">${t("workers")}</h2>
                  <pl-table label=${t("workers")} .columns=${workers} .rows=${told.workers} .rowKey=${(/** @type {any} */ one) => one.pid}></pl-table></section>`
              : nothing}
            ${app.can("POST", "/speech/say") ? html`<pl-voice-preview .voices=${told.voices}></pl-voice-preview>` : nothing}`
        : this.busy ? html`<p class="muted">${t("loading")}</p>` : nothing}`;
  }
}

customElements.define("pl-engines-page", EnginesPage);
