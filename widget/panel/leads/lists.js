// <pl-lead-lists-page>: lists of leads; one of them with its clients, its imports, its settings.
import { html, nothing } from "../../vendor/lit.js";
import { problemText, t } from "../../i18n/panel.js";
import { app } from "../core/app.js";
import { moment } from "../core/cells.js";
import { PanelPage } from "../core/page.js";
import { resource } from "../core/resources.js";
import { address, go } from "../core/router.js";
import { failure } from "../core/saving.js";
import "../pages/resource-item.js";
import "../pages/resource-list.js";
import { importBadge } from "./import-result.js";
import { going } from "./mapping.js";
import { tabs } from "./list-tabs.js";
import "./lead-dialog.js";
import "./leads.js";

const REREAD_MS = 3000;

export class LeadListsPage extends PanelPage {
  static properties = { list: { state: true }, counts: { state: true }, imports: { state: true } };

  constructor() {
    super();
    /** @type {any} */
    this.list = null;
    /** @type {any} */
    this.counts = null;
    /** @type {any[]} */
    this.imports = [];
    this.shown = "";
  }

  connectedCallback() {
    super.connectedCallback();
    this.every(REREAD_MS, () => {
      if (this.imports.some((one) => going(one.state))) this.load();
    });
  }

  get tab() {
    return this.place.query.tab || "leads";
  }

  willUpdate() {
    const wanted = `${this.place.id}/${this.tab}`;
    if (wanted === this.shown) return;
    this.shown = wanted;
    if (this.place.id && this.place.id !== "new") this.load();
  }

  get path() {
    return `/lead-lists/${encodeURIComponent(this.place.id)}`;
  }

  async load() {
    const id = this.place.id;
    const may = (/** @type {string} */ tail) => app.can("GET", `/lead-lists/{id}${tail}`);
    const found = await this.attempt(() =>
      Promise.all([
        app.request("GET", this.path),
        may("/counts") ? app.request("GET", `${this.path}/counts`) : null,
        may("/imports") ? app.request("GET", `${this.path}/imports?limit=50`) : { items: [] },
      ]),
    );
    if (!found || id !== this.place.id) return;
    [this.list, this.counts] = found;
    this.imports = found[2].items;
  }

  async #refresh() {
    try {
      const begun = await app.request("POST", `${this.path}/refresh`);
      app.toast(t("refreshAsked"));
      if (begun?.id) go(address("lead-imports", begun.id));
      else await this.load();
    } catch (error) {
      app.toast(failure(error), "bad");
    }
  }

  #actions() {
    const { list } = this;
    return html`${list.source_id && app.can("POST", "/lead-lists/{id}/refresh") ? html`<pl-button icon="refresh" @click=${() => this.#refresh()}>${t("refreshNow")}</pl-button>` : nothing}
      ${app.can("POST", "/lead-lists/{id}/leads") ? html`<pl-button icon="add" @click=${() => /** @type {any} */ (this.querySelector("pl-lead-dialog")).open()}>${t("addLead")}</pl-button>` : nothing}
      ${app.can("POST", "/lead-lists/{id}/imports") ? html`<a class="button main" href=${address("lead-imports", "new", { list: list.id })}><pl-icon name="upload"></pl-icon>${t("importFile")}</a>` : nothing}`;
  }

  #figures() {
    const { counts } = this;
    if (!counts) return nothing;
    const names = ["leads", "without_phone", "do_not_call", "campaigns", "waiting", "done"].filter((name) => counts[name] !== undefined);
    return html`<dl class="tiles">${names.map((name) => html`<div class="tile"><dt>${t(`count.${name}`)}</dt><dd>${counts[name]}</dd></div>`)}</dl>`;
  }

  #imports() {
    const columns = [
      { key: "at", head: t("started"), cell: (/** @type {any} */ one) => moment(one.created_at) },
      { key: "file", head: t("step.file"), wide: true, cell: (/** @type {any} */ one) => one.file || t(`importBy.${one.source}`) },
      { key: "state", head: t("campaignState"), cell: (/** @type {any} */ one) => importBadge(one.state) },
      { key: "read", head: t("rowsRead"), number: true, cell: (/** @type {any} */ one) => (one.total ? `${one.read} / ${one.total}` : one.read) },
      { key: "added", head: t("added"), number: true, cell: (/** @type {any} */ one) => one.added },
      { key: "updated", head: t("updatedCount"), number: true, cell: (/** @type {any} */ one) => one.updated },
      { key: "duplicates", head: t("duplicates"), number: true, cell: (/** @type {any} */ one) => one.duplicates },
      { key: "errors", head: t("errorsCount"), number: true, cell: (/** @type {any} */ one) => (one.errors ? html`<pl-badge tone="bad">${one.errors}</pl-badge>` : 0) },
    ];
    return html`<div class="card flush">
      <pl-table label=${t("importsOf")} .columns=${columns} .rows=${this.imports} .href=${(/** @type {any} */ one) => address("lead-imports", one.id)} ?busy=${this.busy} empty=${t("noImports")}></pl-table>
    </div>`;
  }

  render() {
    const { place, list } = this;
    const kind = resource("lead-lists");
    if (!place.id) return html`<pl-resource-list .kind=${kind} .place=${place}></pl-resource-list>`;
    if (place.id === "new" || this.tab === "settings") return html`<pl-resource-item .kind=${kind} .place=${place}></pl-resource-item>`;
    if (!list || list.id !== place.id) return html`${this.head("…", { back: address("lead-lists") })} ${tabs(place.id, this.tab)} ${this.trouble(() => this.load())}`;
    const lead = list.refreshed_at ? t("refreshedAt", { when: moment(list.refreshed_at) }) : t("page.lead-lists");
    return html`${this.head(list.name, { lead, back: address("lead-lists"), actions: this.#actions() })} ${tabs(list.id, this.tab)} ${this.trouble(() => this.load())}
      ${list.refresh_error ? html`<p class="notice bad" role="alert">${t("refreshFailed", { why: problemText(list.refresh_error) })}</p>` : nothing}
      ${this.tab === "imports" ? this.#imports() : html`${this.#figures()}<pl-leads .place=${place}></pl-leads>`}
      <pl-lead-dialog list=${list.id} @changed=${(/** @type {CustomEvent} */ event) => go(address("leads", event.detail.id))}></pl-lead-dialog>`;
  }
}

customElements.define("pl-lead-lists-page", LeadListsPage);
