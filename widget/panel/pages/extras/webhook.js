// A webhook: its secret, shown once; a trial; what was sent, what never arrived.
import { html, nothing } from "../../../vendor/lit.js";
import { t } from "../../../i18n/panel.js";
import "../../leads/deliveries.js";
import { app } from "../../core/app.js";
import { failure } from "../../core/saving.js";

/** Secrets just made, until the page is left: by webhook. @type {Map<string, string>} */
const fresh = new Map();

/** @param {import("../resource-item.js").ResourceItem} page @param {any} made */
function keep(page, made) {
  fresh.set(made.id, made.secret);
  page.requestUpdate();
}

/** @param {any} saved @param {import("../resource-item.js").ResourceItem} page */
export function created(saved, page) {
  keep(page, saved);
}

/** @param {import("../resource-item.js").ResourceItem} page */
async function trial(page) {
  try {
    const told = await app.request("POST", `/webhooks/${page.item.id}/test`);
    const ok = t("testSent", { status: told.status ?? "—", ms: Math.round(told.ms) });
    app.toast(told.ok ? ok : t("testFailed", { why: told.detail || told.status }), told.ok ? "good" : "bad");
  } catch (error) {
    app.toast(failure(error), "bad");
  }
}

/** @param {import("../resource-item.js").ResourceItem} page */
async function rotate(page) {
  if (!window.confirm(t("newSecretSure"))) return;
  try {
    keep(page, await app.request("POST", `/webhooks/${page.item.id}/rotate`));
  } catch (error) {
    app.toast(failure(error), "bad");
  }
}

/** @param {import("../resource-item.js").ResourceItem} page */
export function actions(page) {
  return html`${app.can("POST", "/webhooks/{id}/test") ? html`<pl-button icon="link" @click=${() => trial(page)}>${t("testWebhook")}</pl-button>` : nothing}
    ${app.can("POST", "/webhooks/{id}/rotate") ? html`<pl-button icon="key" @click=${() => rotate(page)}>${t("newSecret")}</pl-button>` : nothing}`;
}

/** @param {string} text */
async function copy(text) {
  await navigator.clipboard?.writeText(text).catch(() => {});
  app.toast(t("copied"));
}

/** @param {import("../resource-item.js").ResourceItem} page */
export function above(page) {
  const secret = page.item && fresh.get(page.item.id);
  const { failures, error } = page.item ?? {};
  return html`${secret
    ? html`<div class="notice good" role="status"><pl-icon name="key"></pl-icon>
        <div><b>${t("secretOnce")}</b><br /><code>${secret}</code><br /><span class="small">${t("signatureHow")}</span></div>
        <pl-button size="small" icon="copy" @click=${() => copy(secret)}>${t("copy")}</pl-button>
      </div>`
    : nothing}
  ${failures && error ? html`<p class="notice warn" role="status"><pl-icon name="alert"></pl-icon><span>${t("webhookFails", { n: failures, why: error })}</span></p>` : nothing}`;
}

/** @param {import("../resource-item.js").ResourceItem} page */
export function below(page) {
  return html`<pl-deliveries webhook=${page.item.id} .dead=${page.item.dead ?? 0} @resent=${() => page.dirty || page.load()}></pl-deliveries>`;
}

export function looks() {
  return { name: { order: 1 }, url: { order: 2, wide: true }, events: { order: 3 }, campaign_ids: { list: "campaigns", order: 4 }, partner_id: { list: "partners", more: true } };
}
