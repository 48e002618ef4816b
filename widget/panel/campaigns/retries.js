// What follows each outcome, as a table: again or not, after how long, how often, by the next number.
import { html, nothing } from "../../vendor/lit.js";
import { label, t, valueText } from "../../i18n/panel.js";
import "../../elements/table.js";
import { span, valueOf } from "./fields.js";

/** @typedef {{outcome: string, interval_s: number, attempts: number, next_contact: boolean}} Retry */

/** Outcomes after which a lead may be dialled again, as people expect them. */
export const RETRIED = ["busy", "no_answer", "rejected", "unavailable", "machine", "abandoned", "hung_up", "silent", "fax", "failed", "interrupted", "bad_number", "not_sent"];

/** The list with the rule of an outcome changed; null takes it away. @param {Retry[]} all @param {string} outcome @param {Partial<Retry>|null} change @returns {Retry[]} */
export function changed(all, outcome, change) {
  const known = all.find((one) => one.outcome === outcome);
  if (change === null) return all.filter((one) => one !== known);
  const start = { outcome, interval_s: 3600, attempts: 3, next_contact: false };
  if (!known) return [...all, { ...start, ...change }];
  return all.map((one) => (one === known ? { ...one, ...change } : one));
}

/** @param {import("../../elements/form/fields.js").Place} place @param {any} form */
export function retries(place, form) {
  const all = /** @type {Retry[]} */ (place.value ?? []);
  const at = (/** @type {string} */ outcome) => all.findIndex((one) => one.outcome === outcome);
  const set = (/** @type {string} */ outcome, /** @type {Partial<Retry>|null} */ change) => form.set(place.path, changed(all, outcome, change));
  const problem = (/** @type {string} */ outcome, /** @type {string} */ name) => form.problem([...place.path, at(outcome), name]);
  const rule = (/** @type {string} */ outcome) => all[at(outcome)];
  const columns = [
    { key: "outcome", head: label("Retry", "outcome"), cell: (/** @type {string} */ one) => valueText("dial", one) },
    {
      key: "again",
      head: t("againIs"),
      cell: (/** @type {string} */ one) => html`<pl-field type="checkbox" hide-label label=${`${t("againIs")}: ${valueText("dial", one)}`} .checked=${Boolean(rule(one))}
        @change=${(/** @type {Event} */ event) => set(one, /** @type {any} */ (event.currentTarget).checked ? {} : null)}></pl-field>`,
    },
    {
      key: "after",
      head: t("againAfter"),
      cell: (/** @type {string} */ one) =>
        rule(one)
          ? span({
              label: `${t("againAfter")}: ${valueText("dial", one)}`, bare: true, key: `retry.${one}`, value: rule(one).interval_s,
              set: (value) => set(one, { interval_s: /** @type {any} */ (value) }), problem: problem(one, "interval_s"),
            })
          : html`<span class="muted">${t("noAgain")}</span>`,
    },
    {
      key: "times",
      head: t("againTimes"),
      cell: (/** @type {string} */ one) =>
        rule(one)
          ? html`<pl-field class="few" type="number" min="0" max="100" hide-label label=${`${t("againTimes")}: ${valueText("dial", one)}`} .value=${String(rule(one).attempts ?? "")}
              problem=${problem(one, "attempts")} @input=${(/** @type {Event} */ event) => set(one, { attempts: valueOf(event) === "" ? /** @type {any} */ (null) : Number(valueOf(event)) })}></pl-field>`
          : nothing,
    },
    {
      key: "next",
      head: t("againOther"),
      cell: (/** @type {string} */ one) =>
        rule(one)
          ? html`<pl-field type="checkbox" hide-label label=${`${t("againOther")}: ${valueText("dial", one)}`} .checked=${rule(one).next_contact}
              @change=${(/** @type {Event} */ event) => set(one, { next_contact: /** @type {any} */ (event.currentTarget).checked })}></pl-field>`
          : nothing,
    },
  ];
  const rows = [...RETRIED, ...all.map((one) => one.outcome).filter((one) => !RETRIED.includes(one))];
  return html`<div class="wide retries">
    <pl-table label=${place.label} .columns=${columns} .rows=${rows} .rowKey=${(/** @type {string} */ one) => one}></pl-table>
    ${form.problem(place.path) ? html`<p class="problem">${form.problem(place.path)}</p>` : nothing}
  </div>`;
}
