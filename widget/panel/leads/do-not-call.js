// <pl-dnc-page>: numbers that campaigns never call: look one up, add, take away, import a file.
import { html, nothing } from "../../vendor/lit.js";
import { label, problemText, t, valueText } from "../../i18n/panel.js";
import "../../elements/dialog.js";
import "../../elements/form.js";
import { app } from "../core/app.js";
import { moment } from "../core/cells.js";
import { ListPage } from "../core/list-page.js";
import { refusal, taken, told } from "../core/saving.js";
import { shownNumber } from "../campaigns/parts.js";

const SOURCES = ["hand", "import", "opt_out", "operator", "api"];
const ERRORS_SHOWN = 20;

export class DoNotCallPage extends ListPage {
  static properties = { draft: { state: true }, refusal: { state: true }, sought: { state: true }, checked: { state: true }, importing: { state: true }, imported: { state: true } };

  constructor() {
    super();
    this.path = "/do-not-call";
    this.page = "do-not-call";
    this.topics = ["config"];
    /** @type {any} */
    this.draft = null;
    /** @type {import("../core/saving.js").Refusal|null} */
    this.refusal = null;
    /** A number to look up. */
    this.sought = "";
    /** @type {any} */
    this.checked = null;
    this.importing = false;
    /** @type {any} */
    this.imported = null;
  }

  get emptyText() {
    return this.place.query.q ? t("nothingFound") : t("noDnc");
  }

  get schema() {
    const schema = app.bodySchema("POST", this.path);
    const properties = Object.fromEntries(Object.entries(schema.properties).filter(([name]) => name !== "source"));
    return { ...schema, properties };
  }

  actions() {
    const add = () => {
      this.refusal = null;
      this.draft = app.schemas.start(this.schema);
    };
    return html`${app.can("POST", "/do-not-call/import") || app.can("POST", "/do-not-call/imports")
      ? html`<pl-button icon="upload" @click=${() => ((this.importing = true), (this.imported = null))}>${t("importNumbers")}</pl-button>`
      : nothing}
    ${app.can("POST", this.path) ? html`<pl-button look="main" icon="add" @click=${add}>${t("addNumber")}</pl-button>` : nothing}`;
  }

  filters() {
    return html`${this.typed("q", t("search"), "search")}
      ${this.choice("source", label("", "source"), [{ value: "", label: t("any") }, ...SOURCES.map((value) => ({ value, label: valueText("listed", value) }))])}`;
  }

  /** @param {Event} event */
  async #check(event) {
    event.preventDefault();
    const asked = this.sought.trim();
    if (!asked) return;
    const answer = await this.attempt(() => app.request("POST", "/do-not-call/check", { body: { addresses: [asked] } }));
    if (answer) this.checked = answer.items[0];
  }

  /** What is known of the number that was asked for. */
  #verdict() {
    const { checked } = this;
    if (!checked) return nothing;
    if (!checked.address) return html`<p class="notice bad" role="status">${t("checkBad", { number: checked.written })}</p>`;
    const number = shownNumber(checked.address);
    if (!checked.entry) return html`<p class="notice good" role="status">${t("checkFree", { number })}</p>`;
    const why = [valueText("listed", checked.entry.source), checked.entry.reason, checked.entry.until ? t("untilWhen", { when: moment(checked.entry.until) }) : t("forever")].filter(Boolean).join(", ");
    return html`<p class="notice warn" role="status">${t("checkListed", { number, why })}</p>`;
  }

  above() {
    if (!app.can("POST", "/do-not-call/check")) return nothing;
    return html`<form class="bar" @submit=${this.#check}>
        <pl-field label=${t("checkNumber")} mode="tel" placeholder="+7 916 123-45-67" .value=${this.sought} @input=${(/** @type {any} */ event) => (this.sought = event.currentTarget.value)}></pl-field>
        <pl-button kind="submit" icon="search">${t("check")}</pl-button>
      </form>${this.#verdict()}`;
  }

  /** @param {any} one */
  async #remove(one) {
    if (!window.confirm(t("dncRemoveSure", { number: shownNumber(one.address) }))) return;
    await this.act(() => app.request("DELETE", `/do-not-call/${one.id}`), t("deleted"));
  }

  columns() {
    return [
      { key: "address", head: t("number"), cell: (/** @type {any} */ one) => html`<span class="digits">${shownNumber(one.address)}</span>` },
      { key: "source", head: label("", "source"), cell: (/** @type {any} */ one) => valueText("listed", one.source) },
      { key: "reason", head: label("", "reason"), wide: true, cell: (/** @type {any} */ one) => one.reason || "—" },
      { key: "until", head: label("", "until"), cell: (/** @type {any} */ one) => (one.until ? moment(one.until) : t("forever")) },
      ...(app.lookups.has("partners") ? [{ key: "partner", head: label("", "partner_id"), cell: (/** @type {any} */ one) => app.lookups.name("partners", one.partner_id) || t("forAll") }] : []),
      { key: "created", head: t("addedAt"), cell: (/** @type {any} */ one) => moment(one.created_at) },
      {
        key: "do",
        head: "",
        cell: (/** @type {any} */ one) =>
          app.can("DELETE", "/do-not-call/{id}") ? html`<pl-button size="icon" look="quiet" icon="trash" label=${`${t("remove")}: ${shownNumber(one.address)}`} @click=${() => this.#remove(one)}></pl-button>` : nothing,
      },
    ];
  }

  /** @param {Event} event */
  async #add(event) {
    event.preventDefault();
    const broken = told(app.schemas.check(this.schema, taken(this.draft, this.schema)));
    if (broken.length) {
      this.refusal = { text: t("fixErrors"), fields: broken, conflict: false, usedBy: [], gone: false };
      return;
    }
    try {
      await app.request("POST", this.path, { body: taken(this.draft, this.schema) });
      this.draft = this.refusal = null;
      app.toast(t("saved"));
      await this.load();
    } catch (error) {
      this.refusal = refusal(error);
    }
  }

  /** @param {Event} event */
  async #import(event) {
    event.preventDefault();
    const file = /** @type {HTMLInputElement} */ (this.querySelector("pl-dialog input[type=file]")).files?.[0];
    if (!file) return;
    const form = new FormData();
    form.set("file", file);
    const path = app.can("POST", "/do-not-call/import") ? "/do-not-call/import" : "/do-not-call/imports";
    this.imported = (await this.attempt(() => app.upload("POST", path, form))) ?? null;
    if (this.imported) await this.load();
  }

  #importDialog() {
    const { imported } = this;
    return html`<pl-dialog heading=${t("importNumbers")} close-label=${t("close")} ?open=${this.importing} @close=${() => (this.importing = false)}>
      <form class="stack" @submit=${this.#import}>
        <label class="file">${t("chooseFile")}<input type="file" required accept=".csv,.txt,text/csv,text/plain" /></label>
        <p class="hint">${t("numbersHint")}</p>
        <p><pl-button kind="submit" look="main" icon="upload" ?busy=${this.busy}>${t("uploadNow")}</pl-button></p>
      </form>
      ${this.trouble()}
      ${imported
        ? html`<p class="notice good" role="status">${t("dncImported", { n: imported.added, known: imported.known })}</p>
            ${imported.refused ? html`<p class="problem">${t("dncBad", { n: imported.refused })}</p>
              <ul class="dots small">${imported.errors.slice(0, ERRORS_SHOWN).map((/** @type {any} */ one) => html`<li>${t("lineNumber")} ${one.line}: «${one.value}» ${problemText(one.message)}</li>`)}</ul>` : nothing}`
        : nothing}
    </pl-dialog>`;
  }

  render() {
    return html`${super.render()}
      <pl-dialog heading=${t("addNumber")} close-label=${t("close")} ?open=${Boolean(this.draft)} @close=${() => (this.draft = null)}>
        ${this.draft
          ? html`<form @submit=${this.#add}>
              ${this.refusal ? html`<p class="problem" role="alert">${this.refusal.text}</p>` : nothing}
              <pl-form .schemas=${app.schemas} .lookups=${app.lookups} .schema=${this.schema} .value=${this.draft} .problems=${this.refusal?.fields ?? []}
                @edit=${(/** @type {CustomEvent} */ event) => (this.draft = event.detail)}></pl-form>
              <p class="row-actions"><pl-button kind="submit" look="main">${t("add")}</pl-button></p>
            </form>`
          : nothing}
      </pl-dialog>
      ${this.importing ? this.#importDialog() : nothing}`;
  }
}

customElements.define("pl-dnc-page", DoNotCallPage);
