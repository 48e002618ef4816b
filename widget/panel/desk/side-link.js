// How a request stands with outside desks, and sending it to one.
import { html, nothing } from "../../vendor/lit.js";
import { t } from "../../i18n/panel.js";
import { app } from "../core/app.js";
import { address } from "../core/router.js";
import { fact, when } from "./parts.js";

/** @param {any} one @param {import("./ticket.js").TicketPage} page */
function link(one, page) {
  const name = app.can("GET", "/desk-links/{id}") ? html`<a href=${address("desk-links", one.link_id)}>${one.name}</a>` : one.name;
  if (!one.linked) {
    const send = () => page.act(() => app.request("POST", `/desk-links/${one.link_id}/tickets/${page.ticket.id}`), t("dk.outsideSent"));
    return html`<p class="row-tools">${name}<span class="space"></span>${app.can("POST", "/desk-links/{id}/tickets/{ticket_id}") ? html`<pl-button size="small" icon="forward" @click=${send}>${t("dk.outsideSend")}</pl-button>` : nothing}</p>`;
  }
  return html`<dl class="facts tight">
    ${fact(t("dk.outsideDesk"), one.merged_number ? html`${name}<br><span class="muted small">${t("dk.ev.mergedFrom", { number: one.merged_number })}</span>` : name)} ${fact(t("dk.outsideNumber"), one.remote_number || one.remote_id || html`<span class="muted">${t("dk.outsideWaits")}</span>`)}
    ${one.remote_state ? fact(t("dk.outsideState"), one.remote_state) : nothing} ${one.remote_at ? fact(t("dk.outsideAt"), when(one.remote_at)) : nothing}
    ${one.waiting ? fact(t("dk.outsideQueue"), html`<pl-badge tone="warn">${one.waiting}</pl-badge>`) : nothing} ${one.dead ? fact(t("dk.outsideDead"), html`<pl-badge tone="bad">${one.dead}</pl-badge>`) : nothing}
  </dl>`;
}

/** @param {any[]} links @param {import("./ticket.js").TicketPage} page */
export function remote(links, page) {
  if (!links.length) return nothing;
  return html`<section class="card" aria-label=${t("dk.outside")}><h2>${t("dk.outside")}</h2>${links.map((one) => link(one, page))}</section>`;
}
