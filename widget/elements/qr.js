// A QR code as a picture; what it says goes nowhere.
import { html } from "../vendor/lit.js";
import { qr } from "../core/qr.js";

const QUIET = 4;

/** @param {string} text */
export function qrPicture(text) {
  const rows = qr(text);
  const size = rows.length + 2 * QUIET;
  const path = rows.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x + QUIET} ${y + QUIET}h1v1h-1z` : ""))).join("");
  return html`<svg class="qr" viewBox=${`0 0 ${size} ${size}`} role="img" aria-label="QR" shape-rendering="crispEdges"><path d=${path}></path></svg>`;
}
