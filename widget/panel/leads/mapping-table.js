// Columns of a file or a source with what they mean: a table to check and mend what was guessed.
import { html, nothing } from "../../vendor/lit.js";
import { t } from "../../i18n/panel.js";
import "../../elements/field.js";
import "../../elements/table.js";
import { FIELDS, hasRole, turned } from "./mapping.js";

/** @typedef {import("./mapping.js").Mapping} Mapping */

/** @param {Event} event @returns {any} */
const valueOf = (event) => /** @type {any} */ (event.currentTarget).value;

/** Values of a column that are shown beside it. */
const SAMPLES = 3;

/**
 * @param {{columns: {name: string, samples?: string[]}[], mapping: Mapping, set: (mapping: Mapping) => void, remove?: (column: string) => void}} options
 */
export function mappingTable({ columns, mapping, set, remove }) {
  const target = (/** @type {any} */ one) => mapping[one.name] ?? { field: "data" };
  const put = (/** @type {any} */ one, /** @type {any} */ next) => set({ ...mapping, [one.name]: next });
  const options = FIELDS.map((value) => ({ value, label: t(`field.${value}`) }));
  const detail = (/** @type {any} */ one) => {
    const now = target(one);
    if (hasRole(now)) {
      return html`<pl-field hide-label label=${`${t("role")}: ${one.name}`} placeholder=${t("role")} limit="40" .value=${now.role ?? ""} @input=${(/** @type {Event} */ event) => put(one, { ...now, role: valueOf(event) })}></pl-field>`;
    }
    if (now.field !== "data") return nothing;
    return html`<pl-field hide-label label=${`${t("variableName")}: ${one.name}`} placeholder=${t("variableName")} limit="40" .value=${now.variable ?? ""} @input=${(/** @type {Event} */ event) => put(one, { ...now, variable: valueOf(event).trim() })}></pl-field>`;
  };
  const shown = [
    { key: "name", head: t("column"), cell: (/** @type {any} */ one) => html`<b>${one.name}</b>` },
    { key: "samples", head: t("samples"), wide: true, cell: (/** @type {any} */ one) => html`<span class="muted small">${(one.samples ?? []).slice(0, SAMPLES).join(" · ") || "—"}</span>` },
    {
      key: "field",
      head: t("meansWhat"),
      cell: (/** @type {any} */ one) => html`<pl-field class="pick" type="select" hide-label label=${t("mapColumn", { name: one.name })} .options=${options} .value=${target(one).field}
        @change=${(/** @type {Event} */ event) => put(one, turned(target(one), valueOf(event)))}></pl-field>`,
    },
    { key: "detail", head: t("roleOrVariable"), cell: detail },
    ...(remove ? [{ key: "do", head: "", cell: (/** @type {any} */ one) => html`<pl-button size="icon" look="quiet" icon="trash" label=${`${t("remove")}: ${one.name}`} @click=${() => remove(one.name)}></pl-button>` }] : []),
  ];
  return html`<pl-table class="mapping" label=${t("step.mapping")} .columns=${shown} .rows=${columns} .rowKey=${(/** @type {any} */ one) => one.name} empty=${t("noColumns")}></pl-table>`;
}

/** A fault in words. @param {import("./mapping.js").Fault} fault */
export function faultText(fault) {
  if (fault.rule === "noContact") return t("mapNoPhone");
  if (fault.rule === "variable") return t("mapVariable", { name: fault.column });
  return t("mapTwice", { field: t(`field.${fault.field}`) });
}
