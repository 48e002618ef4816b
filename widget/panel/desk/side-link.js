// How a request stands with an outside desk.
import { html, nothing } from "../../vendor/lit.js";
import { t } from "../../i18n/panel.js";
import { address } from "../core/router.js";
import { app } from "../core/app.js";
import { fact, when } from "./parts.js";

/** @param {any[]} links */
export function remote(links) {
  if (!links.length) return nothing;
  const name = (/** @type {any} */ one) => {
    const text = one.link_name || one.name || app.lookups.name("desk-links", one.link_id);
    return app.can("GET", "/desk-links/{id}") ? html`<a href=${address("desk-links", one.link_id)}>${text}</a>` : text;
  };
  return html`<section class="card" aria-label=${t("dk.outside")}>
    <h2>${t("dk.outside")}</h2>
    ${links.map(
      (one) => html`<dl class="facts tight">
        ${fact(t("dk.outsideDesk"), name(one))} ${fact(t("dk.outsideNumber"), one.remote_number || one.remote_id || html`<span class="muted">${t("dk.outsideWaits")}</span>`)}
        ${one.remote_state ? fact(t("dk.outsideState"), one.remote_state) : nothing} ${one.remote_at ? fact(t("dk.outsideAt"), when(one.remote_at)) : nothing}
        ${one.waiting ? fact(t("dk.outsideQueue"), html`<pl-badge tone="warn">${one.waiting}</pl-badge>`) : nothing}
        ${one.dead ? fact(t("dk.outsideDead"), html`<pl-badge tone="bad">${one.dead}</pl-badge>`) : nothing}
      </dl>`,
    )}
  </section>`;
}
