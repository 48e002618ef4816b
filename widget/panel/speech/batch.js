// A batch of recordings on its way to text: how far it is.
import { html, nothing } from "../../vendor/lit.js";
import { t } from "../../i18n/panel.js";
import { moment } from "../core/cells.js";

/** @param {any} batch @param {((batch: any) => void)|null} stop */
export function batchCard(batch, stop) {
  const count = (/** @type {string} */ state) => batch[state] ?? batch.states?.[state] ?? 0;
  const left = count("queued") + count("running");
  const over = batch.total - left;
  const done = t("doneOf", { done: over, all: batch.total });
  return html`<li class="card batch">
    <span class="muted">${moment(batch.created_at)}</span>
    <progress max=${Math.max(1, batch.total)} value=${over} aria-label=${done}></progress>
    <span class="digits">${done}</span>
    ${count("failed") ? html`<pl-badge tone="bad">${t("failedOf", { n: count("failed") })}</pl-badge>` : nothing}
    ${left && stop ? html`<pl-button size="small" look="quiet" tone="bad" @click=${() => stop(batch)}>${t("cancelBatch")}</pl-button>` : nothing}
  </li>`;
}
