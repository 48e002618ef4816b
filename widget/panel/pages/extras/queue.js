// A queue's form in parts: who answers, what callers hear, where they go who don't wait, call-backs.
import { html, nothing } from "../../../vendor/lit.js";
import { t } from "../../../i18n/panel.js";
import { moved } from "../../core/paths.js";
import { app } from "../../core/app.js";
import "../../../elements/picker.js";

/** @typedef {{user_id: string|null, group_id: string|null, tier: number, place: number}} Member */

/** Operators are users with an extension; groups come after them. @param {string} words @param {Set<string>} taken */
async function search(words, taken) {
  const people = (await app.lookups.search("users", words, 200)).filter((one) => one.item.extension);
  const groups = await app.lookups.search("employee-groups", words, 50);
  const all = [
    ...people.map((one) => ({ key: `user:${one.key}`, text: `${one.text} · ${one.item.extension}` })),
    ...groups.map((one) => ({ key: `group:${one.key}`, text: t("groupNamed", { name: one.text }) })),
  ];
  return all.filter((one) => !taken.has(one.key)).slice(0, 40);
}

/** @param {Member} one */
const keyOf = (one) => (one.user_id ? `user:${one.user_id}` : one.group_id ? `group:${one.group_id}` : "");

/** @param {Member} one */
const nameOf = (one) => (one.user_id ? app.lookups.name("users", one.user_id) : one.group_id ? t("groupNamed", { name: app.lookups.name("employee-groups", one.group_id) }) : "");

/** @param {import("../../../elements/form/fields.js").Place} place @param {any} form */
function members(place, form) {
  const all = /** @type {Member[]} */ (place.value ?? []);
  const set = (/** @type {Member[]} */ next) => form.set(place.path, next.map((one, n) => ({ ...one, place: n })));
  const taken = new Set(all.map(keyOf));
  const tiers = Array.from({ length: 9 }, (_, n) => ({ value: String(n + 1), label: t("tierNumber", { n: n + 1 }) }));
  const row = (/** @type {Member} */ one, /** @type {number} */ n) => html`<li class="line member">
    <span class="cut">${nameOf(one)}</span>
    <pl-field type="select" hide-label label=${`${t("tier")}: ${nameOf(one)}`} .options=${tiers} .value=${String(one.tier)}
      @change=${(/** @type {Event} */ event) => form.set([...place.path, n, "tier"], Number(/** @type {any} */ (event.currentTarget).value))}></pl-field>
    <span class="tools">
      <pl-button size="icon" look="quiet" icon="up" label=${t("up")} ?disabled=${n === 0} @click=${() => set(moved(all, n, n - 1))}></pl-button>
      <pl-button size="icon" look="quiet" icon="arrowDown" label=${t("down")} ?disabled=${n === all.length - 1} @click=${() => set(moved(all, n, n + 1))}></pl-button>
      <pl-button size="icon" look="quiet" icon="trash" label=${`${t("remove")}: ${nameOf(one)}`} @click=${() => set(all.filter((_, other) => other !== n))}></pl-button>
    </span>
  </li>`;
  const add = (/** @type {string|null} */ key) => {
    const [kind, id] = (key ?? "").split(":");
    if (id) set([...all, { user_id: kind === "user" ? id : null, group_id: kind === "group" ? id : null, tier: 1, place: all.length }]);
  };
  return html`<fieldset class="group wide">
    <legend>${place.label}</legend>
    ${all.length ? html`<ol class="rows">${all.map(row)}</ol>` : html`<p class="hint">${t("noMembers")}</p>`}
    <pl-picker label=${t("addMember")} placeholder=${t("choose")} empty=${t("noOperators")} .value=${null} .text=${""}
      .search=${(/** @type {string} */ words) => search(words, taken)} @pick=${(/** @type {CustomEvent} */ event) => add(event.detail)}></pl-picker>
    ${form.problem(place.path) ? html`<p class="problem">${form.problem(place.path)}</p>` : nothing}
  </fieldset>`;
}

export function looks() {
  const more = { more: true };
  return {
    members: { draw: members, order: 1 },
    retry_s: more, relax_s: more, head_start_s: more, priority_s: more, expected_handle_s: more, web_key: more, callback_caller_id: more,
    callback_ring_s: more, callback_interval_s: more, message_every_s: more, enabled: { order: 60 }, partner_id: { more: true, list: "partners" },
    welcome_prompt_id: { list: "prompts" }, music_prompt_id: { list: "prompts" }, message_prompt_ids: { list: "prompts" },
    callback_prompt_id: { list: "prompts" }, callback_schedule_id: { list: "schedules" },
    relax: more, "QueueSkill.skill_id": { list: "skills" }, vip_numbers: more, vip_priority: more,
  };
}

export function sections() {
  return [
    { title: t("part.who"), names: ["members", "strategy", "skills", "ring_s", "wrap_s", "retry_s", "tier_after_s", "relax_s"] },
    { title: t("part.target"), names: ["target_s", "target_percent", "expected_handle_s", "head_start_s", "priority_s", "vip_numbers", "vip_priority"] },
    { title: t("part.hear"), names: ["welcome_prompt_id", "music_prompt_id", "announce_position", "announce_wait", "announce_every_s", "message_prompt_ids", "message_every_s"] },
    { title: t("part.leave"), names: ["max_waiting", "full_to", "max_wait_s", "timeout_to", "when_empty", "empty_to", "exit_digit", "exit_to"] },
    {
      title: t("part.callback"),
      names: ["callback_digit", "callback_prompt_id", "callback_mode", "callback_attempts", "callback_interval_s", "callback_ring_s", "callback_schedule_id", "callback_caller_id", "web_key"],
    },
  ];
}
