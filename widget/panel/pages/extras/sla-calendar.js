// A calendar of promises: a week to paint, with exact minutes; holidays and other special days.
import { html } from "../../../vendor/lit.js";
import { t } from "../../../i18n/panel.js";
import { weekField } from "../../campaigns/week.js";
import { looks as exact } from "./schedule.js";

/** Whether the exact minutes of the week are typed, and not its hours painted. */
let typed = false;

/** @param {any} place @param {any} form */
function week(place, form) {
  const turn = () => {
    typed = !typed;
    form.requestUpdate();
  };
  return html`<div class="wide">${typed ? exact().weekly.draw(place, form) : weekField(place, form, true)}
    <p class="row-actions"><pl-button size="small" look="quiet" icon=${typed ? "calendar" : "edit"} @click=${turn}>${t(typed ? "sla.paint" : "paintExact")}</pl-button></p></div>`;
}

export function looks() {
  return { name: { order: 1 }, timezone: { order: 2 }, weekly: { draw: week, order: 55 }, exceptions: { order: 60 } };
}
