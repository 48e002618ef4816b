// <pl-home-page>: the start of a cabinet: what this person may open, and for partners the day's figures.
import { html, nothing } from "../../vendor/lit.js";
import { t } from "../../i18n/panel.js";
import { app } from "../core/app.js";
import { PanelPage } from "../core/page.js";
import { menu } from "../core/pages.js";
import { address } from "../core/router.js";
import "../wallboard/day.js";

export class HomePage extends PanelPage {
  render() {
    const pages = menu().flatMap((one) => one.pages);
    const tile = (/** @type {import("../core/pages.js").Page} */ page) => html`<a class="tile link" href=${address(page.id)}><pl-icon name=${page.icon}></pl-icon>${t(`page.${page.id}`)}</a>`;
    return html`${this.head(t("hello", { name: app.me.name }), { lead: t("homeLead") })}
      <nav class="tiles" aria-label=${t("menu")}>
        ${app.may("calls.own") && app.me.extension ? html`<a class="tile link" href="/embed" target="_top"><pl-icon name="headset"></pl-icon>${t("page.widget")}</a>` : nothing}
        ${pages.map(tile)}
        <a class="tile link" href=${address("profile")}><pl-icon name="user"></pl-icon>${t("page.profile")}</a>
      </nav>
      ${app.can("GET", "/reports/{name}") ? html`<pl-day-chart class="card"></pl-day-chart>` : nothing}`;
  }
}

customElements.define("pl-home-page", HomePage);
