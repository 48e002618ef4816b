// The sentiment of a conversation as a badge.
import { html, nothing } from "../../vendor/lit.js";
import { mood } from "../../core/transcript.js";
import { st } from "../../i18n/speech.js";

/** @param {number|null|undefined} sentiment */
export function moodBadge(sentiment) {
  const found = mood(sentiment);
  return found ? html`<pl-badge tone=${found} dot>${st(`mood_${found}`)}</pl-badge>` : nothing;
}
