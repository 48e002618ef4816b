// The parts of a link's page, as links.
import { html, nothing } from "../../vendor/lit.js";
import { t } from "../../i18n/panel.js";
import { app } from "../core/app.js";
import { address } from "../core/router.js";

/** The parts of a link's page. @param {string} id @param {string} chosen */
export function linkTabs(id, chosen) {
  if (!app.can("GET", "/desk-links/{id}/state")) return nothing;
  return html`<nav class="tabs links" aria-label=${t("parts")}>
    ${["state", "settings"].map((one) => html`<a href=${address("desk-links", id, { tab: one === "state" ? "" : one })} aria-current=${one === chosen ? "page" : nothing}>${t(`lk.tab.${one}`)}</a>`)}
  </nav>`;
}
