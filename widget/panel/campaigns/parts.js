// Small parts that pages of the dialler share: badges, bars, the buttons of a campaign.
import { html, nothing } from "../../vendor/lit.js";
import { t, valueText } from "../../i18n/panel.js";
import "../../elements/badge.js";
import { OUTCOME_TONES, progress, TONES } from "./figures.js";

/** @param {string} state */
export const stateBadge = (state) => html`<pl-badge tone=${TONES[state] ?? ""} dot>${valueText("campaign", state)}</pl-badge>`;

/** @param {string|null|undefined} outcome */
export const outcomeBadge = (outcome) =>
  outcome ? html`<pl-badge tone=${OUTCOME_TONES[outcome] ?? ""}>${valueText("dial", outcome)}</pl-badge>` : html`<pl-badge tone="accent" dot>${t("outcomeNow")}</pl-badge>`;

/** @param {number|null|undefined} done @param {number|null|undefined} total */
export function progressBar(done, total) {
  const far = progress(done, total);
  if (!far.total) return html`<span class="muted">—</span>`;
  const words = t("leadsOfAll", { done: far.done, total: far.total });
  return html`<span class="far"><progress max="1" value=${far.share} aria-label=${words}></progress><span class="digits small">${words}</span></span>`;
}

/** How a client ended in a campaign: what the operator meant, else how the last dial ended. @param {string|null|undefined} result */
export function resultText(result) {
  if (!result) return html`<span class="muted">—</span>`;
  const meant = ["success", "refusal", "callback", "retry", "wrong_number", "do_not_call", "other"].includes(result);
  return html`<pl-badge tone=${result === "success" ? "good" : result === "refusal" || result === "do_not_call" ? "bad" : ""}>${meant ? valueText("meaning", result) : valueText("dial", result)}</pl-badge>`;
}

/** A number in a tile. @param {string} name @param {unknown} value @param {string} [tone] @param {unknown} [note] */
export function tile(name, value, tone = "", note = "") {
  return html`<div class=${`tile ${tone}`}><dt>${name}</dt><dd>${value}</dd>${note ? html`<dd class="note">${note}</dd>` : nothing}</div>`;
}

/** Digits of a number as people read them: with a plus where it is E.164. @param {string} address */
export const shownNumber = (address) => (/^[0-9]{10,15}$/.test(address ?? "") ? `+${address}` : address || "—");
