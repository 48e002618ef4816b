// The parts of a list's page, as links.
import { html, nothing } from "../../vendor/lit.js";
import { t } from "../../i18n/panel.js";
import { app } from "../core/app.js";
import { address } from "../core/router.js";

/** @type {[string, string][]} */
const PARTS = [["leads", "/lead-lists/{id}/leads"], ["imports", "/lead-lists/{id}/imports"], ["settings", "/lead-lists/{id}"]];

/** @param {string} id @param {string} chosen */
export function tabs(id, chosen) {
  const own = PARTS.filter(([, path]) => app.can("GET", path));
  return html`<nav class="tabs links" aria-label=${t("page.lead-lists")}>
    ${own.map(([part]) => html`<a href=${address("lead-lists", id, { tab: part })} aria-current=${part === chosen ? "page" : nothing}>${t(`listTab.${part}`)}</a>`)}
  </nav>`;
}
