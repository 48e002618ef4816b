// <pl-resource-list>: a searchable list of one kind of thing, kept fresh by the feed.
import { html, nothing } from "../../vendor/lit.js";
import { t } from "../../i18n/panel.js";
import "../../elements/table.js";
import { app } from "../core/app.js";
import { columns } from "../core/cells.js";
import { PanelPage } from "../core/page.js";
import { address, go } from "../core/router.js";

const TYPING_MS = 250;
const PAGE = 50;

export class ResourceList extends PanelPage {
  static properties = { kind: { attribute: false }, items: { state: true }, next: { state: true } };

  constructor() {
    super();
    /** @type {import("../core/resources.js").Resource} */
    this.kind = /** @type {any} */ (null);
    /** @type {any[]} */
    this.items = [];
    this.next = "";
    this.asked = 0;
    this.shown = "";
    this.typing = 0;
  }

  connectedCallback() {
    super.connectedCallback();
    this.follow(["config"], (message) => {
      if (message.type === "reset" || message.key.startsWith(`${this.kind.id}/`)) this.load();
    });
  }

  /** @param {Map<string, any>} changed */
  willUpdate(changed) {
    const wanted = `${this.kind.id}?${this.place.query.q ?? ""}`;
    if ((changed.has("kind") || changed.has("place")) && wanted !== this.shown) {
      if (changed.get("kind")) this.items = [];
      this.shown = wanted;
      this.load();
    }
  }

  /** @param {string} [cursor] */
  async load(cursor = "") {
    const number = ++this.asked;
    const query = new URLSearchParams();
    if (this.#takes("limit")) query.set("limit", String(PAGE));
    if (this.place.query.q && this.#takes("q")) query.set("q", this.place.query.q);
    if (cursor) query.set("cursor", cursor);
    const page = await this.attempt(() => app.request("GET", `${this.kind.path}?${query}`));
    if (!page || number !== this.asked) return;
    this.items = cursor ? [...this.items, ...page.items] : page.items;
    this.next = page.next ?? "";
  }

  /** @param {string} parameter */
  #takes(parameter) {
    return app.operation("GET", this.kind.path).parameters.some((/** @type {any} */ one) => one.name === parameter);
  }

  /** @param {Event} event */
  #search(event) {
    const q = /** @type {any} */ (event.currentTarget).value;
    window.clearTimeout(this.typing);
    this.typing = window.setTimeout(() => go(address(this.kind.id, "", { q }), { replace: true }), TYPING_MS);
  }

  #columns() {
    return columns(this.kind.path, this.#owner(), this.kind.columns);
  }

  #owner() {
    return (app.bodySchema("POST", this.kind.path) ?? {}).title ?? "";
  }

  render() {
    const create = app.can("POST", this.kind.path)
      ? html`<a class="button main" href=${address(this.kind.id, "new")}><pl-icon name="add"></pl-icon>${t("create")}</a>`
      : nothing;
    const empty = this.place.query.q ? t("nothingFound") : t("nothing");
    return html`${this.head(t(`page.${this.kind.id}`), { lead: t(`lead.${this.kind.id}`) === `lead.${this.kind.id}` ? "" : t(`lead.${this.kind.id}`), actions: create })}
      ${this.#takes("q")
        ? html`<search class="bar">
            <pl-field label=${t("search")} hide-label type="search" placeholder=${t("search")} .value=${this.place.query.q ?? ""} @input=${this.#search}></pl-field>
          </search>`
        : nothing}
      ${this.trouble(() => this.load())}
      <div class="card flush">
        <pl-table
          label=${t(`page.${this.kind.id}`)}
          .columns=${this.#columns()}
          .rows=${this.items}
          .rowKey=${(/** @type {any} */ item) => item.id ?? item.name}
          .href=${(/** @type {any} */ item) => address(this.kind.id, item.id ?? item.name)}
          ?busy=${this.busy}
          empty=${empty}
        ></pl-table>
      </div>
      ${this.next ? html`<p class="center"><pl-button @click=${() => this.load(this.next)}>${t("more")}</pl-button></p>` : nothing}`;
  }
}

customElements.define("pl-resource-list", ResourceList);
