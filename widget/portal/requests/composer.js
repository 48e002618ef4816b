// <pl-composer>: a word on a request with files; kept until it is sent. Event `said`.
import { html } from "../../vendor/lit.js";
import { t } from "../../i18n/portal.js";
import { app } from "../core/app.js";
import { PortalPage } from "../core/page.js";
import { failure, isAway } from "../core/problems.js";
import "./files.js";

const TEXT_MOST = 20_000;

export class Composer extends PortalPage {
  static properties = { ticket: { attribute: false }, label: {}, draft: { state: true }, wrong: { state: true } };

  constructor() {
    super();
    /** @type {any} */
    this.ticket = null;
    this.label = "";
    this.draft = app.drafts.get("");
    this.wrong = "";
    this.problem = "";
  }

  get #key() {
    return `answer ${this.ticket.id}`;
  }

  connectedCallback() {
    super.connectedCallback();
    this.draft = app.drafts.get(this.#key);
    const paste = (/** @type {ClipboardEvent} */ event) => {
      if (event.clipboardData?.files.length) this.files?.add(event.clipboardData.files);
    };
    document.addEventListener("paste", paste);
    this.whileConnected(() => document.removeEventListener("paste", paste));
  }

  firstUpdated() {
    this.files?.restore(this.draft.files);
  }

  get files() {
    return /** @type {import("./files.js").Files|null} */ (this.querySelector("pl-files"));
  }

  /** @param {Record<string, string>} fields */
  #keep(fields, files = this.draft.files) {
    this.draft = { ...this.draft, fields: { ...this.draft.fields, ...fields }, files };
    app.drafts.keep(this.#key, this.draft);
    this.wrong = "";
  }

  /** @param {Event} event */
  async #submit(event) {
    event.preventDefault();
    const body = (this.draft.fields.body ?? "").trim();
    const files = this.files?.kept ?? [];
    if (this.busy) return;
    if (this.files?.sending) this.problem = t("files.wait");
    else if (!body && !files.length) this.wrong = t("writeSomething");
    else await this.#send(body || files.map((one) => one.name).join(", "), files.map((one) => one.id));
    if (this.wrong || this.problem) /** @type {HTMLElement|null} */ (this.querySelector("pl-field"))?.focus();
  }

  /** @param {string} body @param {string[]} file_ids */
  async #send(body, file_ids) {
    this.busy = true;
    this.problem = "";
    try {
      await app.request("POST", `/portal/tickets/${this.ticket.id}/messages`, { body: { id: this.draft.id, body, file_ids } });
      app.drafts.drop(this.#key);
      this.draft = app.drafts.get(this.#key);
      this.files?.restore([]);
      this.tell("said");
    } catch (error) {
      this.problem = isAway(error) ? t("keptHere") : failure(error);
    } finally {
      this.busy = false;
    }
  }

  /** Ctrl+Enter sends. @param {KeyboardEvent} event */
  #pressed(event) {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.#submit(event);
  }

  render() {
    const written = Boolean(this.draft.fields.body) || this.draft.files.length > 0;
    return html`<form class="composer" novalidate @submit=${this.#submit} @keydown=${this.#pressed}>
      <pl-field label=${this.label || t("answer")} name="body" type="textarea" rows="4" limit=${TEXT_MOST} placeholder=${t("answerHint")} problem=${this.wrong}
        .value=${this.draft.fields.body ?? ""} @input=${(/** @type {Event} */ event) => this.#keep({ body: /** @type {any} */ (event.currentTarget).value })}></pl-field>
      <pl-files @files=${(/** @type {CustomEvent} */ event) => this.#keep({}, event.detail)}></pl-files>
      ${this.trouble()}
      <p class="row-actions"><pl-button kind="submit" look="main" ?busy=${this.busy}>${t("sendWord")}</pl-button>
        ${written ? html`<span class="small muted">${t("draftKept")}</span>` : html`<span class="small muted keys">${t("sendKeys")}</span>`}</p>
    </form>`;
  }
}

customElements.define("pl-composer", Composer);
