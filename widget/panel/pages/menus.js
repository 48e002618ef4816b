// <pl-menus-page>: the list of voice menus, and the editor of one.
import { html } from "../../vendor/lit.js";
import { PanelPage } from "../core/page.js";
import { resource } from "../core/resources.js";
import "../menu/editor.js";
import "./resource-list.js";

export class MenusPage extends PanelPage {
  render() {
    if (this.place.id) return html`<pl-menu-editor .place=${this.place}></pl-menu-editor>`;
    return html`<pl-resource-list .kind=${resource("menus")} .place=${this.place}></pl-resource-list>`;
  }
}

customElements.define("pl-menus-page", MenusPage);
