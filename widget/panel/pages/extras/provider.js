// A directory of people: does it answer as configured?
import { html, nothing } from "../../../vendor/lit.js";
import { problemText, t } from "../../../i18n/panel.js";
import { app } from "../../core/app.js";
import { failure } from "../../core/saving.js";

/** @param {any} item */
async function trial(item) {
  try {
    const told = await app.request("POST", `/sign-in-providers/${item.id}/test`);
    app.toast(told.ok ? t("testFine") : problemText(told.detail), told.ok ? "good" : "bad");
  } catch (error) {
    app.toast(failure(error), "bad");
  }
}

/** @param {import("../resource-item.js").ResourceItem} page */
export function actions(page) {
  if (!app.can("POST", "/sign-in-providers/{id}/test")) return nothing;
  return html`<pl-button icon="link" @click=${() => trial(page.item)}>${t("test")}</pl-button>`;
}
