// A link with an outside desk: its secrets, how it is, what goes and what came.
import { html, nothing } from "../../../vendor/lit.js";
import { t } from "../../../i18n/panel.js";
import { app } from "../../core/app.js";
import { failure } from "../../core/saving.js";
import { linkTabs } from "../../desk/link-tabs.js";

/** Secrets just made, until the page is left: by link. @type {Map<string, any>} */
const fresh = new Map();

/** @param {any} saved @param {import("../resource-item.js").ResourceItem} page */
export function created(saved, page) {
  if (!saved.inbound_secret) return;
  fresh.set(saved.id, saved);
  page.requestUpdate();
}

const ROTATE = "/desk-links/{id}/rotate";

/** @param {import("../resource-item.js").ResourceItem} page */
async function rotate(page) {
  if (!window.confirm(t("lk.newSecretSure"))) return;
  try {
    fresh.set(page.item.id, await app.request("POST", ROTATE.replace("{id}", page.item.id)));
    page.requestUpdate();
  } catch (error) {
    app.toast(failure(error), "bad");
  }
}

/** @param {import("../resource-item.js").ResourceItem} page */
async function trial(page) {
  try {
    const told = await app.request("POST", `/desk-links/${page.item.id}/test`);
    app.toast(told.ok ? t("testSent", { status: told.status ?? "—", ms: Math.round(told.ms) }) : t("testFailed", { why: told.detail || told.status }), told.ok ? "good" : "bad");
  } catch (error) {
    app.toast(failure(error), "bad");
  }
}

/** @param {import("../resource-item.js").ResourceItem} page */
export function actions(page) {
  return html`${app.can("POST", "/desk-links/{id}/test") ? html`<pl-button icon="link" @click=${() => trial(page)}>${t("lk.test")}</pl-button>` : nothing}
    ${app.can("POST", ROTATE) ? html`<pl-button icon="key" @click=${() => rotate(page)}>${t("newSecret")}</pl-button>` : nothing}`;
}

/** @param {string} text */
async function copy(text) {
  await navigator.clipboard?.writeText(text).catch(() => {});
  app.toast(t("copied"));
}

/** The secret that was just made. @param {string} id */
export function secretNotice(id) {
  const made = fresh.get(id);
  return made
    ? html`<div class="notice good" role="status"><pl-icon name="key"></pl-icon>
        <div><b>${t("lk.secretOnce")}</b><br /><code>${made.inbound_secret}</code><br /><span class="small">${t("lk.eventsAt")} <code>${location.origin}${made.events_path}</code></span></div>
        <pl-button size="small" icon="copy" @click=${() => copy(made.inbound_secret)}>${t("copy")}</pl-button></div>`
    : nothing;
}

/** @param {import("../resource-item.js").ResourceItem} page */
export function above(page) {
  return page.item ? html`${linkTabs(page.item.id, "settings")} ${secretNotice(page.item.id)}` : nothing;
}

/** What a preset says is not asked. */
const OPERATIONS = ["create", "comment", "status", "fields", "file", "find", "test", "auth", "inbound"];
const MAPS = ["states", "states_in", "priorities", "priorities_in", "categories", "categories_in", "own_author", "internal"];

export function looks() {
  const own = (/** @type {any} */ value) => !value.preset;
  const operations = Object.fromEntries(OPERATIONS.map((name, n) => [`LinkSettings.${name}`, { when: own, order: 10 + n }]));
  const maps = Object.fromEntries(MAPS.map((name) => [`LinkSettings.${name}`, { more: true }]));
  return {
    name: { order: 1 }, url: { order: 2, wide: true }, secret: { as: /** @type {const} */ ("password"), order: 3 }, category_ids: { list: "ticket-categories", order: 10 }, min_line: { order: 11 }, automatic: { order: 12 }, enabled: { order: 13 },
    settings: { order: 60, wide: true }, "Operation.body": { as: /** @type {const} */ ("area"), wide: true, rows: 6 },
    ...operations, ...maps, "LinkSettings.category_id": { list: "ticket-categories", order: 5 }, "LinkSettings.preset": { order: 1 },
    "LinkSettings.remote_link": { order: 2, when: (/** @type {any} */ value) => Boolean(value.preset) },
  };
}
