// <pl-timesheet-page>: working time by day and operator, with files.
import { html } from "../../vendor/lit.js";
import { label, t, valueText } from "../../i18n/panel.js";
import "../../elements/table.js";
import { day, duration } from "../core/cells.js";
import { save } from "../core/files.js";
import { ListPage } from "../core/list-page.js";
import { isoDay, period } from "../core/days.js";
import { periodFields } from "../core/period.js";
import { timeOfDay } from "../../core/language.js";

const STATES = ["ready", "on_call", "wrap_up", "break", "away"];

export class TimesheetPage extends ListPage {
  constructor() {
    super();
    this.path = "/timesheet";
    this.page = "timesheet";
  }

  query() {
    const { from, to } = period({ period: "week", ...this.place.query });
    const query = new URLSearchParams({ from: isoDay(from), to: isoDay(new Date(to.getTime() - 1)), timezone: Intl.DateTimeFormat().resolvedOptions().timeZone });
    for (const name of ["user_id", "group_id"]) if (this.place.query[name]) query.set(name, this.place.query[name]);
    return query;
  }

  get emptyText() {
    return t("noTimesheet");
  }

  /** @param {"csv"|"xlsx"} format */
  #file(format) {
    const query = this.query();
    query.set("format", format);
    return this.attempt(() => save(`/timesheet?${query}`, `timesheet.${format}`));
  }

  actions() {
    return html`<pl-button icon="download" @click=${() => this.#file("csv")}>CSV</pl-button><pl-button icon="download" @click=${() => this.#file("xlsx")}>XLSX</pl-button>`;
  }

  filters() {
    return html`${periodFields(this, ["week", "today", "yesterday", "month", "custom"])} ${this.picker("user_id", label("", "user_id"), "users")}
      ${this.picker("group_id", label("", "group_id"), "employee-groups")}`;
  }

  columns() {
    const seconds = (/** @type {string} */ name, /** @type {string} */ head) => ({ key: name, head, number: true, cell: (/** @type {any} */ one) => (one[name] ? duration(one[name]) : "—") });
    return [
      { key: "day", head: t("day"), cell: (/** @type {any} */ one) => day(one.day) },
      { key: "name", head: label("", "user_id"), wide: true, cell: (/** @type {any} */ one) => one.name },
      { key: "on", head: t("onLine"), cell: (/** @type {any} */ one) => (one.first_on ? html`${timeOfDay(one.first_on)}–${one.last_off ? timeOfDay(one.last_off) : "…"}` : "—") },
      seconds("worked_s", t("worked")),
      ...STATES.map((state) => seconds(`${state}_s`, valueText("status", state))),
      seconds("planned_s", t("planned")),
      { key: "late", head: t("late"), number: true, cell: (/** @type {any} */ one) => (one.absent_s ? html`<pl-badge tone="bad">${t("absent")}</pl-badge>` : one.late_s ? html`<pl-badge tone="warn">${duration(one.late_s)}</pl-badge>` : "—") },
    ];
  }
}

customElements.define("pl-timesheet-page", TimesheetPage);
