// Charts of the support report: the share that each line solves itself against its target, promises kept.
import { html, nothing } from "../../vendor/lit.js";
import { t } from "../../i18n/panel.js";
import { percent } from "../campaigns/figures.js";

/** So many rows are drawn. */
const MOST = 15;

/** A bar of a share with a mark where it should be. @param {number|null} share @param {number|null} target */
function bar(share, target) {
  const tone = share === null ? "muted" : target === null ? "accent" : share >= target ? "good" : "bad";
  return html`<svg class="share-bar" aria-hidden="true" height="18">
    <rect class="ground" width="100%" height="18" rx="4"></rect>
    <rect class=${tone} width=${`${Math.min(1, share ?? 0) * 100}%`} height="18" rx="4"></rect>
    ${target === null ? nothing : html`<svg x=${`${target * 100}%`} overflow="visible"><rect class="target" x="-1" y="-3" width="2" height="24"></rect></svg>`}
  </svg>`;
}

/** @param {any[]} rows */
export function lineBars(rows) {
  const lines = rows.filter((row) => !row.whole);
  return html`<section class="card" aria-label=${t("sr.solvedShare")}>
    <h2>${t("sr.solvedShare")}</h2>
    <p class="hint">${t("sr.solvedHint")}</p>
    <ul class="hbars shares">${lines.map((row) => html`<li><span>${row.name}</span>${bar(row.solved_share ?? null, row.target_share)}<span><b class="digits">${percent(row.solved_share)}</b> <span class="aim small">${t("sr.ofTarget", { target: percent(row.target_share) })}</span></span></li>`)}</ul>
  </section>`;
}

/** Promises that were kept. @param {any[]} rows */
export function keptBars(rows) {
  const shown = rows.filter((row) => !row.whole && typeof row.kept_share === "number").slice(0, MOST);
  if (!shown.length) return nothing;
  return html`<section class="card" aria-label=${t("sr.kept")}>
    <h2>${t("sr.kept")}</h2>
    <ul class="hbars shares">${shown.map((row) => html`<li><span class="cut">${row.name}</span>${bar(row.kept_share, null)}<b class="digits">${percent(row.kept_share)}</b></li>`)}</ul>
  </section>`;
}
