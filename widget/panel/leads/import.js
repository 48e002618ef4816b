// <pl-import-page>: a list's file from the upload over the columns to the result, with what was wrong by line.
import { html, nothing } from "../../vendor/lit.js";
import { label, t } from "../../i18n/panel.js";
import "../../elements/table.js";
import { app } from "../core/app.js";
import { save } from "../core/files.js";
import { PanelPage } from "../core/page.js";
import { address, go } from "../core/router.js";
import { failure } from "../core/saving.js";
import { faults, going, sent } from "./mapping.js";
import { faultText, mappingTable } from "./mapping-table.js";
import { result } from "./import-result.js";

/** @param {Event} event @returns {any} */
const valueOf = (event) => /** @type {any} */ (event.currentTarget).value;

const WATCH_MS = 700;
const ERRORS = 100;

export class ImportPage extends PanelPage {
  static properties = { item: { state: true }, preview: { state: true }, mapping: { state: true }, options: { state: true }, errors: { state: true }, next: { state: true } };

  constructor() {
    super();
    /** @type {any} */
    this.item = null;
    /** @type {any} */
    this.preview = null;
    /** @type {import("./mapping.js").Mapping} */
    this.mapping = {};
    /** How the file is read and what becomes of known leads. @type {Record<string, any>} */
    this.options = { on_duplicate: "update" };
    /** @type {any[]} */
    this.errors = [];
    this.next = "";
    this.shown = "";
    this.timer = 0;
  }

  connectedCallback() {
    super.connectedCallback();
    this.whileConnected(() => window.clearTimeout(this.timer));
  }

  willUpdate() {
    if (this.place.id === this.shown) return;
    this.shown = this.place.id;
    if (this.place.id !== "new" && this.item?.id !== this.place.id) this.load();
  }

  get path() {
    return `/lead-imports/${encodeURIComponent(this.place.id)}`;
  }

  get listId() {
    return this.item?.list_id ?? this.place.query.list;
  }

  async load() {
    const item = await this.attempt(() => app.request("GET", this.path));
    if (!item || item.id !== this.place.id) return;
    this.item = item;
    if (item.state === "uploaded" && !this.preview) await this.#look();
    if (going(item.state)) this.timer = window.setTimeout(() => this.load(), WATCH_MS);
    else if (item.errors) await this.readErrors();
  }

  /** @param {string} [cursor] */
  async readErrors(cursor = "") {
    const page = await this.attempt(() => app.request("GET", `${this.path}/errors?limit=${ERRORS}${cursor && `&cursor=${encodeURIComponent(cursor)}`}`));
    if (!page) return;
    this.errors = cursor ? [...this.errors, ...page.items] : page.items;
    this.next = page.next ?? "";
  }

  saveErrors() {
    return this.attempt(() => save(`${this.path}/errors.csv`, "errors.csv"));
  }

  /** The file's beginning, read as the options say. */
  async #look() {
    const { encoding, delimiter, header, sheet } = this.options;
    const given = Object.entries({ encoding, delimiter, header, sheet }).filter(([, value]) => value !== undefined && value !== "");
    const preview = await this.attempt(() => app.request("GET", `${this.path}/preview?${new URLSearchParams(given.map(([name, value]) => [name, String(value)]))}`));
    if (preview) this.#keep(preview);
  }

  /** @param {any} preview */
  #keep(preview) {
    this.preview = preview;
    this.mapping = Object.fromEntries(preview.columns.map((/** @type {any} */ one) => [one.name, preview.mapping[one.name] ?? one.guess]));
  }

  /** @param {Event} event */
  async #upload(event) {
    event.preventDefault();
    const file = /** @type {HTMLInputElement} */ (this.querySelector("input[type=file]")).files?.[0];
    if (!file) return;
    const form = new FormData();
    form.set("file", file);
    const answer = await this.attempt(() => app.upload("POST", `/lead-lists/${encodeURIComponent(this.place.query.list)}/imports`, form));
    if (!answer) return;
    this.item = answer.import;
    this.#keep(answer.preview);
    go(address("lead-imports", answer.import.id), { replace: true });
  }

  async #start() {
    const columns = this.preview.columns.map((/** @type {any} */ one) => one.name);
    const body = { ...this.options, mapping: sent(this.mapping, columns) };
    const item = await this.attempt(() => app.request("POST", `${this.path}/start`, { body }));
    if (!item) return;
    this.item = item;
    await this.load();
  }

  async cancel() {
    try {
      await app.request("POST", `${this.path}/cancel`);
      await this.load();
    } catch (error) {
      app.toast(failure(error), "bad");
    }
  }

  /** @param {string} name @param {any} value */
  #set(name, value) {
    this.options = { ...this.options, [name]: value };
    if (name !== "on_duplicate" && name !== "remember") this.#look();
  }

  #file() {
    return html`<form class="card" @submit=${this.#upload}>
      <label class="file">${t("chooseFile")}<input type="file" required accept=".csv,.txt,.tsv,.xlsx,text/csv,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" /></label>
      <p class="hint">${t("chooseFileHint")}</p>
      <pl-button kind="submit" look="main" icon="upload" ?busy=${this.busy}>${t("uploadNow")}</pl-button>
    </form>`;
  }

  /** How the file is read. */
  #reading() {
    const { preview } = this;
    const select = (/** @type {string} */ name, /** @type {[string, string][]} */ values) => html`<pl-field type="select" label=${t(`read.${name}`)} .value=${preview[name] ?? ""}
      .options=${values.map(([value, words]) => ({ value, label: words }))} @change=${(/** @type {Event} */ event) => this.#set(name, valueOf(event))}></pl-field>`;
    const csv = preview.format === "csv";
    return html`${csv ? select("encoding", ["utf-8", "cp1251", "utf-16", "cp866", "koi8-r"].map((one) => [one, one.toUpperCase()])) : nothing}
      ${csv ? select("delimiter", [[",", ","], [";", ";"], ["\t", t("tab")], ["|", "|"]]) : nothing}
      ${preview.sheets?.length > 1 ? select("sheet", preview.sheets.map((/** @type {string} */ one) => [one, one])) : nothing}
      <pl-field type="checkbox" label=${t("hasHeader")} .checked=${preview.header} @change=${(/** @type {any} */ event) => this.#set("header", event.currentTarget.checked)}></pl-field>`;
  }

  #columns() {
    const { preview } = this;
    if (!preview) return nothing;
    const names = preview.columns.map((/** @type {any} */ one) => one.name);
    const wrong = faults(this.mapping, names);
    const rows = preview.columns.map((/** @type {any} */ one, /** @type {number} */ n) => ({ key: String(n), head: one.name, cell: (/** @type {string[]} */ row) => row[n] ?? "" }));
    const duplicates = ["update", "skip"].map((value) => ({ value, label: t(`onDuplicate.${value}`) }));
    return html`<section class="card" aria-label=${t("step.mapping")}>
        <p class="hint">${t("mapLead")}</p>
        ${mappingTable({ columns: preview.columns, mapping: this.mapping, set: (next) => (this.mapping = next) })}
        ${wrong.map((one) => html`<p class="problem" role="alert">${faultText(one)}</p>`)}
        <div class="fields import-options">
          <pl-field type="select" label=${t("onDuplicate")} .options=${duplicates} .value=${this.options.on_duplicate} @change=${(/** @type {Event} */ event) => this.#set("on_duplicate", valueOf(event))}></pl-field>
          ${this.#reading()}
        </div>
        <div class="row-actions">
          <pl-button look="main" icon="check" ?busy=${this.busy} ?disabled=${wrong.length > 0} @click=${() => this.#start()}>${t("startImport")}</pl-button>
          ${app.can("POST", "/lead-imports/{id}/cancel") ? html`<pl-button look="quiet" @click=${() => this.cancel()}>${t("cancel")}</pl-button>` : nothing}
        </div>
      </section>
      <section class="card flush" aria-label=${t("previewOf")}>
        <h2 class="bar-title">${t("previewOf")} <span class="muted small">${t("aboutRows", { n: preview.total })}</span></h2>
        <pl-table class="plain" label=${t("previewOf")} .columns=${rows} .rows=${preview.rows} .rowKey=${(/** @type {any} */ row) => row} empty=${t("nothing")}></pl-table>
      </section>`;
  }

  #steps() {
    const { item } = this;
    const now = !item ? 0 : item.state === "uploaded" ? 1 : 2;
    return html`<ol class="wizard">${["step.file", "step.mapping", "step.run"].map((key, n) => html`<li class=${n < now ? "past" : n === now ? "now" : ""} aria-current=${n === now ? "step" : nothing}>${t(key)}</li>`)}</ol>`;
  }

  render() {
    const { item } = this;
    const name = this.listId ? app.lookups.name("lead-lists", this.listId) : "";
    const lead = item ? html`${item.file || t(`importBy.${item.source}`)} · ${label("", "list_id").toLowerCase()}: ${name}` : name;
    return html`${this.head(t("page.lead-imports"), { lead, back: this.listId ? address("lead-lists", this.listId, { tab: "imports" }) : address("lead-lists") })}
      ${this.#steps()} ${this.trouble(this.place.id === "new" ? null : () => this.load())}
      ${this.place.id === "new" ? this.#file() : item ? (item.state === "uploaded" ? this.#columns() : result(this)) : nothing}`;
  }
}

customElements.define("pl-import-page", ImportPage);
