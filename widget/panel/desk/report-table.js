// The table of the support report. Shares are 0..1, durations seconds.
import { html } from "../../vendor/lit.js";
import { t } from "../../i18n/panel.js";
import { percent } from "../campaigns/figures.js";
import { moment } from "../core/cells.js";
import { lineName, spanText } from "./parts.js";

/** Rows with the sum under them. @param {any} report @returns {any[]} */
export function rowsOf(report) {
  const rows = report.rows ?? report.items ?? [];
  return rows.length > 1 && report.total && Object.keys(report.total).length ? [...rows, { ...report.total, whole: true }] : rows;
}

/** What a row is about. @param {any} row @param {string} by */
export function rowName(row, by) {
  if (row.whole) return t("total");
  const key = row.key ?? row[by] ?? row.line;
  if (by === "line" && key) return lineName(Number(key));
  return row.name || t(by === "operator" ? "sr.nobody" : by === "category" ? "sr.noCategory" : "sr.noClient");
}

/** @param {any} column @param {any} row */
function cell(column, row) {
  const value = row[column.name];
  if (value === null || value === undefined) return "—";
  if (column.unit === "share") return percent(value);
  if (column.unit === "seconds") return spanText(value);
  return column.unit === "time" ? moment(value) : value;
}

/** @param {any} report @param {string} by */
export function supportColumns(report, by) {
  const hidden = new Set(["key", "name", by, "line"]);
  const rest = report.columns.filter((/** @type {any} */ one) => !hidden.has(one.name));
  return [
    { key: "name", head: t(`sr.by.${by}`), wide: true, cell: (/** @type {any} */ row) => (row.whole ? html`<b>${rowName(row, by)}</b>` : rowName(row, by)) },
    ...rest.map((/** @type {any} */ column) => ({ key: column.name, head: column.title.replace(/, (с|s)$/, ""), number: true, cell: (/** @type {any} */ row) => cell(column, row) })),
  ];
}
