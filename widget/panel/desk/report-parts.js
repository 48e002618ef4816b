// Charts of the support report: the share that each line solves itself against its target, promises kept.
import { html, nothing } from "../../vendor/lit.js";
import { t } from "../../i18n/panel.js";
import { percent } from "../campaigns/figures.js";
import { rowName } from "./report-table.js";

/** A bar of a share with a mark where it should be. @param {number|null|undefined} share @param {number|null|undefined} target */
function bar(share, target) {
  const tone = share === null || share === undefined ? "muted" : target === null || target === undefined ? "accent" : share >= target ? "good" : "bad";
  return html`<svg class="share-bar" aria-hidden="true" height="18">
    <rect class="ground" width="100%" height="18" rx="4"></rect>
    <rect class=${tone} width=${`${Math.min(1, share ?? 0) * 100}%`} height="18" rx="4"></rect>
    ${target === null || target === undefined ? nothing : html`<svg x=${`${target * 100}%`} overflow="visible"><rect class="target" x="-1" y="-3" width="2" height="24"></rect></svg>`}
  </svg>`;
}

/** @param {any[]} rows */
export function lineBars(rows) {
  const lines = rows.filter((row) => !row.whole && row.target_share !== undefined);
  if (!lines.length) return nothing;
  const share = (/** @type {any} */ row) => row.solved_share ?? row.share ?? null;
  return html`<section class="card" aria-label=${t("sr.solvedShare")}>
    <h2>${t("sr.solvedShare")}</h2>
    <p class="hint">${t("sr.solvedHint")}</p>
    <ul class="hbars shares">${lines.map((row) => html`<li><span>${rowName(row, "line")}</span>${bar(share(row), row.target_share)}<b class="digits">${percent(share(row))} <span class="muted small">${t("sr.ofTarget", { target: percent(row.target_share) })}</span></b></li>`)}</ul>
  </section>`;
}

/** Promises that were kept. @param {any[]} rows @param {string} by */
export function keptBars(rows, by) {
  const name = ["sla_kept", "kept_share", "kept"].find((one) => rows.some((row) => typeof row[one] === "number" && row[one] <= 1));
  const shown = name ? rows.filter((row) => !row.whole && typeof row[name] === "number").slice(0, 20) : [];
  if (!name || !shown.length) return nothing;
  return html`<section class="card" aria-label=${t("sr.kept")}>
    <h2>${t("sr.kept")}</h2>
    <ul class="hbars shares">${shown.map((row) => html`<li><span class="cut">${rowName(row, by)}</span>${bar(row[name], null)}<b class="digits">${percent(row[name])}</b></li>`)}</ul>
  </section>`;
}
