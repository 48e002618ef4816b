// <pl-new-page>: a new request. What is written is kept until it is sent; sent twice it makes one.
import { html, nothing } from "../../vendor/lit.js";
import { t } from "../../i18n/portal.js";
import { app } from "../core/app.js";
import { PortalPage } from "../core/page.js";
import { failure, fieldProblems, isAway } from "../core/problems.js";
import { address, go } from "../core/router.js";
import { named } from "./parts.js";
import { outletField } from "./outlet-field.js";
import "./files.js";

const DRAFT = "new";
const SUBJECT_MOST = 300;
const TEXT_MOST = 20_000;

export class NewPage extends PortalPage {
  static properties = { categories: { state: true }, wrong: { state: true }, made: { state: true }, draft: { state: true } };

  constructor() {
    super();
    /** @type {any[]} */
    this.categories = [];
    /** @type {Record<string, string>} */
    this.wrong = {};
    /** The request that was made. @type {any} */
    this.made = null;
    this.draft = app.drafts.get(DRAFT);
  }

  connectedCallback() {
    super.connectedCallback();
    this.#load();
    const paste = (/** @type {ClipboardEvent} */ event) => {
      if (event.clipboardData?.files.length) this.files?.add(event.clipboardData.files);
    };
    document.addEventListener("paste", paste);
    this.whileConnected(() => document.removeEventListener("paste", paste));
  }

  get files() {
    return /** @type {import("./files.js").Files|null} */ (this.querySelector("pl-files"));
  }

  firstUpdated() {
    this.files?.restore(this.draft.files);
  }

  async #load() {
    this.categories = (await this.attempt(() => app.request("GET", "/portal/categories")))?.items ?? [];
  }

  /** The only outlet is chosen by itself. */
  get outlets() {
    return app.account.outlets.filter((/** @type {any} */ one) => one.enabled !== false);
  }

  /** @param {string} name */
  #value(name) {
    if (name === "outlet_id" && this.outlets.length === 1) return this.outlets[0].id;
    return this.draft.fields[name] ?? "";
  }

  /** @param {Record<string, string>} fields */
  #keep(fields, files = this.draft.files) {
    this.draft = { ...this.draft, fields: { ...this.draft.fields, ...fields }, files };
    app.drafts.keep(DRAFT, this.draft);
  }

  /** @param {Event} event */
  #typed(event) {
    const { name, value } = /** @type {any} */ (event.target);
    if (name) this.#changed({ [name]: value });
  }

  /** @param {Record<string, string>} fields */
  #changed(fields) {
    this.#keep(fields);
    const [name] = Object.keys(fields);
    if (this.wrong[name]) this.wrong = { ...this.wrong, [name]: "" };
  }

  #missing() {
    const wrong = /** @type {Record<string, string>} */ ({});
    if (this.outlets.length > 1 && !this.#value("outlet_id")) wrong.outlet_id = t("chooseOutlet");
    if (!this.#value("subject").trim()) wrong.subject = t("required");
    if (!this.#value("description").trim()) wrong.description = t("required");
    return wrong;
  }

  /** @param {SubmitEvent} event */
  async #submit(event) {
    event.preventDefault();
    if (this.busy || this.made) return;
    this.wrong = this.#missing();
    if (!Object.keys(this.wrong).length && this.files?.sending) this.problem = t("files.wait");
    else if (!Object.keys(this.wrong).length) await this.#send();
    await this.updateComplete;
    /** @type {HTMLElement|null} */ (this.querySelector(".invalid"))?.focus();
  }

  async #send() {
    this.busy = true;
    this.problem = "";
    const body = {
      id: this.draft.id,
      subject: this.#value("subject").trim(),
      description: this.#value("description").trim(),
      outlet_id: this.#value("outlet_id") || null,
      category_id: this.#value("category_id") || null,
      file_ids: this.files?.kept.map((one) => one.id) ?? [],
    };
    try {
      this.made = await app.request("POST", "/portal/tickets", { body });
      app.drafts.drop(DRAFT);
    } catch (error) {
      this.wrong = fieldProblems(error);
      this.problem = isAway(error) ? t("keptHere") : failure(error);
    } finally {
      this.busy = false;
    }
    if (!this.made) return;
    await this.updateComplete;
    /** @type {HTMLElement|null} */ (this.querySelector("h1"))?.focus();
  }

  #clear() {
    app.drafts.drop(DRAFT);
    this.draft = app.drafts.get(DRAFT);
    this.wrong = {};
    this.problem = "";
    this.files?.restore([]);
  }

  #done() {
    return html`<div class="card made">
      <p class="big-mark good"><pl-icon name="check"></pl-icon></p>
      <h1 tabindex="-1">${t("made", { number: this.made.number })}</h1>
      <p class="muted">${t("madeLead")}</p>
      <p class="row-actions">
        <a class="button main" href=${address("requests", this.made.id)}>${t("openRequest")}</a>
        <pl-button @click=${() => { this.made = null; this.#clear(); }}>${t("oneMore")}</pl-button>
      </p>
    </div>`;
  }

  render() {
    if (this.made) return this.#done();
    const { outlets } = this;
    const invalid = (/** @type {string} */ name) => (this.wrong[name] ? "invalid" : "");
    const written = Object.values(this.draft.fields).some(Boolean) || this.draft.files.length > 0;
    return html`${this.head(t("page.new"), { lead: t("newLead"), back: address("requests") })}
      <form class="card new-request" novalidate @submit=${this.#submit} @input=${this.#typed} @change=${this.#typed}>
        <div class="two">
          ${outlets.length
            ? outletField({ outlets, value: this.#value("outlet_id"), choose: (outlet_id) => this.#changed({ outlet_id }), none: t("choose"), required: true, problem: this.wrong.outlet_id ?? "" })
            : html`<p class="muted">${t("noOutlets")}</p>`}
          <pl-field label=${t("category")} name="category_id" type="select" problem=${this.wrong.category_id ?? ""} .value=${this.#value("category_id")}
            .options=${[{ value: "", label: t("noCategory") }, ...this.categories.map((one) => ({ value: one.id, label: named(one) }))]}></pl-field>
        </div>
        <pl-field class=${invalid("subject")} label=${t("subject")} name="subject" hint=${t("subjectHint")} limit=${SUBJECT_MOST} required problem=${this.wrong.subject ?? ""} .value=${this.#value("subject")}></pl-field>
        <pl-field class=${invalid("description")} label=${t("description")} name="description" type="textarea" rows="7" hint=${t("descriptionHint")} limit=${TEXT_MOST} required
          problem=${this.wrong.description ?? ""} .value=${this.#value("description")}></pl-field>
        <pl-files @files=${(/** @type {CustomEvent} */ event) => this.#keep({}, event.detail)}></pl-files>
        ${this.trouble()}
        <p class="row-actions">
          <pl-button kind="submit" look="main" ?busy=${this.busy}>${t("send")}</pl-button>
          ${written ? html`<pl-button look="quiet" @click=${this.#clear}>${t("clear")}</pl-button><span class="small muted">${t("draftKept")}</span>` : nothing}
          <pl-button look="quiet" class="end" @click=${() => go(address("requests"))}>${t("cancel")}</pl-button>
        </p>
      </form>`;
  }
}

customElements.define("pl-new-page", NewPage);
