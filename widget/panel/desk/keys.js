// Keys of the desk, as in mail programs: one letter each, never while somebody types; `?` shows them all.
import { html, nothing } from "../../vendor/lit.js";
import "../../elements/dialog.js";
import { t } from "../../i18n/panel.js";

/** @typedef {Record<string, () => void>} Keys by `KeyboardEvent.key` */

const RUSSIAN = "йцукенгшщзфывапролдячсмитьбю.";
const LATIN = "qwertyuiopasdfghjklzxcvbnm,./";

/** The key by its place: a Russian layout's letters are those of the same keys. @param {string} key */
export function latin(key) {
  const at = key.length === 1 && key !== "." ? RUSSIAN.indexOf(key.toLowerCase()) : -1;
  return at < 0 ? key : LATIN[at];
}

/** Is something being typed, or a window open above the page? @param {Event} event */
function elsewhere(event) {
  const at = /** @type {Element} */ (event.composedPath()[0]);
  const typing = at instanceof HTMLElement && (at.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(at.tagName));
  return typing || document.querySelector("pl-dialog[open]") !== null;
}

/**
 * Hear these keys until the element leaves.
 * @param {import("../../elements/base.js").PayLaterElement} element @param {() => Keys} keys
 */
export function hear(element, keys) {
  const press = (/** @type {KeyboardEvent} */ event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || elsewhere(event)) return;
    const at = /** @type {Element} */ (event.composedPath()[0]);
    // Enter on a button or a link is its own.
    if (event.key === "Enter" && at instanceof HTMLElement && ["A", "BUTTON"].includes(at.tagName)) return;
    // A slash on a Russian layout is the key of the full stop.
    const key = event.code === "Slash" ? (event.shiftKey ? "?" : "/") : latin(event.key);
    const work = keys()[key];
    if (!work) return;
    event.preventDefault();
    work();
  };
  document.addEventListener("keydown", press);
  element.whileConnected(() => document.removeEventListener("keydown", press));
}

/** All keys in words. @param {boolean} open @param {() => void} close @param {string[][]} rows key, word */
export function help(open, close, rows) {
  return html`<pl-dialog heading=${t("dk.keys")} close-label=${t("close")} ?open=${open} @close=${close}>
    ${open ? html`<dl class="keys">${rows.map(([key, word]) => html`<div><dt>${key.split(" ").map((one) => html`<kbd>${one}</kbd> `)}</dt><dd>${t(word)}</dd></div>`)}</dl>` : nothing}
  </pl-dialog>`;
}
