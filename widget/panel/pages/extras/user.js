// A user's access: state, invitation, block, unlock, reset of the authenticator.
import { html, nothing } from "../../../vendor/lit.js";
import { t } from "../../../i18n/panel.js";
import { app } from "../../core/app.js";
import { moment } from "../../core/cells.js";
import { failure } from "../../core/saving.js";

/** @typedef {import("../resource-item.js").ResourceItem} Page */

/** @param {Page} page @param {string} method @param {string} tail @param {string} done @param {any} [body] */
async function act(page, method, tail, done, body) {
  try {
    await app.request(method, `/users/${page.item.id}${tail}`, body ? { body } : {});
    app.toast(t(done));
    await page.load();
  } catch (error) {
    app.toast(failure(error), "bad");
  }
}

/** @param {any} user */
function state(user) {
  if (user.blocked_at) return html`<pl-badge tone="bad" dot>${t("stateBlocked")}</pl-badge>`;
  if (user.locked_until && Date.parse(user.locked_until) > Date.now()) return html`<pl-badge tone="warn" dot>${t("stateLocked", { when: moment(user.locked_until) })}</pl-badge>`;
  if (!user.signed_in_at && !user.has_password) return html`<pl-badge tone="accent" dot>${t("stateInvited")}</pl-badge>`;
  return html`<pl-badge tone="good" dot>${t("stateActive")}</pl-badge>`;
}

/** @param {Page} page */
function buttons(page) {
  const user = page.item;
  const block = () => window.confirm(t("blockSure", { name: user.name })) && act(page, "PATCH", "", "done", { blocked: true });
  const reset = () => window.confirm(t("resetTotpSure")) && act(page, "DELETE", "/second-factor", "done");
  const can = (/** @type {string} */ method, /** @type {string} */ tail) => app.can(method, `/users/{id}${tail}`);
  return html`${user.email && can("POST", "/link") ? html`<pl-button size="small" icon="forward" @click=${() => act(page, "POST", "/link", "linkSent")}>${t("sendLink")}</pl-button>` : nothing}
    ${user.locked_until && can("POST", "/unlock") ? html`<pl-button size="small" icon="lock" @click=${() => act(page, "POST", "/unlock", "unlocked")}>${t("unlock")}</pl-button>` : nothing}
    ${user.second_factor && can("DELETE", "/second-factor") ? html`<pl-button size="small" icon="refresh" @click=${reset}>${t("resetTotp")}</pl-button>` : nothing}
    ${can("PATCH", "") && user.id !== app.me.id
      ? user.blocked_at
        ? html`<pl-button size="small" icon="check" @click=${() => act(page, "PATCH", "", "done", { blocked: false })}>${t("unblock")}</pl-button>`
        : html`<pl-button size="small" tone="bad" icon="ban" @click=${block}>${t("block")}</pl-button>`
      : nothing}`;
}

/** @param {Page} page */
export function below(page) {
  const user = page.item;
  return html`<section class="card" aria-label=${t("access")}>
    <h2>${t("access")}</h2>
    <p class="badges">
      ${state(user)} <pl-badge tone=${user.second_factor ? "good" : ""}>${t(user.second_factor ? "totpOn" : "noCode")}</pl-badge>
      ${user.signed_in_at ? html`<span class="muted">${t("lastSeen", { when: moment(user.signed_in_at) })}</span>` : nothing}
    </p>
    <p class="row-actions">${buttons(page)}</p>
  </section>`;
}

export function looks() {
  return {
    blocked: { as: /** @type {const} */ ("hidden") },
    groups: { list: "employee-groups", more: true },
    skills: { more: true },
    partner_id: { more: true, list: "partners" },
    password: { as: /** @type {const} */ ("password"), when: (/** @type {any} */ value) => !value.invite, order: 60 },
    invite: { order: 58 },
    email: { order: 40 },
  };
}

/** Inviting is the usual way; one with neither comes by a directory. */
export function start() {
  return { invite: true };
}
