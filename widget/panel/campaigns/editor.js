// The form of a campaign: its settings in groups that follow the work, shown as the mode needs them.
import { html, nothing } from "../../vendor/lit.js";
import { hint, t } from "../../i18n/panel.js";
import "../../elements/picker.js";
import { app } from "../core/app.js";
import { address } from "../core/router.js";
import { modes, seconds, share, valueOf } from "./fields.js";
import { retries } from "./retries.js";
import { weekField } from "./week.js";

/** @typedef {import("../../elements/form/fields.js").Place} Place */

const WITH_AGENTS = ["preview", "progressive", "predictive", "automatic"];
const AHEAD = ["predictive", "automatic"];

/** Which fields of pacing a mode reads. @param {string} mode @param {string} name */
export function pacingField(mode, name) {
  if (name === "calls_per_s") return true;
  if (mode === "robocall") return name === "max_channels";
  if (name === "max_channels") return false;
  if (AHEAD.includes(mode)) return true;
  return name === "max_lines" || (mode === "progressive" && ["connect_threshold_s", "connect_start"].includes(name));
}

/** @typedef {{list_id: string, priority: number}} Listed */
const PRIORITIES = [["10", "priorityFirst"], ["0", "priorityUsual"], ["-10", "priorityLast"]];

/** @param {Place} place @param {any} form */
function lists(place, form) {
  const all = /** @type {Listed[]} */ (place.value ?? []);
  const set = (/** @type {Listed[]} */ next) => form.set(place.path, next);
  const name = (/** @type {Listed} */ one) => app.lookups.name("lead-lists", one.list_id);
  const options = (/** @type {Listed} */ one) => {
    const known = PRIORITIES.some(([value]) => value === String(one.priority));
    return [...PRIORITIES.map(([value, word]) => ({ value, label: t(word) })), ...(known ? [] : [{ value: String(one.priority), label: String(one.priority) }])];
  };
  const row = (/** @type {Listed} */ one, /** @type {number} */ n) => html`<li class="line member">
    <a class="cut" href=${address("lead-lists", one.list_id)}>${name(one)}</a>
    <pl-field type="select" hide-label label=${t("listPriority", { name: name(one) })} .options=${options(one)} .value=${String(one.priority ?? 0)}
      @change=${(/** @type {Event} */ event) => form.set([...place.path, n, "priority"], Number(valueOf(event)))}></pl-field>
    <span class="tools"><pl-button size="icon" look="quiet" icon="trash" label=${`${t("remove")}: ${name(one)}`} @click=${() => set(all.filter((_, other) => other !== n))}></pl-button></span>
  </li>`;
  const search = async (/** @type {string} */ words) => (await app.lookups.search("lead-lists", words)).filter((one) => !all.some((had) => had.list_id === one.key));
  return html`<fieldset class="group wide">
    <legend>${place.label}</legend>
    ${all.length ? html`<ol class="rows">${all.map(row)}</ol>` : html`<p class="hint">${t("noListsYet")}</p>`}
    <pl-picker label=${t("addList")} hide-label placeholder=${t("addList")} empty=${t("nothingFound")} .value=${null} .text=${""} .search=${search}
      @pick=${(/** @type {CustomEvent} */ event) => event.detail && set([...all, { list_id: event.detail, priority: 0 }])}></pl-picker>
    ${form.problem(place.path) ? html`<p class="problem">${form.problem(place.path)}</p>` : nothing}
  </fieldset>`;
}

/** @param {any} form */
function group(form, /** @type {string} */ name, /** @type {unknown} */ lead, /** @type {unknown} */ content) {
  return html`<section class="part wide" id=${`part-${name}`}>
    <h2>${t(`part.${name}`)}</h2>
    ${lead ? html`<p class="hint">${lead}</p>` : nothing}
    <div class="fields">${content}</div>
  </section>`;
}

/** All of CampaignSettings, in groups. @param {Place} place @param {any} form */
function settings(place, form) {
  const { schema, path } = place;
  const value = place.value ?? {};
  const mode = form.value.mode;
  const agents = WITH_AGENTS.includes(mode);
  const own = (/** @type {string[]} */ names) => form.object(schema, path, value, (/** @type {string} */ name) => names.includes(name));
  const top = (/** @type {string} */ name) => (form.schema.properties[name] ? form.property(form.schema, name, [name], form.value[name]) : nothing);
  const inner = (/** @type {string} */ name, /** @type {(field: string) => boolean} */ wanted = () => true) => {
    const found = schema.properties?.[name];
    return found ? form.object(form.schemas.unwrap(found).schema, [...path, name], value[name] ?? {}, wanted) : nothing;
  };
  const pacing = AHEAD.includes(mode) ? "predictive" : mode;
  return html`<div class="wide fields">
    ${group(form, "hours", t("partLead.hours"), html`${top("starts_at")} ${top("ends_at")} ${own(["windows", "days"])}`)}
    ${group(form, "retries", t("partLead.retries"), html`${inner("caps")} ${own(["retries"])}`)}
    ${group(form, "chain", t("partLead.chain"), own(["chain"]))}
    ${group(form, "pacing", t(`partLead.pacing.${pacing}`), inner("pacing", (name) => pacingField(mode, name)))}
    ${group(form, "numbers", "", own(["caller_ids", "caller_id_rule", "trunk_id", "ring_s"]))}
    ${group(form, "detection", "", inner("detection"))}
    ${agents && mode !== "preview" ? group(form, "abandonment", t("partLead.abandonment"), html`${own(["company"])} ${inner("abandonment")}`) : nothing}
    ${group(form, "menu", "", own(["menu_id", ...(agents && mode !== "preview" ? [] : ["company"])]))}
    ${agents
      ? group(form, "agent", "", own([...(mode === "preview" ? ["preview_s", "preview_skip"] : []), "portrait_source_id", "auto_answer", "blended", "disposition_required", "script"]))
      : group(form, "agent", "", own(["portrait_source_id"]))}
  </div>`;
}

/** The queue with how many serve it. @param {Place} place @param {any} form */
function queue(place, form) {
  const chosen = place.value;
  return html`<div>
    <pl-picker label=${place.label} .value=${chosen || null} .text=${app.lookups.name("queues", chosen)} .search=${(/** @type {string} */ words) => app.lookups.search("queues", words)}
      placeholder=${t("choose")} empty=${t("nothingFound")} clear-label=${t("remove")} hint=${hint("CampaignData", "queue_id")} problem=${form.problem(place.path)}
      @pick=${(/** @type {CustomEvent} */ event) => form.set(place.path, event.detail ?? null)}></pl-picker>
    ${chosen ? html`<a class="small" href=${address("queues", chosen)}>${t("queueOpen")}</a>` : nothing}
  </div>`;
}

const channelIsMessage = (/** @type {any} */ value) => value.channel && value.channel !== "phone";

export function looks() {
  return {
    name: { order: 1 },
    mode: { draw: modes, order: 2 },
    queue_id: { draw: queue, order: 3, when: (/** @type {any} */ value) => WITH_AGENTS.includes(value.mode) },
    priority: { order: 4 },
    lists: { draw: lists, order: 5 },
    settings: { draw: settings, order: 60 },
    starts_at: { as: "hidden" },
    ends_at: { as: "hidden" },
    template: { as: "hidden" },
    state: { as: "hidden" },
    partner_id: { list: "partners", order: 6, when: () => app.lookups.has("partners") },
    "CampaignSettings.windows": { draw: weekField },
    "ScheduleException.destination": { as: "hidden" },
    "CampaignSettings.retries": { draw: retries },
    "CampaignSettings.trunk_id": { list: "trunks" },
    "CampaignSettings.menu_id": { list: "menus" },
    "CampaignSettings.portrait_source_id": { list: "lead-sources" },
    "CampaignSettings.script": { as: "area", wide: true, order: 90 },
    "CampaignSettings.caller_ids": { as: "lines", rows: 3, order: 1 },
    "CampaignSettings.company": { order: 1 },
    "Step.channel": { order: 1 },
    "Step.attempts": { order: 3 },
    "Step.wait_s": { draw: seconds, order: 4 },
    "Step.after": { more: true },
    "Step.text": { as: "area", wide: true, when: channelIsMessage, order: 80 },
    "Caps.interval_s": { draw: seconds },
    "Pacing.target_rate": { draw: share, order: 1 },
    "Pacing.connect_threshold_s": { order: 2 },
    "Pacing.connect_start": { order: 3 },
    "Pacing.window_s": { draw: seconds, more: true },
    "Pacing.lines_per_agent": { order: 4 },
    "Pacing.max_lines": { order: 5 },
    "Pacing.small_team": { order: 6 },
    "Pacing.calls_per_s": { order: 7 },
    "Detection.max_s": { order: 60, when: (/** @type {any} */ value) => value.provider !== "off" },
    "Detection.on_machine": { when: (/** @type {any} */ value) => value.provider !== "off" },
    "Detection.machine_prompt_id": { list: "prompts", when: (/** @type {any} */ value) => value.on_machine === "message" },
    "Detection.machine_text": { as: "area", when: (/** @type {any} */ value) => value.on_machine === "message" },
    "Abandonment.prompt_id": { list: "prompts", order: 70 },
    "Abandonment.text": { as: "area", wide: true, order: 80 },
  };
}

/** What types can't say, told before the server is asked. @param {any} value @returns {{path: string, message: string}[]} */
export function check(value) {
  const found = [];
  const { settings: own = {} } = value;
  if (WITH_AGENTS.includes(value.mode) && !value.queue_id && !value.template) found.push({ path: "body.queue_id", message: t("needQueue") });
  if (value.mode === "robocall" && !own.menu_id && !value.template) found.push({ path: "body.settings.menu_id", message: t("needMenu") });
  const { detection } = own;
  if (detection?.on_machine === "message" && !detection.machine_prompt_id && !detection.machine_text) found.push({ path: "body.settings.detection.machine_text", message: t("needText") });
  return found;
}

/** Groups of a long form, to jump to. */
export function jumps() {
  const names = ["hours", "retries", "chain", "pacing", "numbers", "detection", "abandonment", "menu", "agent"];
  const jump = (/** @type {string} */ name) => document.getElementById(`part-${name}`)?.scrollIntoView({ behavior: "smooth" });
  return html`<nav class="toggles jumps" aria-label=${t("parts")}>${names.map((name) => html`<pl-button size="small" look="quiet" @click=${() => jump(name)}>${t(`part.${name}`)}</pl-button>`)}</nav>`;
}

/** What stands above the form. @param {any} item */
export function note(item) {
  if (item?.template) return html`<p class="notice">${t("templateNote")}</p>`;
  return item?.state === "running" ? html`<p class="notice" role="status"><pl-icon name="play"></pl-icon><span>${t("runsNow")}</span></p>` : nothing;
}
