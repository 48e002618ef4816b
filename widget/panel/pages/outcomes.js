// The end of a call as a badge.
import { html } from "../../vendor/lit.js";
import { valueText } from "../../i18n/panel.js";

const TONES = /** @type {Record<string, string>} */ ({ answered: "good", served: "good", voicemail: "accent", abandoned: "bad", failed: "bad", turned_away: "bad", no_answer: "warn", busy: "warn", rejected: "warn" });

/** @param {string|null} outcome */
export function outcomeBadge(outcome) {
  return html`<pl-badge tone=${TONES[outcome ?? ""] ?? ""}>${valueText("outcome", outcome ?? "in_progress")}</pl-badge>`;
}
