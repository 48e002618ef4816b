// A list of leads: its settings under the tabs of its page; columns of its source.
import { html } from "../../../vendor/lit.js";
import { t } from "../../../i18n/panel.js";
import { tabs } from "../../leads/list-tabs.js";
import { mappingField } from "../../leads/mapping-field.js";

/** @param {import("../resource-item.js").ResourceItem} page */
export function above(page) {
  return page.isNew ? html`` : tabs(page.place.id, "settings");
}

export function looks() {
  return {
    name: { order: 1 },
    source_id: { list: "lead-sources", order: 60 },
    refresh: { order: 61, when: (/** @type {any} */ value) => Boolean(value.source_id) },
    mapping: { draw: mappingField, order: 62, when: (/** @type {any} */ value) => Boolean(value.source_id) || Object.keys(value.mapping ?? {}).length > 0 },
    partner_id: { list: "partners", more: true },
    enabled: { order: 50 },
  };
}

export function sections() {
  return [{ title: t("part.source"), lead: t("partLead.source"), names: ["source_id", "refresh", "mapping"] }];
}
