// Operators on the wallboard: what each does, for how long, with whom.
import { html, nothing, repeat } from "../../vendor/lit.js";
import { t, valueText } from "../../i18n/panel.js";
import { app } from "../core/app.js";
import { duration } from "../core/cells.js";
import { failure } from "../core/saving.js";

/** @typedef {import("../pages/wallboard.js").WallboardPage} Board */

export const TONES = /** @type {Record<string, string>} */ ({ ready: "good", reserved: "warn", on_call: "accent", wrap_up: "accent", break: "warn", away: "bad", offline: "" });
const ORDER = ["on_call", "reserved", "wrap_up", "ready", "break", "away", "offline"];

/** @param {any} one */
const since = (one) => (one.since ? Math.max(0, (Date.now() - Date.parse(one.since)) / 1000) : null);

/** @param {Board} board @param {any} one */
function call(board, one) {
  const found = one.call_id ? board.calls.calls.get(one.call_id) : null;
  if (!found) return "";
  return found.caller === one.extension ? found.called : found.caller;
}

/** @param {any} one @param {string} status */
async function give(one, status) {
  try {
    await app.request("PUT", `/operators/${one.user_id}/presence`, { body: { status } });
    app.toast(t("statusGiven", { name: one.name, status: valueText("status", status) }));
  } catch (error) {
    app.toast(failure(error), "bad");
  }
}

/** @param {any} one */
function statusMenu(one) {
  const badge = html`<pl-badge tone=${TONES[one.status] ?? ""} dot>${valueText("status", one.status)}</pl-badge>`;
  if (!app.can("PUT", "/operators/{id}/presence")) return badge;
  const choices = ["ready", "break", "away", "offline"].map((value) => ({ value, label: valueText("status", value), tone: TONES[value] || "none", current: one.status === value }));
  return html`${badge}<pl-menu side="end" label=${t("giveStatus")} .choices=${choices} @choose=${(/** @type {CustomEvent} */ event) => give(one, event.detail)}>
    <pl-button slot="opener" size="icon" look="quiet" icon="more" label=${`${t("giveStatus")}: ${one.name}`} popup="menu"></pl-button>
  </pl-menu>`;
}

/** @param {Board} board */
export function operatorsCard(board) {
  const all = [...board.operators.values()];
  const shown = all.filter((one) => !board.status || one.status === board.status);
  shown.sort((a, b) => ORDER.indexOf(a.status) - ORDER.indexOf(b.status) || String(a.name).localeCompare(String(b.name)));
  const chip = (/** @type {string} */ status) => {
    const count = status ? all.filter((one) => one.status === status).length : all.length;
    return html`<pl-button size="small" .pressed=${board.status === status} @click=${() => (board.status = status)}>${status ? valueText("status", status) : t("all")} ${count}</pl-button>`;
  };
  const row = (/** @type {any} */ one) => html`<li class=${one.status}>
    <span class="name"><b>${one.name}</b> <span class="muted">${one.extension}</span>${one.reachable === false && one.status !== "offline" ? html` <pl-badge tone="bad">${t("phoneLost")}</pl-badge>` : nothing}</span>
    <span class="with muted">${call(board, one)}</span>
    <span class="digits">${duration(since(one))}</span>
    <span class="status">${statusMenu(one)}</span>
    <span class="muted today">${t("callsToday", { n: one.calls_today ?? 0 })}</span>
  </li>`;
  return html`<section class="card people" aria-label=${t("operators")}>
    <h2>${t("operators")}</h2>
    <div class="toggles">${["", ...ORDER.filter((status) => all.some((one) => one.status === status))].map(chip)}</div>
    ${shown.length ? html`<ul class="operators">${repeat(shown, (one) => one.user_id, row)}</ul>` : html`<div class="empty"><pl-icon name="people"></pl-icon><p>${t("noOperators")}</p></div>`}
  </section>`;
}
