// <pl-dialplan-page>: versions of the dialplan's templates: check, save, see the difference, activate, roll back.
import { html, nothing } from "../../vendor/lit.js";
import { label, t, valueText } from "../../i18n/panel.js";
import "../../elements/dialog.js";
import { app } from "../core/app.js";
import { moment } from "../core/cells.js";
import { ListPage } from "../core/list-page.js";
import { refusal } from "../core/saving.js";
import { address, go } from "../core/router.js";

const BY_PHONE_TEMPLATE = "; {# A template of extensions.conf #}\n";

export class DialplanPage extends ListPage {
  static properties = { active: { state: true }, draft: { state: true }, file: { state: true }, findings: { state: true }, diff: { state: true }, note: { state: true }, fresh: { state: true } };

  constructor() {
    super();
    this.path = "/dialplan/versions";
    this.page = "dialplan";
    this.topics = ["config"];
    /** @type {any} */
    this.active = null;
    /** The templates being written. @type {Record<string, string>|null} */
    this.draft = null;
    this.file = "";
    this.fresh = "";
    this.note = "";
    /** @type {any[]|null} */
    this.findings = null;
    /** @type {string|null} */
    this.diff = null;
    this.opened = "";
  }

  willUpdate() {
    super.willUpdate();
    if (this.place.id === this.opened) return;
    this.opened = this.place.id;
    this.findings = null;
    if (!this.place.id) this.draft = null;
    else this.#open(this.place.id);
  }

  async load(cursor = "") {
    const found = await this.attempt(() => app.request("GET", "/dialplan/active"));
    this.active = found?.version ?? null;
    await super.load(cursor);
  }

  /** @param {string} id */
  async #open(id) {
    const from = id === "new" ? this.active?.id : id;
    const version = from ? await this.attempt(() => app.request("GET", `/dialplan/versions/${from}`)) : { templates: {} };
    if (!version) return;
    this.draft = { ...version.templates };
    this.note = "";
    this.file = Object.keys(this.draft ?? {})[0] ?? "";
  }

  get readonly() {
    return this.place.id !== "new" || !app.can("POST", "/dialplan/versions");
  }

  #add() {
    const name = this.fresh.endsWith(".conf.j2") ? this.fresh : `${this.fresh}.conf.j2`;
    this.draft = { ...this.draft, [name]: this.draft?.[name] ?? BY_PHONE_TEMPLATE };
    this.file = name;
    this.fresh = "";
  }

  async #check() {
    const found = await this.attempt(() => app.request("POST", "/dialplan/check", { body: { templates: this.draft } }));
    if (found) this.findings = found.problems;
  }

  async #save() {
    try {
      const made = await app.request("POST", "/dialplan/versions", { body: { templates: this.draft, comment: this.note } });
      app.toast(t("saved"));
      go(address("dialplan", String(made.id)));
    } catch (error) {
      this.problem = refusal(error).text;
      await this.#check();
    }
  }

  /** @param {any} version */
  #activate(version) {
    if (window.confirm(t("activateSure", { id: version.id }))) this.act(() => app.request("POST", `/dialplan/versions/${version.id}/activate`), t("activated"));
  }

  #rollback() {
    if (window.confirm(t("rollbackSure"))) this.act(() => app.request("POST", "/dialplan/rollback"), t("done"));
  }

  /** @param {any} version */
  async #preview(version) {
    const found = await this.attempt(() => app.request("GET", `/dialplan/versions/${version.id}/diff`));
    if (found) this.diff = found.diff;
  }

  columns() {
    const may = app.can("POST", "/dialplan/versions/{id}/activate");
    return [
      { key: "id", head: label("", "number"), cell: (/** @type {any} */ one) => html`<a href=${address("dialplan", String(one.id))}>${t("version", { id: one.id })}</a>${one.active ? html` <pl-badge tone="good">${t("inForce")}</pl-badge>` : nothing}` },
      { key: "at", head: label("", "created_at"), cell: (/** @type {any} */ one) => moment(one.created_at) },
      { key: "author", head: label("", "author"), cell: (/** @type {any} */ one) => one.author },
      { key: "comment", head: label("", "comment"), wide: true, cell: (/** @type {any} */ one) => one.comment || "—" },
      {
        key: "do",
        head: "",
        cell: (/** @type {any} */ one) => html`<pl-button size="small" look="quiet" @click=${() => this.#preview(one)}>${t("preview")}</pl-button>
          ${may && !one.active ? html`<pl-button size="small" @click=${() => this.#activate(one)}>${t("activate")}</pl-button>` : nothing}`,
      },
    ];
  }

  get emptyText() {
    return t("noVersions");
  }

  #findings() {
    if (!this.findings) return nothing;
    if (!this.findings.length) return html`<p class="notice good" role="status"><pl-icon name="check"></pl-icon><span>${t("checkedFine")}</span></p>`;
    return html`<ul class="findings" role="alert">
      ${this.findings.map((one) => html`<li><pl-badge tone=${one.severity === "error" ? "bad" : "warn"}>${valueText("severity", one.severity)}</pl-badge> <b>${one.file}</b> <span class="muted">${t("line", { line: one.line })}</span> ${one.message}</li>`)}
    </ul>`;
  }

  #editor() {
    const names = Object.keys(this.draft ?? {});
    const title = this.place.id === "new" ? t("newVersion") : t("version", { id: this.place.id });
    return html`${this.head(title, { lead: t("page.dialplan"), back: address("dialplan") })} ${this.trouble()}
      <div class="card">
        ${names.length ? html`<div class="toggles">${names.map((name) => html`<pl-button size="small" .pressed=${name === this.file} @click=${() => (this.file = name)}>${name}</pl-button>`)}</div>` : nothing}
        ${this.file
          ? html`<pl-field class="source" type="textarea" rows="18" label=${this.file} .value=${this.draft?.[this.file] ?? ""} ?disabled=${this.readonly}
              @input=${(/** @type {Event} */ event) => (this.draft = { ...this.draft, [this.file]: /** @type {any} */ (event.currentTarget).value })}></pl-field>`
          : html`<p class="muted">${t("shipped")}</p>`}
        ${this.readonly
          ? nothing
          : html`<div class="bar add-file">
                <pl-field label=${t("templateName")} placeholder="to-queue" .value=${this.fresh} @input=${(/** @type {Event} */ event) => (this.fresh = /** @type {any} */ (event.currentTarget).value)}></pl-field>
                <pl-button icon="add" ?disabled=${!this.fresh} @click=${() => this.#add()}>${t("addTemplate")}</pl-button>
              </div>
              <pl-field label=${label("", "comment")} .value=${this.note} @input=${(/** @type {Event} */ event) => (this.note = /** @type {any} */ (event.currentTarget).value)}></pl-field>
              <p class="row-actions">
                <pl-button look="main" ?disabled=${!names.length} ?busy=${this.busy} @click=${() => this.#save()}>${t("saveVersion")}</pl-button>
                <pl-button ?disabled=${!names.length} @click=${() => this.#check()}>${t("check")}</pl-button>
              </p>`}
        ${this.#findings()}
      </div>`;
  }

  render() {
    if (this.place.id) return this.draft ? this.#editor() : html`${this.trouble()}`;
    const write = app.can("POST", "/dialplan/versions");
    const actions = write
      ? html`<a class="button main" href=${address("dialplan", "new")}><pl-icon name="add"></pl-icon>${t("newVersion")}</a>
          ${this.active ? html`<pl-button icon="history" @click=${() => this.#rollback()}>${t("rollback")}</pl-button>` : nothing}`
      : nothing;
    return html`${this.head(t("page.dialplan"), { lead: t("dialplanLead"), actions })} ${this.trouble(() => this.load())}
      <p class="notice"><pl-icon name="check"></pl-icon><span>${t("inForce")}: <b>${this.active ? t("version", { id: this.active.id }) : t("shipped")}</b></span></p>
      <div class="card flush"><pl-table label=${t("versions")} .columns=${this.columns()} .rows=${this.items} ?busy=${this.busy} empty=${this.emptyText}></pl-table></div>
      <pl-dialog size="wide" heading=${t("preview")} close-label=${t("close")} ?open=${this.diff !== null} @close=${() => (this.diff = null)}>
        ${this.diff ? html`<pre class="diff">${this.diff.split("\n").map((line) => html`<span class=${line.startsWith("+") ? "plus" : line.startsWith("-") ? "minus" : ""}>${line}
</span>`)}</pre>` : html`<p class="muted">${t("noDifference")}</p>`}
      </pl-dialog>`;
  }
}

customElements.define("pl-dialplan-page", DialplanPage);
