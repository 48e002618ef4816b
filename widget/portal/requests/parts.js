// Pieces of requests that pages share: the state in words, the badge, the row of a list.
import { html, nothing } from "../../vendor/lit.js";
import { language } from "../../core/language.js";
import { t } from "../../i18n/portal.js";
import { app } from "../core/app.js";
import { address } from "../core/router.js";
import { age, moment } from "../core/texts.js";

const TONES = /** @type {Record<string, string>} */ ({ accepted: "accent", overdue: "bad", closed: "good" });

/** @param {string} status */
export function statusBadge(status) {
  return html`<pl-badge tone=${TONES[status] ?? ""} dot>${t(`status.${status}`)}</pl-badge>`;
}

/** @param {any} outlet_id */
export function outletName(outlet_id) {
  return app.account?.outlets.find((/** @type {any} */ one) => one.id === outlet_id)?.name ?? "";
}

/** A name in the reader's language. @param {any} one */
export function named(one) {
  return (language() === "en" && one?.name_en) || one?.name || "";
}

/** Who is waited for, where that is the reader. @param {any} one */
export function asks(one) {
  if (one.state === "solved") return t("asks.solved");
  return one.state === "waiting" ? t("asks.waiting") : "";
}

/** A row of the list. @param {any} one */
export function requestRow(one) {
  const fresh = app.seen.fresh(one);
  const [outlet, wanted] = [outletName(one.outlet_id), asks(one)];
  return html`<li>
    <a class=${`request ${fresh ? "fresh" : ""}`} href=${address("requests", one.id)}>
      <span class="number digits">№${one.number}</span>
      <span class="subject">${one.subject}</span>
      <span class="badges">${statusBadge(one.status)}</span>
      <span class="about small muted">
        ${fresh ? html`<pl-badge tone="warn" dot>${t("freshAnswer")}</pl-badge>` : nothing}
        ${outlet ? html`<span>${outlet}</span>` : nothing}
        <time datetime=${one.created_at} title=${moment(one.created_at)}>${age(one.created_at)}</time>
        ${wanted ? html`<span class="wanted">${wanted}</span>` : nothing}
      </span>
    </a>
  </li>`;
}
