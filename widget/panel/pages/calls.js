// <pl-calls-page>: the history with filters kept in the address, and a call's detail beside it.
import { html, nothing } from "../../vendor/lit.js";
import { label, t, valueText } from "../../i18n/panel.js";
import "../../elements/picker.js";
import "../../elements/table.js";
import { choices } from "../core/schema.js";
import { app } from "../core/app.js";
import { duration, moment } from "../core/cells.js";
import { save } from "../core/files.js";
import { PanelPage } from "../core/page.js";
import { address, go } from "../core/router.js";
import "../speech/call-dialog.js";
import { outcomeBadge } from "./outcomes.js";

const TYPING_MS = 300;

export class CallsPage extends PanelPage {
  static properties = { items: { state: true }, next: { state: true } };

  constructor() {
    super();
    /** @type {any[]} */
    this.items = [];
    this.next = "";
    this.asked = 0;
    this.shown = "";
    this.timer = 0;
  }

  connectedCallback() {
    super.connectedCallback();
    this.follow(["calls"], (message) => {
      if (message.type !== "reset" && message.kind !== "ended") return;
      window.clearTimeout(this.timer);
      this.timer = window.setTimeout(() => this.load(), TYPING_MS);
    });
  }

  /** The filters; what is looked for in a call's text is none. */
  get query() {
    return Object.fromEntries(Object.entries(this.place.query).filter(([name]) => name !== "say" && name !== "at"));
  }

  willUpdate() {
    const wanted = JSON.stringify(this.query);
    if (wanted !== this.shown) {
      this.shown = wanted;
      this.load();
    }
  }

  /** The filters as the API takes them: days are days of the reader. */
  #filters() {
    const { from, to, ...rest } = this.query;
    const query = new URLSearchParams(Object.entries(rest).filter(([name, value]) => value && this.#takes(name)));
    if (from) query.set("from", new Date(`${from}T00:00:00`).toISOString());
    if (to) {
      const end = new Date(`${to}T00:00:00`);
      end.setDate(end.getDate() + 1);
      query.set("to", end.toISOString());
    }
    return query;
  }

  /** @param {string} name */
  #takes(name) {
    return this.#parameter(name) !== undefined;
  }

  /** @param {string} name */
  #parameter(name) {
    return app.operation("GET", "/calls").parameters.find((/** @type {any} */ one) => one.name === name);
  }

  /** @param {string} [cursor] */
  async load(cursor = "") {
    const number = ++this.asked;
    const query = this.#filters();
    query.set("limit", "50");
    if (cursor) query.set("cursor", cursor);
    const page = await this.attempt(() => app.request("GET", `/calls?${query}`));
    if (!page || number !== this.asked) return;
    this.items = cursor ? [...this.items, ...page.items] : page.items;
    this.next = page.next ?? "";
  }

  /** @param {string} name @param {string|null} value */
  #set(name, value) {
    window.clearTimeout(this.timer);
    const query = { ...this.query, [name]: value };
    this.timer = window.setTimeout(() => go(address("calls", "", query), { replace: true }), name === "q" ? TYPING_MS : 0);
  }

  /** @param {"csv"|"xlsx"} format */
  #export(format) {
    const query = this.#filters();
    query.set("format", format);
    return this.attempt(() => save(`/calls/export?${query}`, `calls.${format}`));
  }

  /** @param {string} name @param {string} type */
  #field(name, type = "text") {
    return html`<pl-field label=${t(name)} type=${type} .value=${this.place.query[name] ?? ""}
      @input=${(/** @type {Event} */ event) => this.#set(name, /** @type {any} */ (event.currentTarget).value)}></pl-field>`;
  }

  /** @param {string} name */
  #choice(name) {
    const parameter = this.#parameter(name);
    if (!parameter) return nothing;
    const values = choices(app.schemas.unwrap(parameter.schema).schema) ?? [];
    const options = [{ value: "", label: t("any") }, ...values.map((value) => ({ value, label: valueText(name, value) }))];
    return html`<pl-field label=${label("Call", name)} type="select" .options=${options} .value=${this.place.query[name] ?? ""}
      @change=${(/** @type {Event} */ event) => this.#set(name, /** @type {any} */ (event.currentTarget).value)}></pl-field>`;
  }

  /** @param {string} name @param {string} list */
  #picker(name, list) {
    if (!this.#takes(name) || !app.lookups.has(list)) return nothing;
    const value = this.place.query[name] ?? null;
    return html`<pl-picker label=${label("Call", name)} placeholder=${t("any")} empty=${t("nothingFound")} clear-label=${t("remove")}
      .value=${value} .text=${app.lookups.name(list, value)} .search=${(/** @type {string} */ words) => app.lookups.search(list, words)}
      @pick=${(/** @type {CustomEvent} */ event) => this.#set(name, event.detail)}></pl-picker>`;
  }

  #columns() {
    return [
      { key: "at", head: t("started"), cell: (/** @type {any} */ one) => moment(one.started_at) },
      { key: "direction", head: label("Call", "direction"), cell: (/** @type {any} */ one) => valueText("direction", one.direction) },
      { key: "caller", head: label("Call", "caller"), cell: (/** @type {any} */ one) => html`${one.caller || "—"}${one.caller_name ? html` <span class="muted">${one.caller_name}</span>` : nothing}` },
      { key: "called", head: label("Call", "called"), cell: (/** @type {any} */ one) => html`${one.called}${one.queue_name ? html` <span class="muted">${one.queue_name}</span>` : nothing}` },
      { key: "operator", head: label("Call", "operator_id"), cell: (/** @type {any} */ one) => one.operator_name ?? "—" },
      { key: "outcome", head: label("Call", "outcome"), cell: (/** @type {any} */ one) => html`${outcomeBadge(one.outcome)}${one.recorded ? html` <pl-icon name="mic" label=${t("recorded")}></pl-icon>` : nothing}` },
      { key: "talk", head: label("Call", "talk_s"), number: true, cell: (/** @type {any} */ one) => (one.talk_s ? duration(one.talk_s) : "—") },
    ];
  }

  /** @param {string} problem @param {string} list */
  #missing(problem, list) {
    this.problem = problem;
    go(list, { replace: true });
  }

  render() {
    const files = app.can("GET", "/calls/export")
      ? html`<pl-button icon="download" @click=${() => this.#export("csv")}>CSV</pl-button><pl-button icon="download" @click=${() => this.#export("xlsx")}>XLSX</pl-button>`
      : nothing;
    const list = address("calls", "", this.query);
    return html`${this.head(t("page.calls"), { actions: files })}
      <search class="filters" aria-label=${t("search")}>
        ${this.#field("q", "search")} ${this.#field("from", "date")} ${this.#field("to", "date")} ${this.#choice("direction")} ${this.#choice("outcome")}
        ${this.#picker("queue_id", "queues")} ${this.#picker("user_id", "users")} ${this.#picker("number_id", "numbers")}
      </search>
      ${this.trouble(() => this.load())}
      <div class="card flush">
        <pl-table label=${t("page.calls")} .columns=${this.#columns()} .rows=${this.items} ?busy=${this.busy} .chosen=${this.place.id}
          .href=${(/** @type {any} */ one) => address("calls", one.id, this.query)} empty=${t("noCalls")}></pl-table>
      </div>
      ${this.next ? html`<p class="center"><pl-button @click=${() => this.load(this.next)}>${t("more")}</pl-button></p>` : nothing}
      <pl-call-dialog call-id=${this.place.id} query=${this.place.query.say ?? ""} .from=${Number(this.place.query.at ?? -1)} @close=${() => go(list)}
        @missing=${(/** @type {CustomEvent} */ event) => this.#missing(event.detail, list)}></pl-call-dialog>`;
  }
}

customElements.define("pl-calls-page", CallsPage);
