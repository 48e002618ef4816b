// The promises of a request and why each has this deadline.
import { html, nothing } from "../../vendor/lit.js";
import { t, valueText } from "../../i18n/panel.js";
import "./due.js";
import { spanText, when } from "./parts.js";

/** @param {any} one */
function verdict(one) {
  if (one.breached_at) return html`<pl-badge tone="bad">${t("dk.broken")}</pl-badge>`;
  if (one.ended_at) return one.kept === false ? html`<pl-badge>${t("dk.dropped")}</pl-badge>` : html`<pl-badge tone="good">${t("dk.kept")}</pl-badge>`;
  if (!one.running_from && !one.due_at) return html`<pl-badge tone="warn">${t("dk.paused")}</pl-badge>`;
  return html`<pl-due .ticket=${{ due_at: one.due_at, overdue_at: one.breached_at }}></pl-due>`;
}

/** What the deadline is made of, line by line. @param {any} one */
function arithmetic(one) {
  const steps = one.steps ?? one.why ?? [];
  return html`<table class="why-steps">
    <tbody>
      <tr><th scope="row">${t("dk.promised")}</th><td>${spanText(one.target_s)}</td></tr>
      <tr><th scope="row">${t("dk.since")}</th><td>${when(one.started_at)}</td></tr>
      ${steps.map((/** @type {any} */ step) => html`<tr><th scope="row">${when(step.from ?? step.start)} – ${when(step.to ?? step.end)}</th><td>${spanText(step.seconds ?? 0)}</td></tr>`)}
      ${one.used_s ? html`<tr><th scope="row">${t("dk.used")}</th><td>${spanText(one.used_s)}</td></tr>` : nothing}
      ${one.due_at ? html`<tr class="sum"><th scope="row">${t("dk.deadline")}</th><td>${when(one.due_at)}</td></tr>` : nothing}
      ${one.breached_at ? html`<tr><th scope="row">${t("dk.brokenAt")}</th><td>${when(one.breached_at)}</td></tr>` : nothing}
      ${one.ended_at ? html`<tr><th scope="row">${t("dk.endedAt")}</th><td>${when(one.ended_at)}</td></tr>` : nothing}
    </tbody>
  </table>`;
}

/** @param {any} told */
export function promises(told) {
  const items = told?.items ?? told?.targets ?? [];
  if (!items.length) return nothing;
  const plan = told.plan_name ?? told.plan?.name ?? items.find((/** @type {any} */ one) => one.plan_name)?.plan_name ?? "";
  return html`<section class="card" aria-label=${t("dk.promises")}>
    <h2>${t("dk.promises")} ${plan ? html`<span class="muted small">${plan}</span>` : nothing}</h2>
    <ul class="promises">
      ${items.map((/** @type {any} */ one) => html`<li>
        <details><summary><b>${valueText("promise", one.kind)}</b><span class="space"></span>${verdict(one)}</summary>${arithmetic(one)}</details>
      </li>`)}
    </ul>
  </section>`;
}
