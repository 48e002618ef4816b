// <pl-jobs-page>: recordings that are turned into text: single orders, batches with their progress, a new batch by days.
import { html, nothing } from "../../vendor/lit.js";
import { label, t, valueText } from "../../i18n/panel.js";
import "../../elements/dialog.js";
import { app } from "../core/app.js";
import { moment } from "../core/cells.js";
import { isoDay } from "../core/days.js";
import { ListPage } from "../core/list-page.js";
import { address, go } from "../core/router.js";
import { batchCard } from "../speech/batch.js";

const TONES = /** @type {Record<string, string>} */ ({ queued: "", running: "accent", done: "good", failed: "bad", cancelled: "warn" });
const OPEN = new Set(["queued", "running"]);
const EVERY_MS = 3000;
/** Batches that are shown. */
const MOST = 5;
const DAY_MS = 86_400_000;

export class JobsPage extends ListPage {
  static properties = { draft: { state: true }, batches: { state: true } };

  constructor() {
    super();
    this.path = "/transcription-jobs";
    this.page = "transcription-jobs";
    /** @type {{from: string, to: string, language: string, again: boolean}|null} */
    this.draft = null;
    /** @type {any[]} */
    this.batches = [];
  }

  connectedCallback() {
    super.connectedCallback();
    this.every(EVERY_MS, () => this.active && this.load());
    this.follow(["transcripts"], (message) => {
      if (message.type === "reset") this.later();
      else if (message.kind === "job") this.#told(message.data);
    });
  }

  /** A job has come further. @param {any} job */
  #told(job) {
    if (!this.items.some((one) => one.id === job.id)) return;
    this.show(this.items.map((one) => (one.id === job.id ? { ...one, ...job } : one)));
  }

  get active() {
    return this.items.some((one) => OPEN.has(one.state)) || this.batches.some((one) => one.queued + one.running > 0);
  }

  get emptyText() {
    return t("noJobs");
  }

  /** The list, and the batches that it names. @param {string} [cursor] */
  async load(cursor = "") {
    await super.load(cursor);
    const ids = [...new Set([this.place.query.batch_id, ...this.items.map((one) => one.batch_id)].filter(Boolean))].slice(0, MOST);
    const found = await Promise.all(ids.map((id) => app.request("GET", `/transcription-batches/${id}`).catch(() => null)));
    this.batches = found.filter(Boolean);
  }

  actions() {
    if (!app.can("POST", this.path)) return nothing;
    const now = Date.now();
    const draft = { from: isoDay(new Date(now - 6 * DAY_MS)), to: isoDay(new Date(now)), language: "", again: false };
    return html`<pl-button look="main" icon="add" @click=${() => (this.draft = draft)}>${t("newBatch")}</pl-button>`;
  }

  filters() {
    const parameter = app.operation("GET", this.path).parameters.find((/** @type {any} */ one) => one.name === "state");
    const states = parameter ? app.schemas.unwrap(parameter.schema).schema.enum ?? [] : [];
    return states.length ? this.choice("state", t("state"), [{ value: "", label: t("any") }, ...states.map((/** @type {string} */ value) => ({ value, label: valueText("state", value) }))]) : nothing;
  }

  /** @param {Event} event */
  async #begin(event) {
    event.preventDefault();
    const { draft } = this;
    if (!draft) return;
    const body = { from: this.sent("from", draft.from), to: this.sent("to", draft.to), ...(draft.language ? { language: draft.language } : {}), ...(draft.again ? { again: true } : {}) };
    const batch = await this.attempt(() => app.request("POST", this.path, { body }));
    if (!batch) return;
    this.draft = null;
    app.toast(batch.total ? t("batchMade", { n: batch.total }) : t("batchEmpty"));
    if (batch.total) go(address(this.page, "", { batch_id: batch.id }), { replace: true });
    else await this.load();
  }

  /** What may be done to a batch. @param {any} batch */
  #may(batch) {
    if (!app.can("DELETE", "/transcription-batches/{id}")) return null;
    const one = `/transcription-batches/${batch.id}`;
    return {
      stop: () => void (window.confirm(t("cancelBatchSure")) && this.act(() => app.request("DELETE", one))),
      hold: (/** @type {boolean} */ paused) => void this.act(() => app.request("PATCH", one, { body: { paused } })),
    };
  }

  /** @param {any} one */
  #tools(one) {
    if (one.state !== "queued" || !app.can("DELETE", "/transcription-jobs/{id}")) return nothing;
    return html`<pl-button size="small" look="quiet" tone="bad" @click=${() => this.act(() => app.request("DELETE", `${this.path}/${one.id}`))}>${t("cancelBatch")}</pl-button>`;
  }

  /** @param {any} one */
  #subject(one) {
    const name = valueText("kind", one.kind);
    return one.call_id ? html`<a href=${address("calls", one.call_id)}>${name}</a>` : name;
  }

  columns() {
    return [
      { key: "at", head: label("", "created_at"), cell: (/** @type {any} */ one) => moment(one.created_at) },
      { key: "subject", head: t("subject"), cell: (/** @type {any} */ one) => this.#subject(one) },
      { key: "language", head: label("", "language"), cell: (/** @type {any} */ one) => valueText("language", one.language) || "—" },
      { key: "state", head: t("state"), cell: (/** @type {any} */ one) => html`<pl-badge tone=${TONES[one.state] ?? ""} dot>${valueText("state", one.state)}</pl-badge>` },
      { key: "progress", head: t("progress"), number: true, cell: (/** @type {any} */ one) => (one.state === "running" ? `${Math.round((one.progress ?? 0) * 100)} %` : "—") },
      { key: "attempts", head: label("", "attempts"), number: true, cell: (/** @type {any} */ one) => one.attempts ?? 0 },
      { key: "error", head: t("cause"), wide: true, cell: (/** @type {any} */ one) => one.error || "—" },
      { key: "do", head: "", cell: (/** @type {any} */ one) => this.#tools(one) },
    ];
  }

  #form() {
    const { draft } = this;
    if (!draft) return nothing;
    const into = (/** @type {"from"|"to"|"language"} */ name) => (/** @type {Event} */ event) => (this.draft = { ...draft, [name]: /** @type {any} */ (event.currentTarget).value });
    const languages = [{ value: "", label: t("detectLanguage") }, ...["ru", "en"].map((value) => ({ value, label: valueText("language", value) }))];
    return html`<form class="stack" @submit=${this.#begin}>
      ${this.trouble()}
      <pl-field type="date" required label=${t("batchFrom")} .value=${draft.from} @input=${into("from")}></pl-field>
      <pl-field type="date" required label=${t("batchTo")} .value=${draft.to} @input=${into("to")}></pl-field>
      <pl-field type="select" label=${t("batchLanguage")} .options=${languages} .value=${draft.language} @change=${into("language")}></pl-field>
      <pl-field type="checkbox" label=${t("batchAgain")} .checked=${draft.again} @change=${(/** @type {Event} */ event) => (this.draft = { ...draft, again: /** @type {any} */ (event.currentTarget).checked })}></pl-field>
      <p class="row-actions"><pl-button kind="submit" look="main" ?busy=${this.busy}>${t("begin")}</pl-button></p>
    </form>`;
  }

  /** Between the filters and the list. */
  above() {
    const { batch_id, ...rest } = this.place.query;
    const cards = this.batches.map((one) => batchCard(one, address(this.page, "", { ...rest, batch_id: one.id }), this.#may(one)));
    return html`${this.batches.length ? html`<ul class="batches">${cards}</ul>` : nothing}
      ${batch_id ? html`<p class="row-actions"><a class="button" href=${address(this.page, "", rest)}>${t("allJobs")}</a></p>` : nothing}`;
  }

  render() {
    return html`${super.render()}
      <pl-dialog heading=${t("newBatch")} close-label=${t("close")} ?open=${Boolean(this.draft)} @close=${() => (this.draft = null)}>${this.#form()}</pl-dialog>`;
  }
}

customElements.define("pl-jobs-page", JobsPage);
