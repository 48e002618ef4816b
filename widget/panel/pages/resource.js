// <pl-resource-page>: the list of any configured thing, and one of them with its form.
import { html } from "../../vendor/lit.js";
import { PanelPage } from "../core/page.js";
import { resource } from "../core/resources.js";
import "./resource-item.js";
import "./resource-list.js";

export class ResourcePage extends PanelPage {
  render() {
    const kind = resource(this.place.page);
    if (!kind) return html``;
    return this.place.id
      ? html`<pl-resource-item .kind=${kind} .place=${this.place}></pl-resource-item>`
      : html`<pl-resource-list .kind=${kind} .place=${this.place}></pl-resource-list>`;
  }
}

customElements.define("pl-resource-page", ResourcePage);
