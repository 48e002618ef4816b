// A batch of recordings on its way to text: how far it is.
import { html, nothing } from "../../vendor/lit.js";
import { t } from "../../i18n/panel.js";
import { moment } from "../core/cells.js";

/**
 * @param {any} batch @param {string} href where its jobs are listed
 * @param {{stop: () => void, hold: (paused: boolean) => void}|null} may
 */
export function batchCard(batch, href, may) {
  const left = batch.queued + batch.running;
  const over = batch.total - left;
  const done = t("doneOf", { done: over, all: batch.total });
  const tools = may && left
    ? html`<span class="row-tools">
        <pl-button size="small" look="quiet" icon=${batch.paused ? "play" : "pause"} @click=${() => may.hold(!batch.paused)}>${t(batch.paused ? "goOn" : "hold")}</pl-button>
        <pl-button size="small" look="quiet" tone="bad" @click=${() => may.stop()}>${t("cancelBatch")}</pl-button>
      </span>`
    : nothing;
  return html`<li class="card batch">
    <a href=${href}>${moment(batch.created_at)}</a>
    <progress max="1" value=${batch.progress} aria-label=${done}></progress>
    <span class="digits">${done}</span>
    ${batch.failed ? html`<pl-badge tone="bad">${t("failedOf", { n: batch.failed })}</pl-badge>` : nothing} ${tools}
  </li>`;
}
