// <pl-desk-links-page>: links with outside desks; one of them with its state, and with its settings.
import { html } from "../../vendor/lit.js";
import { app } from "../core/app.js";
import { PanelPage } from "../core/page.js";
import { resource } from "../core/resources.js";
import { address } from "../core/router.js";
import { actions, secretNotice } from "../pages/extras/desk-link.js";
import "../pages/resource-item.js";
import "../pages/resource-list.js";
import "./link-state.js";
import { linkTabs } from "./link-tabs.js";

export class DeskLinksPage extends PanelPage {
  static properties = { item: { state: true } };

  constructor() {
    super();
    /** @type {any} */
    this.item = null;
    this.shown = "";
  }

  get settings() {
    return this.place.id === "new" || this.place.query.tab === "settings" || !app.can("GET", "/desk-links/{id}/state");
  }

  willUpdate() {
    if (!this.place.id || this.settings || this.shown === this.place.id) return;
    this.shown = this.place.id;
    this.item = null;
    this.load();
  }

  async load() {
    const { id } = this.place;
    const item = await this.attempt(() => app.request("GET", `/desk-links/${encodeURIComponent(id)}`));
    if (item && id === this.place.id) this.item = item;
  }

  render() {
    const { place, item } = this;
    const kind = resource("desk-links");
    if (!place.id) return html`<pl-resource-list .kind=${kind} .place=${place}></pl-resource-list>`;
    if (this.settings) return html`<pl-resource-item .kind=${kind} .place=${place}></pl-resource-item>`;
    return html`${this.head(item?.name ?? "…", { lead: item?.url, back: address("desk-links"), actions: item && actions(/** @type {any} */ (this)) })} ${linkTabs(place.id, "state")} ${secretNotice(place.id)} ${this.trouble(() => this.load())}
      <pl-link-state link=${place.id}></pl-link-state>`;
  }
}

customElements.define("pl-desk-links-page", DeskLinksPage);
