// Small parts of problems.
import { html, nothing } from "../../vendor/lit.js";
import { t, valueText } from "../../i18n/panel.js";
import { when } from "./parts.js";

export const STATES = ["open", "known", "fixed", "closed"];
const TONES = /** @type {Record<string, string>} */ ({ open: "bad", known: "warn", fixed: "good", closed: "" });

/** @param {string} state */
export const problemState = (state) => html`<pl-badge tone=${TONES[state] ?? ""} dot>${valueText("problem", state)}</pl-badge>`;

export function problemLooks() {
  const state = { order: 3, options: () => STATES.map((value) => ({ value, label: valueText("problem", value) })) };
  return {
    title: { order: 1, wide: true }, state, resource_id: { list: "support-resources", order: 2 }, description: { as: /** @type {const} */ ("area"), wide: true, order: 10 },
    cause: { as: /** @type {const} */ ("area"), wide: true, order: 11 }, workaround: { as: /** @type {const} */ ("area"), wide: true, order: 12 },
  };
}

/** What everybody affected is told, and how far that is. @param {any} one @param {() => void} send where it is not told */
export function noticeRow(one, send) {
  const done = one.tickets + one.failed;
  const words = t("pb.progress", { n: one.tickets, all: one.total });
  const rest = one.failed + one.waiting;
  return html`<li><span class="pre">${one.text}</span>
    <span class="muted small">${one.user_name ? `${one.user_name}, ` : ""}${when(one.at)}${done >= one.total && one.tickets ? ` · ${t("pb.toTickets", { n: one.tickets })}` : nothing}${one.kind === "solution" ? html` <pl-badge tone="good">${t("pb.isSolution")}</pl-badge>` : nothing}
      ${one.failed ? html` <pl-badge tone="bad">${t("pb.failed", { n: one.failed })}</pl-badge>` : nothing}
      ${done >= one.total && rest ? html` <pl-button size="small" icon="refresh" @click=${send}>${t("pb.sendRest", { n: rest })}</pl-button>` : nothing}</span>
    ${done < one.total ? html`<span class="telling"><progress max=${one.total} value=${done} aria-label=${words}></progress> <span class="digits small">${words}</span></span>` : nothing}</li>`;
}
