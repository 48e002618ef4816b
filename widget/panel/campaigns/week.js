// <pl-week-grid>: hours of a week, painted by pressing or dragging; arrows and space from the keyboard.
import { html } from "../../vendor/lit.js";
import { language } from "../../core/language.js";
import { t } from "../../i18n/panel.js";
import { PayLaterElement } from "../../elements/base.js";
import "../../elements/button.js";
import { everyDay, hoursOf, painted, weekHours } from "./spans.js";

/** @typedef {{day: number, hour: number}} Cell */

const HOURS = Array.from({ length: 24 }, (_, hour) => hour);

/** @param {number} day 1: Monday */
export function dayName(day) {
  return new Date(Date.UTC(2024, 0, day)).toLocaleDateString(language() === "en" ? "en-GB" : "ru-RU", { weekday: "short", timeZone: "UTC" });
}

export class WeekGrid extends PayLaterElement {
  static properties = { value: { attribute: false }, label: {}, strict: { type: Boolean }, stroke: { state: true }, at: { state: true } };

  constructor() {
    super();
    /** @type {import("./spans.js").Interval[]} */
    this.value = [];
    this.label = "";
    /** Without hours nothing is allowed; else everything that the law allows is. */
    this.strict = false;
    /** What is being painted: from a cell, open or close. @type {{from: Cell, to: Cell, open: boolean}|null} */
    this.stroke = null;
    /** The cell that keys move. @type {Cell} */
    this.at = { day: 1, hour: 9 };
  }

  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    const up = () => this.#end();
    // A finger that moves scrolls the page: nothing is painted.
    const cancel = () => (this.stroke = null);
    window.addEventListener("pointerup", up);
    window.addEventListener("pointercancel", cancel);
    this.whileConnected(() => {
      window.removeEventListener("pointerup", up);
      window.removeEventListener("pointercancel", cancel);
    });
  }

  /** Cells between two corners. @param {Cell} a @param {Cell} b @returns {Cell[]} */
  #between(a, b) {
    const days = [Math.min(a.day, b.day), Math.max(a.day, b.day)];
    const hours = [Math.min(a.hour, b.hour), Math.max(a.hour, b.hour)];
    const cells = [];
    for (let day = days[0]; day <= days[1]; day++) for (let hour = hours[0]; hour <= hours[1]; hour++) cells.push({ day, hour });
    return cells;
  }

  get #shown() {
    return this.stroke ? painted(this.value, this.#between(this.stroke.from, this.stroke.to), this.stroke.open) : this.value;
  }

  /** @param {import("./spans.js").Interval[]} value */
  #set(value) {
    this.value = value;
    this.tell("edit-week", value);
  }

  #end() {
    if (!this.stroke) return;
    const next = this.#shown;
    this.stroke = null;
    this.#set(next);
  }

  /** @param {PointerEvent} event @returns {Cell|null} */
  #cellOf(event) {
    const found = /** @type {HTMLElement|null} */ (document.elementFromPoint(event.clientX, event.clientY)?.closest("pl-week-grid [data-hour]") ?? null);
    return found && this.contains(found) ? { day: Number(found.dataset.day), hour: Number(found.dataset.hour) } : null;
  }

  /** @param {PointerEvent} event */
  #down(event) {
    const cell = this.#cellOf(event);
    if (!cell || event.button) return;
    if (event.pointerType !== "touch") event.preventDefault();
    this.at = cell;
    this.stroke = { from: cell, to: cell, open: hoursOf(this.value)[cell.day - 1][cell.hour] < 1 };
  }

  /** @param {PointerEvent} event */
  #move(event) {
    if (!this.stroke) return;
    const cell = this.#cellOf(event);
    if (cell) this.stroke = { ...this.stroke, to: cell };
  }

  /** @param {KeyboardEvent} event */
  async #key(event) {
    const moves = /** @type {Record<string, [number, number]>} */ ({ ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] });
    const move = moves[event.key];
    if (move) this.at = { day: Math.max(1, Math.min(7, this.at.day + move[0])), hour: Math.max(0, Math.min(23, this.at.hour + move[1])) };
    else if (event.key === " " || event.key === "Enter") this.#set(painted(this.value, [this.at], hoursOf(this.value)[this.at.day - 1][this.at.hour] < 1));
    else return;
    event.preventDefault();
    await this.updateComplete;
    /** @type {HTMLElement|null} */ (this.querySelector("[tabindex='0']"))?.focus();
  }

  render() {
    const open = hoursOf(this.#shown);
    const cell = (/** @type {number} */ day, /** @type {number} */ hour) => {
      const part = open[day - 1][hour];
      const here = this.at.day === day && this.at.hour === hour;
      const name = t("hourCell", { day: dayName(day), from: hour, to: hour + 1 });
      return html`<td role="gridcell" data-day=${day} data-hour=${hour} tabindex=${here ? 0 : -1} aria-selected=${String(part > 0)} aria-label=${name} title=${name}
        class=${part === 1 ? "on" : part > 0 ? "part" : ""}></td>`;
    };
    const hours = weekHours(this.#shown);
    const preset = (/** @type {string} */ name, /** @type {import("./spans.js").Interval[]} */ value) =>
      html`<pl-button size="small" @click=${() => this.#set(value)}>${t(`preset.${name}`)}</pl-button>`;
    return html`<table role="grid" aria-label=${this.label} @pointerdown=${this.#down} @pointermove=${this.#move} @keydown=${this.#key}>
        <thead><tr><th></th>${HOURS.map((hour) => html`<th scope="col">${hour % 3 ? "" : hour}</th>`)}</tr></thead>
        <tbody>${[1, 2, 3, 4, 5, 6, 7].map((day) => html`<tr><th scope="row">${dayName(day)}</th>${HOURS.map((hour) => cell(day, hour))}</tr>`)}</tbody>
      </table>
      <p class="row-tools">
        ${preset("work", everyDay([1, 2, 3, 4, 5], 9, 18))} ${preset("long", everyDay([1, 2, 3, 4, 5, 6, 7], 10, 20))} ${this.strict ? "" : preset("law", [])}
        <span class="muted small">${this.value.length || this.strict ? t("hoursAWeek", { n: hours }) : t("noWindow")}</span>
      </p>`;
  }
}

customElements.define("pl-week-grid", WeekGrid);

/** As a field of a form. @param {import("../../elements/form/fields.js").Place} place @param {any} form @param {boolean} [strict] see WeekGrid */
export function weekField(place, form, strict = false) {
  return html`<fieldset class="group wide">
    <legend>${place.label}</legend>
    <p class="hint">${place.hint ? `${place.hint}. ` : ""}${t("paintHint")}</p>
    <pl-week-grid ?strict=${strict} label=${place.label} .value=${place.value ?? []} @edit-week=${(/** @type {CustomEvent} */ event) => form.set(place.path, event.detail)}></pl-week-grid>
    ${form.broken(place.path) ? html`<p class="problem">${form.problem(place.path)}</p>` : ""}
  </fieldset>`;
}
