// <pl-campaigns-page>: all campaigns, and one of them: how it goes, its attempts, its report, its settings.
import { html } from "../../vendor/lit.js";
import { PanelPage } from "../core/page.js";
import { resource } from "../core/resources.js";
import "../pages/resource-item.js";
import "./attempts.js";
import "./campaign-leads.js";
import "./list.js";
import "./monitor.js";
import "./report.js";

export class CampaignsPage extends PanelPage {
  render() {
    const { place } = this;
    if (!place.id) return html`<pl-campaign-list .place=${place}></pl-campaign-list>`;
    const tab = place.id === "new" ? "settings" : place.query.tab || "monitor";
    if (tab === "attempts") return html`<pl-campaign-attempts .place=${place}></pl-campaign-attempts>`;
    if (tab === "leads") return html`<pl-campaign-leads .place=${place}></pl-campaign-leads>`;
    if (tab === "report") return html`<pl-campaign-report .place=${place}></pl-campaign-report>`;
    if (tab === "settings") return html`<pl-resource-item .kind=${resource("campaigns")} .place=${place}></pl-resource-item>`;
    return html`<pl-campaign-monitor .place=${place}></pl-campaign-monitor>`;
  }
}

customElements.define("pl-campaigns-page", CampaignsPage);
