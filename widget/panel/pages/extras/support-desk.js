// Settings of the desk whose fields need no editor of their own: what they refer to, in which order they stand.
import { share } from "../../campaigns/fields.js";

/** @param {any} page the resource's item page */
export function looks(page) {
  const { id } = page.kind;
  if (id === "support-lines") {
    return { line: { as: /** @type {const} */ ("hidden") }, name: { order: 1 }, name_en: { order: 2 }, group_id: { list: "employee-groups", order: 3 }, target_share: { draw: (/** @type {any} */ place, /** @type {any} */ form) => share(place, form, { min: 0, max: 100, step: 1 }), order: 4 } };
  }
  if (id === "ticket-categories") return { name: { order: 1 }, name_en: { order: 2 }, line: { order: 3 }, priority: { order: 4 }, for_clients: { order: 5 } };
  if (id === "ticket-call-rules") return { name: { order: 1 }, queue_id: { list: "queues", order: 2 }, number: { order: 3 }, after_minutes: { order: 4 }, category_id: { list: "ticket-categories", order: 5 } };
  if (id === "surveys") {
    return {
      name: { order: 1 }, trigger: { order: 2 }, question: { order: 3, wide: true, as: /** @type {const} */ ("area") }, question_en: { order: 4, wide: true, as: /** @type {const} */ ("area") }, best: { order: 5 }, ask_comment: { order: 6 },
      category_id: { list: "ticket-categories", order: 10, when: (/** @type {any} */ value) => value.trigger === "closed" }, delay_minutes: { order: 11, when: (/** @type {any} */ value) => value.trigger === "closed" },
      every_days: { order: 11, when: (/** @type {any} */ value) => value.trigger === "schedule" }, rest_days: { order: 12 }, answer_days: { order: 13 }, by_mail: { order: 20 }, by_portal: { order: 21 },
    };
  }
  return {};
}
