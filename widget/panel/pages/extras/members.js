// Members of a group of employees, kept by a route of their own.
import { html, nothing } from "../../../vendor/lit.js";
import { t } from "../../../i18n/panel.js";
import "../../../elements/picker.js";
import { app } from "../../core/app.js";
import { PanelPage } from "../../core/page.js";
import { address } from "../../core/router.js";

export class Members extends PanelPage {
  static properties = { group: {}, items: { state: true } };

  constructor() {
    super();
    this.group = "";
    /** @type {any[]} */
    this.items = [];
    this.read = "";
  }

  willUpdate() {
    if (this.group === this.read) return;
    this.read = this.group;
    this.load();
  }

  async load() {
    const page = await this.attempt(() => app.request("GET", `/employee-groups/${this.group}/members`));
    this.items = page?.items ?? [];
  }

  /** @param {string[]} ids */
  async #put(ids) {
    const page = await this.attempt(() => app.request("PUT", `/employee-groups/${this.group}/members`, { body: { user_ids: ids } }));
    if (page) this.items = page.items;
  }

  render() {
    const ids = this.items.map((one) => one.id);
    const may = app.can("PUT", "/employee-groups/{id}/members");
    const row = (/** @type {any} */ one) => html`<li class="line">
      <span><a href=${address("users", one.id)}>${one.name}</a> <span class="muted">${one.extension ?? one.login}</span></span>
      ${may ? html`<pl-button size="icon" look="quiet" icon="close" label=${`${t("remove")}: ${one.name}`} @click=${() => this.#put(ids.filter((id) => id !== one.id))}></pl-button>` : nothing}
    </li>`;
    const search = async (/** @type {string} */ words) => (await app.lookups.search("users", words)).filter((one) => !ids.includes(one.key));
    return html`<section class="card" aria-label=${t("membersOf")}>
      <h2>${t("membersOf")}</h2>
      ${this.trouble(() => this.load())} ${this.items.length ? html`<ul class="rows">${this.items.map(row)}</ul>` : html`<p class="muted">${t("nobodyYet")}</p>`}
      ${may
        ? html`<pl-picker label=${t("addMember")} placeholder=${t("choose")} empty=${t("nothingFound")} .search=${search} .value=${null} .text=${""}
            @pick=${(/** @type {CustomEvent} */ event) => event.detail && this.#put([...ids, event.detail])}></pl-picker>`
        : nothing}
    </section>`;
  }
}

customElements.define("pl-members", Members);

/** @param {import("../resource-item.js").ResourceItem} page */
export function below(page) {
  return html`<pl-members group=${page.item.id}></pl-members>`;
}
