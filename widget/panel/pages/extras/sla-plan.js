// A plan of promises: for whom, how fast, by which calendar.
import { t } from "../../../i18n/panel.js";
import { seconds, share } from "../../campaigns/fields.js";
import { clientName, findClients, picker } from "../../desk/pick.js";

/** @param {any} place @param {any} form */
function client(place, form) {
  return picker({ label: place.label, value: place.value, text: clientName(place.value), search: findClients, pick: (key) => form.set(place.path, key), placeholder: t("sla.anyClient"), problem: form.problem(place.path) });
}

export function looks() {
  return {
    name: { order: 1 },
    account_id: { draw: client, order: 2 },
    category_id: { list: "ticket-categories", order: 3 },
    priority: { order: 4 },
    calendar_id: { list: "sla-calendars", order: 10 },
    first_s: { draw: seconds, order: 11 },
    next_s: { draw: seconds, order: 12 },
    solution_s: { draw: seconds, order: 13 },
    warn_share: { draw: (/** @type {any} */ place, /** @type {any} */ form) => share(place, form, { min: 10, max: 100, step: 5 }), order: 20 },
    pause_waiting: { order: 21 },
  };
}

export function sections() {
  return [
    { title: t("sla.forWhom"), lead: t("sla.forWhomHint"), names: ["account_id", "category_id", "priority"] },
    { title: t("sla.howFast"), lead: t("sla.howFastHint"), names: ["calendar_id", "first_s", "next_s", "solution_s", "warn_share", "pause_waiting"] },
  ];
}
