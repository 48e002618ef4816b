// <pl-audit-page>: the log of changes: who, what, before and after.
import { html, nothing } from "../../vendor/lit.js";
import { label, t, valueText } from "../../i18n/panel.js";
import "../../elements/dialog.js";
import { app } from "../core/app.js";
import { moment } from "../core/cells.js";
import { save } from "../core/files.js";
import { ListPage } from "../core/list-page.js";

export class AuditPage extends ListPage {
  static properties = { entry: { state: true } };

  constructor() {
    super();
    this.path = "/audit";
    this.page = "audit";
    /** @type {any} */
    this.entry = null;
  }

  get emptyText() {
    return t("noAudit");
  }

  actions() {
    if (!app.can("GET", "/audit.csv")) return nothing;
    return html`<pl-button icon="download" @click=${() => this.attempt(() => save(`/audit.csv?${this.query()}`, "changes.csv"))}>CSV</pl-button>`;
  }

  filters() {
    return html`${this.typed("q", t("search"), "search")} ${this.typed("from", t("from"), "date")} ${this.typed("to", t("to"), "date")}
      ${this.picker("user_id", label("Audit", "actor"), "users")}`;
  }

  /** @param {any} one */
  #object(one) {
    const key = `page.${one.object.replace(/_/g, "-")}`;
    const name = t(key);
    return html`${name === key ? one.object : name} <span class="muted">${one.label || one.object_id}</span>`;
  }

  columns() {
    return [
      { key: "at", head: label("Audit", "at"), cell: (/** @type {any} */ one) => moment(one.at) },
      { key: "who", head: label("Audit", "actor"), cell: (/** @type {any} */ one) => html`${one.login || "—"} <span class="muted small">${one.address}</span>` },
      { key: "action", head: t("action"), cell: (/** @type {any} */ one) => valueText("action", one.action) },
      { key: "object", head: label("Audit", "object"), wide: true, cell: (/** @type {any} */ one) => this.#object(one) },
      {
        key: "more",
        head: "",
        cell: (/** @type {any} */ one) => (one.before || one.after ? html`<pl-button size="small" look="quiet" @click=${() => (this.entry = one)}>${t("showChange")}</pl-button>` : nothing),
      },
    ];
  }

  #change() {
    const { before, after } = this.entry;
    const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])].filter((name) => JSON.stringify(before?.[name]) !== JSON.stringify(after?.[name]));
    const text = (/** @type {any} */ value) => (value === undefined ? "—" : typeof value === "string" ? value : JSON.stringify(value));
    const columns = [
      { key: "name", head: t("key"), cell: (/** @type {string} */ name) => label("", name) },
      { key: "before", head: label("Audit", "before"), cell: (/** @type {string} */ name) => text(before?.[name]) },
      { key: "after", head: label("Audit", "after"), cell: (/** @type {string} */ name) => text(after?.[name]) },
    ];
    return html`<p class="muted">${this.entry.login} · ${moment(this.entry.at)} · ${this.entry.request}</p>
      <pl-table .columns=${columns} .rows=${names} .rowKey=${(/** @type {string} */ name) => name} empty=${t("nothing")}></pl-table>`;
  }

  render() {
    return html`${super.render()}
      <pl-dialog size="wide" heading=${t("whatChanged")} close-label=${t("close")} ?open=${Boolean(this.entry)} @close=${() => (this.entry = null)}>
        ${this.entry ? this.#change() : nothing}
      </pl-dialog>`;
  }
}

customElements.define("pl-audit-page", AuditPage);
