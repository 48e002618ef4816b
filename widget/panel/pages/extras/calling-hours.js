// Hours that the law allows: a week to paint, holidays.
import { weekField } from "../../campaigns/week.js";

export function looks() {
  return { name: { order: 1 }, prefix: { order: 2 }, weekly: { draw: (/** @type {any} */ place, /** @type {any} */ form) => weekField(place, form, true), order: 55 }, holidays: { order: 60 }, enabled: { order: 70 }, "ScheduleException.destination": { as: "hidden" } };
}
