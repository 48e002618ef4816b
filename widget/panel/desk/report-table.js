// The table of the support report. Shares are 0..1, durations seconds.
import { html } from "../../vendor/lit.js";
import { t } from "../../i18n/panel.js";
import { percent } from "../campaigns/figures.js";
import { shown } from "../campaigns/report-parts.js";
import { moment } from "../core/cells.js";
import { spanText } from "./parts.js";

/** Rows with the sum under them. @param {any} report @returns {any[]} */
export function rowsOf({ rows, total }) {
  return rows.length > 1 && Object.keys(total).length ? [...rows, { ...total, whole: true }] : rows;
}

/** @param {any} column @param {any} row */
function cell(column, row) {
  const value = row[column.name];
  if (value === null || value === undefined) return html`<span class="muted">—</span>`;
  if (column.unit === "share") return percent(value);
  if (column.unit === "seconds") return spanText(value);
  return column.unit === "time" ? moment(value) : value;
}

/** @param {any} report */
export function supportColumns(report) {
  const [first, ...rest] = shown(report);
  return [
    { key: "name", head: first.title, wide: true, cell: (/** @type {any} */ row) => (row.whole ? html`<b>${t("total")}</b>` : row.name) },
    ...rest.map((/** @type {any} */ column) => ({ key: column.name, head: column.title.replace(/, (с|s)$/, ""), number: true, cell: (/** @type {any} */ row) => cell(column, row) })),
  ];
}
