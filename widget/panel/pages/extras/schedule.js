// A schedule's week: hours a day, drawn as bars of the day.
import { html, nothing } from "../../../vendor/lit.js";
import { language } from "../../../core/language.js";
import { t } from "../../../i18n/panel.js";

const DAYS = [1, 2, 3, 4, 5, 6, 7];
const DAY_S = 86_400;

/** @param {number} day 1: Monday */
function dayName(day) {
  return new Date(Date.UTC(2024, 0, day)).toLocaleDateString(language() === "en" ? "en-GB" : "ru-RU", { weekday: "short", timeZone: "UTC" });
}

/** @param {string} text */
const seconds = (text) => text.split(":").reduce((all, part) => all * 60 + Number(part), 0) * (text.split(":").length === 2 ? 60 : 1);

/** Where the open hours lie in the day, as a picture. @param {any[]} hours */
function bar(hours) {
  return html`<svg class="day-bar" viewBox="0 0 240 10" preserveAspectRatio="none" aria-hidden="true">
    ${hours.map((one) => {
      const start = seconds(one.start);
      const end = seconds(one.end) || DAY_S;
      return html`<svg x=${(start / DAY_S) * 240} y="0" width=${Math.max(0, ((end - start) / DAY_S) * 240)} height="10"><rect width="100%" height="10"></rect></svg>`;
    })}
  </svg>`;
}

/** @param {import("../../../elements/form/fields.js").Place} place @param {any} form */
function week(place, form) {
  const all = /** @type {{day: number, start: string, end: string}[]} */ (place.value ?? []);
  const set = (/** @type {any[]} */ next) => form.set(place.path, next);
  const row = (/** @type {number} */ day) => {
    const own = all.map((one, n) => ({ one, n })).filter(({ one }) => one.day === day);
    const last = own.at(-1)?.one.end ?? "";
    const added = own.length ? { day, start: last, end: "20:00:00" } : { day, start: "09:00:00", end: "18:00:00" };
    return html`<li>
      <b>${dayName(day)}</b>${bar(own.map(({ one }) => one))}
      <div class="spans">
        ${own.length ? nothing : html`<span class="muted">${t("dayOff")}</span>`}
        ${own.map(({ one, n }) => span(form, place, one, n, () => set(all.filter((_, other) => other !== n))))}
        <pl-button size="icon" look="quiet" icon="add" label=${`${t("addHours")}: ${dayName(day)}`} @click=${() => set([...all, added])}></pl-button>
      </div>
    </li>`;
  };
  const copy = () => set([...all.filter((one) => one.day === 1 || one.day > 5), ...[2, 3, 4, 5].flatMap((day) => all.filter((one) => one.day === 1).map((one) => ({ ...one, day })))]);
  return html`<fieldset class="group wide">
    <legend>${place.label}</legend>
    <p class="hint">${t("weekHint")}</p>
    <ul class="week">${DAYS.map(row)}</ul>
    <pl-button size="small" icon="copy" @click=${copy}>${t("copyToAll")}</pl-button>
    ${form.problem(place.path) ? html`<p class="problem">${form.problem(place.path)}</p>` : nothing}
  </fieldset>`;
}

/** What was typed as a time of day: ``9``, ``9:30``, ``0930``. @param {string} typed */
export function timeOf(typed) {
  const found = /^(\d{1,2})(?:[:.]?(\d\d))?$/.exec(typed.trim());
  if (!found || Number(found[1]) > 24 || Number(found[2] ?? 0) > 59) return null;
  return `${String(Number(found[1]) % 24).padStart(2, "0")}:${found[2] ?? "00"}:00`;
}

/** @param {any} form @param {any} place @param {any} one @param {number} n @param {() => void} remove */
function span(form, place, one, n, remove) {
  const typed = (/** @type {"start"|"end"} */ name, /** @type {any} */ input) => {
    const time = timeOf(input.value);
    if (time) form.set([...place.path, n, name], time);
    input.value = (time ?? one[name]).slice(0, 5);
  };
  const time = (/** @type {"start"|"end"} */ name, /** @type {string} */ text) => html`<pl-field mode="numeric" hide-label label=${text} .value=${one[name].slice(0, 5)}
    problem=${form.problem([...place.path, n, name])} @change=${(/** @type {Event} */ event) => typed(name, event.currentTarget)}></pl-field>`;
  return html`<span class="span">${time("start", t("hoursOf", { day: dayName(one.day) }))}–${time("end", t("hoursTo", { day: dayName(one.day) }))}
    <pl-button size="icon" look="quiet" icon="close" label=${t("remove")} @click=${remove}></pl-button></span>`;
}

export function looks() {
  return { weekly: { draw: week, order: 55 } };
}
