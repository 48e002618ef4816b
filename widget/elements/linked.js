// Words with web addresses in them.
import { html } from "../vendor/lit.js";

const LINK = /(\bhttps?:\/\/[^\s<>"'()[\]{}]+[^\s<>"'()[\]{}.,;:!?])/;

/** Text with its web addresses as links; all else stays text. @param {string} text */
export function linked(text) {
  return text.split(LINK).map((part, n) => (n % 2 ? html`<a href=${part} target="_blank" rel="noopener noreferrer nofollow">${part}</a>` : part));
}
