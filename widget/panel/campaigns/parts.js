// Small parts that pages of the dialler share: badges, bars, the buttons of a campaign.
import { html, nothing } from "../../vendor/lit.js";
import { t, valueText } from "../../i18n/panel.js";
import "../../elements/badge.js";
import { app } from "../core/app.js";
import { failure } from "../core/saving.js";
import { actions, OUTCOME_TONES, progress, TONES } from "./figures.js";

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

const ICONS = { start: "play", resume: "play", pause: "pause", finish: "check", schedule: "clock" };

/** Tell a campaign something; what fails is told. @param {any} campaign @param {import("./figures.js").Action} action @returns {Promise<any>} the campaign after it, null when nothing was done */
export async function command(campaign, action) {
  if (action === "finish" && !window.confirm(t("finishSure", { name: campaign.name }))) return null;
  if (action === "start" && !window.confirm(t("startSure", { name: campaign.name }))) return null;
  try {
    const after = await app.request("POST", `/campaigns/${campaign.id}/${action}`);
    app.toast(t(`done_${action}`));
    return after ?? {};
  } catch (error) {
    app.toast(failure(error), "bad");
    return null;
  }
}

/** What may be done now, as buttons. @param {any} campaign @param {(action: import("./figures.js").Action) => void} act @param {{small?: boolean}} [options] */
export function commandButtons(campaign, act, { small = false } = {}) {
  const may = actions(campaign).filter((one) => app.can("POST", `/campaigns/{id}/${one}`));
  return may.map((one, n) => {
    const word = one === "start" && campaign.state === "finished" ? t("restart") : t(one);
    const look = n === 0 && !small ? "main" : small ? "quiet" : "plain";
    if (small && n > 0) return nothing;
    return html`<pl-button look=${look} size=${small ? "small" : ""} icon=${ICONS[one]} label=${small ? `${word}: ${campaign.name}` : ""} @click=${() => act(one)}>${small ? "" : word}</pl-button>`;
  });
}

/** A number in a tile. @param {string} name @param {unknown} value @param {string} [tone] @param {unknown} [note] */
export function tile(name, value, tone = "", note = "") {
  return html`<div class=${`tile ${tone}`}><dt>${name}</dt><dd>${value}</dd>${note ? html`<dd class="note">${note}</dd>` : nothing}</div>`;
}

/** Digits of a number as people read them: with a plus where it is E.164. @param {string} address */
export const shownNumber = (address) => (/^[0-9]{10,15}$/.test(address ?? "") ? `+${address}` : address || "—");
