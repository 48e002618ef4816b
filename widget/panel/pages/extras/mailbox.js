// A mailbox: whether it can be read, and what came into it.
import { html, nothing } from "../../../vendor/lit.js";
import { problemText, t } from "../../../i18n/panel.js";
import "../../desk/mails.js";
import { app } from "../../core/app.js";
import { moment } from "../../core/cells.js";
import { failure } from "../../core/saving.js";

/** Pages whose mailbox is being tried. @type {WeakSet<object>} */
const trying = new WeakSet();

/** @param {import("../resource-item.js").ResourceItem} page */
async function trial(page) {
  trying.add(page);
  page.requestUpdate();
  try {
    const told = await app.request("POST", `/mailboxes/${page.item.id}/test`);
    const server = page.item.authserv_id;
    const other = told.ok && server && told.servers.length > 0 && !told.servers.includes(server.toLowerCase());
    if (other) app.toast(t("mb.otherServer", { server, found: told.servers.join(", ") }), "bad", { stays: true });
    else if (told.ok) app.toast(t(told.idle ? "mb.goodIdle" : "mb.good", { n: told.letters }));
    else app.toast(t("mb.bad", { why: problemText(told.detail) }), "bad", { stays: true });
  } catch (error) {
    app.toast(failure(error), "bad");
  } finally {
    trying.delete(page);
    page.requestUpdate();
  }
}

/** @param {import("../resource-item.js").ResourceItem} page */
export function actions(page) {
  return app.can("POST", "/mailboxes/{id}/test") ? html`<pl-button icon="check" ?busy=${trying.has(page)} @click=${() => trial(page)}>${t("mb.test")}</pl-button>` : nothing;
}

/** @param {import("../resource-item.js").ResourceItem} page */
export function above(page) {
  const { item } = page;
  if (!item) return nothing;
  if (item.error) return html`<p class="notice bad" role="alert"><pl-icon name="alert"></pl-icon><span>${t("mb.fails", { why: problemText(item.error) })}</span></p>`;
  return item.seen_at && item.enabled ? html`<p class="notice good" role="status"><pl-icon name="check"></pl-icon><span>${t("mb.seen", { when: moment(item.seen_at) })}</span></p>` : nothing;
}

/** @param {import("../resource-item.js").ResourceItem} page */
export function below(page) {
  return app.can("GET", "/mails-received") ? html`<pl-mails-received mailbox=${page.item.id}></pl-mails-received>` : nothing;
}

export function looks() {
  return {
    name: { order: 1 }, address: { order: 2 }, host: { order: 3 }, port: { order: 4 }, security: { order: 5 }, login: { order: 6 }, secret: { as: /** @type {const} */ ("password"), order: 7 },
    folder: { more: true }, category_id: { list: "ticket-categories", order: 10 }, strangers: { order: 11 }, authserv_id: { more: true }, enabled: { order: 12 },
  };
}
