// A campaign's form: its groups, the tabs above it, what a new one begins with.
import { check, jumps, looks, note } from "../../campaigns/editor.js";
import "../../campaigns/commands.js";
import { tabs } from "../../campaigns/tabs.js";
import { placeOf } from "../../core/router.js";
import { html } from "../../../vendor/lit.js";

export { check, looks };

/** A new one: a template where the address says so. */
export function start() {
  const { query } = placeOf(new URL(location.href));
  return { mode: "automatic", ...(query.template ? { template: true } : {}) };
}

/** @param {import("../resource-item.js").ResourceItem} page */
export function actions(page) {
  return html`<pl-campaign-commands .campaign=${page.item} @commanded=${() => page.load()}></pl-campaign-commands>`;
}

/** @param {import("../resource-item.js").ResourceItem} page */
export function above(page) {
  return html`${page.isNew ? "" : tabs(page.item, page.place.id, "settings")} ${note(page.isNew ? page.value : page.item)} ${jumps()}`;
}
