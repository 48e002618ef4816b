// Choosing of whom: clients and their outlets are many, the server looks for them; people of support are few.
import { html, nothing } from "../../vendor/lit.js";
import "../../elements/picker.js";
import { t } from "../../i18n/panel.js";
import { app } from "../core/app.js";

/** @typedef {{key: string, text: string, item?: any}} Choice */

/** Names of accounts read so far. @type {Map<string, string>} */
const names = new Map();

/** @param {string} text @returns {Promise<Choice[]>} */
export async function findClients(text) {
  if (!app.can("GET", "/clients")) return [];
  const query = new URLSearchParams({ limit: "20", ...(text.trim() ? { q: text.trim() } : {}) });
  const page = await app.request("GET", `/clients?${query}`);
  for (const one of page.items) names.set(one.id, one.name);
  return page.items.map((/** @type {any} */ one) => ({ key: one.id, text: [one.name, one.tax_id].filter(Boolean).join(" · "), item: one }));
}

/** The name of an account, read when it is not known yet. @param {string|null|undefined} id @returns {string} */
export function clientName(id) {
  if (!id) return "";
  const known = names.get(id);
  if (known !== undefined) return known;
  names.set(id, "…");
  if (app.can("GET", "/clients/{id}")) {
    app.request("GET", `/clients/${encodeURIComponent(id)}`).then(
      (one) => {
        names.set(id, one.name);
        app.tell("lookups");
      },
      () => names.set(id, ""),
    );
  }
  return "…";
}

/** @param {string} accountId @returns {(text: string) => Promise<Choice[]>} */
export function findOutlets(accountId) {
  return async (text) => {
    const query = new URLSearchParams({ limit: "30", ...(text.trim() ? { q: text.trim() } : {}) });
    const page = await app.request("GET", `/clients/${encodeURIComponent(accountId)}/outlets?${query}`);
    return page.items.filter((/** @type {any} */ one) => one.enabled).map((/** @type {any} */ one) => ({ key: one.id, text: [one.name, one.address].filter(Boolean).join(" · "), item: one }));
  };
}

/**
 * People who work on requests: everybody who signs in and is no client.
 * @param {string} text @returns {Promise<Choice[]>}
 */
export async function findStaff(text) {
  const list = app.lookups.has("ticket-staff") ? "ticket-staff" : app.lookups.has("users") ? "users" : "operators";
  const found = await app.lookups.search(list, text);
  return found.filter((one) => !["client", "partner"].includes(one.item.role));
}

/** @param {string|null|undefined} id */
export function staffName(id) {
  if (!id) return "";
  if (id === app.me?.id) return app.me.name;
  const list = ["ticket-staff", "users", "operators"].find((one) => app.lookups.has(one));
  return list ? app.lookups.name(list, id) : "";
}

/**
 * @param {{label: string, value: string|null, text: string, search: (text: string) => Promise<Choice[]>, pick: (key: string|null) => void,
 *   hint?: string, problem?: string, placeholder?: string, required?: boolean, disabled?: boolean, hideLabel?: boolean}} options
 */
export function picker({ label, value, text, search, pick, hint = "", problem = "", placeholder = "", required = false, disabled = false, hideLabel = false }) {
  return html`<pl-picker label=${label} ?hide-label=${hideLabel} hint=${hint} problem=${problem} placeholder=${placeholder || t("choose")} empty=${t("nothingFound")} clear-label=${t("remove")}
    ?required=${required} ?disabled=${disabled} .value=${value || null} .text=${value ? text : ""} .search=${search}
    @pick=${(/** @type {CustomEvent} */ event) => pick(event.detail)}></pl-picker>`;
}

/** A list that lookups know. @param {string} list @param {string} label @param {string|null} value @param {(key: string|null) => void} pick @param {{placeholder?: string, problem?: string}} [more] */
export function known(list, label, value, pick, more = {}) {
  if (!app.lookups.has(list)) return nothing;
  return picker({ label, value, text: app.lookups.name(list, value), search: (words) => app.lookups.search(list, words), pick, ...more });
}
