// The promises of a request and why each has this deadline: stretches of opening hours less pauses add up to it.
import { html, nothing } from "../../vendor/lit.js";
import { t, valueText } from "../../i18n/panel.js";
import "./due.js";
import { spanText, when } from "./parts.js";

/** Stretches shown one by one; longer sums begin with what they come to. */
const SHOWN = 8;

/** @param {any} one */
function verdict(one) {
  if (one.breached_at) return html`<pl-badge tone="bad">${t("dk.broken")}</pl-badge>`;
  if (one.ended_at) return one.kept ? html`<pl-badge tone="good">${t("dk.kept")}</pl-badge>` : html`<pl-badge>${t("dk.dropped")}</pl-badge>`;
  if (!one.running) return html`<pl-badge tone="warn">${t("dk.paused")}</pl-badge>`;
  return html`<pl-due .ticket=${{ due_at: one.due_at }}></pl-due>`;
}

/** @param {unknown} name @param {unknown} value @param {string} [kind] */
const row = (name, value, kind = "") => html`<tr class=${kind}><th scope="row">${name}</th><td>${value}</td></tr>`;

/** @param {any[]} stretches */
function counted(stretches) {
  const hidden = stretches.slice(0, Math.max(0, stretches.length - SHOWN));
  const before = hidden.reduce((all, one) => all + one.seconds, 0);
  return html`${hidden.length ? row(t("dk.stretchesBefore", { n: hidden.length }), spanText(before)) : nothing}
    ${stretches.slice(hidden.length).map((one) => row(html`${when(one.from)} – ${when(one.to)}`, html`+ ${spanText(one.seconds)}`))}`;
}

/** What the deadline is made of, line by line. @param {any} one */
function arithmetic(one) {
  return html`<table class="why-steps">
      <tbody>
        ${row(t("dk.promised"), spanText(one.target_s))} ${row(t("dk.since"), when(one.started_at))} ${counted(one.stretches)}
        ${one.pauses.map((/** @type {any} */ pause) => row(html`${t(`dk.pause.${pause.reason}`)}: ${when(pause.from)} – ${pause.to ? when(pause.to) : t("dk.now")}`, t("dk.notCounted"), "muted"))}
        ${row(t("dk.counted"), spanText(one.counted_s), "sum")}
        ${one.due_at ? row(t("dk.deadline"), when(one.due_at), "sum") : nothing} ${one.breached_at ? row(t("dk.brokenAt"), when(one.breached_at), "bad") : nothing}
        ${one.ended_at ? row(t("dk.endedAt"), when(one.ended_at)) : nothing}
      </tbody>
    </table>
    <p class="small muted">${t("dk.byPlan", { name: one.plan.name })} ${one.calendar ? html`${t("dk.byCalendar", { name: one.calendar.name })} ${one.calendar.words}` : t("dk.roundClock")}</p>`;
}

/** @param {any} told */
export function promises(told) {
  const items = told?.promises ?? [];
  if (!items.length) return nothing;
  return html`<section class="card" aria-label=${t("dk.promises")}>
    <h2>${t("dk.promises")} ${told.plan ? html`<span class="muted small">${told.plan.name}</span>` : nothing}</h2>
    <ul class="promises">
      ${items.map((/** @type {any} */ one) => html`<li>
        <details><summary title=${t("dk.whyDeadline")}><b>${valueText("promise", one.kind)}</b><span class="space"></span>${verdict(one)}</summary>${arithmetic(one)}</details>
      </li>`)}
    </ul>
  </section>`;
}
