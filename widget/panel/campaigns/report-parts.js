// A report's table and charts. Shares are 0..1, durations seconds.
import { html, nothing } from "../../vendor/lit.js";
import { t, valueText } from "../../i18n/panel.js";
import { app } from "../core/app.js";
import { day, duration, moment } from "../core/cells.js";
import { OUTCOME_TONES, percent } from "./figures.js";
import { answerKey } from "./report-figures.js";

/** The first columns, which stay whatever they hold. */
const ALWAYS = 6;

/** What a row is about, in words. @param {any} row @param {string} by */
export function rowName(row, by) {
  const key = row.key ?? row[by] ?? row.name;
  if (["campaign", "disposition"].includes(by)) return row.name || (by === "disposition" ? t("noDisposition") : "—");
  if (row.total) return html`<b>${t("total")}</b>`;
  if (by === "outcome") return valueText("dial", key) || t("outcomeNow");
  if (by === "hour") return row.at ? moment(row.at) : typeof key === "number" ? `${String(key).padStart(2, "0")}:00` : moment(key);
  if (by === "day") return day(row.at ?? key);
  if (by === "attempt") return t("attemptNth", { n: key });
  if (by === "list") return row.name || app.lookups.name("lead-lists", row.list_id ?? key);
  if (by === "operator") return row.name || (key && row.operator_id ? app.lookups.name("users", row.operator_id ?? key) : t("noOperator"));
  if (by === "answer") return answerKey(row);
  return key ?? "—";
}

/** @param {any} column @param {any} row */
function cell(column, row) {
  const value = row[column.name];
  if (column.unit === "share") return value === null || value === undefined ? "—" : percent(value);
  if (column.unit === "seconds") return duration(value);
  if (column.unit === "time") return value ? moment(value) : "—";
  if (column.name === "outcome") return valueText("dial", value);
  return value ?? "—";
}

/** Columns of which something is told: of the less used figures those that are not all empty. @param {any} report @returns {any[]} */
export function shown(report) {
  const empty = (/** @type {string} */ name) => report.rows.every((/** @type {any} */ row) => !row[name]);
  return report.columns.filter((/** @type {any} */ one, /** @type {number} */ n) => n < ALWAYS || !empty(one.name));
}

/** @param {any} report @param {string} by */
export function reportColumns(report, by) {
  const [first, ...rest] = shown(report);
  return [
    { key: first.name, head: first.title, wide: true, cell: (/** @type {any} */ row) => (by === "answer" && !row.total ? row.question : rowName({ key: row[first.name], ...row }, by)) },
    ...rest.map((/** @type {any} */ column) => ({ key: column.name, head: column.title.replace(/, (с|s)$/, ""), number: column.unit !== "text", cell: (/** @type {any} */ row) => cell(column, row) })),
  ];
}

/** The column that bars are drawn of: how many. @param {any} report */
const countColumn = (report) => report.columns.find((/** @type {any} */ one) => one.unit === "count")?.name ?? "attempts";

/** Rows as bars beside their names. @param {any} report @param {string} by */
export function bars(report, by) {
  const name = countColumn(report);
  const most = Math.max(1, ...report.rows.map((/** @type {any} */ row) => Number(row[name] ?? 0)));
  const rows = report.rows.slice(0, 30);
  const tone = (/** @type {any} */ row) => (by === "outcome" ? OUTCOME_TONES[row.key ?? row.outcome] || "muted" : "accent");
  const first = report.columns[0].name;
  return html`<section class="card" aria-label=${t(`by.${by}`)}>
    <ul class="hbars">
      ${rows.map((/** @type {any} */ row) => html`<li>
        <span class="cut">${rowName({ key: row[first], ...row }, by)}</span>
        <svg aria-hidden="true" height="14"><rect class=${tone({ key: row[first], ...row })} height="14" rx="4" width=${`${(Number(row[name] ?? 0) / most) * 100}%`}></rect></svg>
        <b class="digits">${row[name] ?? 0}</b>
      </li>`)}
    </ul>
  </section>`;
}

/** Rows over time. @param {any} report @param {string} by */
export function timeChart(report, by) {
  const first = report.columns[0].name;
  const times = report.rows.map((/** @type {any} */ row) => Date.parse(row.at ?? row[first]) / 1000);
  const counts = report.columns.filter((/** @type {any} */ one) => one.unit === "count").slice(0, 3);
  const shares = report.columns.filter((/** @type {any} */ one) => one.unit === "share").slice(0, 2);
  if (times.length < 2 || times.some(Number.isNaN)) return nothing;
  const tones = ["accent", "good", "bad"];
  const values = (/** @type {any} */ column, /** @type {number} */ scale) => report.rows.map((/** @type {any} */ row) => (row[column.name] === null || row[column.name] === undefined ? null : row[column.name] * scale));
  return html`<div class="charts two">
    <div class="card"><pl-chart label=${t(`by.${by}`)} .times=${times} .series=${counts.map((/** @type {any} */ one, /** @type {number} */ n) => ({ name: one.title, tone: tones[n], bars: n === 0, values: values(one, 1) }))}></pl-chart></div>
    ${shares.length
      ? html`<div class="card"><pl-chart label=${shares.map((/** @type {any} */ one) => one.title).join(", ")} .times=${times} .series=${shares.map((/** @type {any} */ one, /** @type {number} */ n) => ({ name: one.title, tone: n ? "bad" : "good", unit: " %", values: values(one, 100) }))}></pl-chart></div>`
      : nothing}
  </div>`;
}
