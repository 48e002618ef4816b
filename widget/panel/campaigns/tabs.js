// The parts of a campaign's page, as links.
import { html, nothing } from "../../vendor/lit.js";
import { t } from "../../i18n/panel.js";
import { app } from "../core/app.js";
import { address } from "../core/router.js";

/** Part -> the route that it reads. @type {[string, string][]} */
const PARTS = [["monitor", "/campaigns/{id}/monitor"], ["attempts", "/campaigns/{id}/attempts"], ["leads", "/campaigns/{id}/leads"], ["report", "/campaigns/{id}/report"], ["settings", "/campaigns/{id}"]];

/** @param {any} campaign null while it is read @param {string} id @param {string} chosen */
export function tabs(campaign, id, chosen) {
  const own = PARTS.filter(([part, path]) => app.can("GET", path) && (part === "settings" || !campaign?.template));
  if (own.length < 2) return nothing;
  return html`<nav class="tabs links" aria-label=${campaign?.name ?? ""}>
    ${own.map(([part]) => html`<a href=${address("campaigns", id, { tab: part })} aria-current=${part === chosen ? "page" : nothing}>${t(`tab.${part}`)}</a>`)}
  </nav>`;
}
