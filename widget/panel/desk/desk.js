// <pl-desk-page>: the work list, one request, or a new one.
import { html } from "../../vendor/lit.js";
import { PanelPage } from "../core/page.js";
import "./list.js";
import "./new-ticket.js";
import "./ticket.js";

export class DeskPage extends PanelPage {
  render() {
    const { place } = this;
    if (!place.id) return html`<pl-desk-list .place=${place}></pl-desk-list>`;
    if (place.id === "new") return html`<pl-new-ticket .place=${place}></pl-new-ticket>`;
    return html`<pl-ticket-page .place=${place}></pl-ticket-page>`;
  }
}

customElements.define("pl-desk-page", DeskPage);
