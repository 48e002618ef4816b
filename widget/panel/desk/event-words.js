// What happened to a request, in words.
import { html, nothing } from "../../vendor/lit.js";
import { label, t, valueText } from "../../i18n/panel.js";
import { app } from "../core/app.js";
import { lineName, spanText } from "./parts.js";
import { clientName, staffName } from "./pick.js";
import { moment } from "../core/cells.js";

/** Told between what was said; the rest stands in the history alone. */
export const TOLD_BETWEEN = new Set(["moved", "escalated", "assigned", "merged", "split", "breached", "linked", "bounced"]);

/** Fields that refer to something: where its name is. @type {Record<string, (value: any) => string>} */
const NAMES = {
  category_id: (value) => app.lookups.name("ticket-categories", value),
  resource_id: (value) => app.lookups.name("support-resources", value),
  problem_id: (value) => app.lookups.name("problems", value),
  account_id: clientName,
  author_account_id: clientName,
  assignee_id: staffName,
  priority: (value) => valueText("priority", value),
  line: (value) => lineName(value),
  tags: (value) => (value ?? []).join(", "),
};

/** @param {string} field @param {any} value */
function shown(field, value) {
  if (value === null || value === undefined || value === "" || (Array.isArray(value) && !value.length)) return t("dk.nothing");
  return NAMES[field] ? NAMES[field](value) || t("dk.something") : String(value);
}

/** @param {Record<string, any>} data */
function edited(data) {
  const fields = Object.entries(data).filter(([, value]) => Array.isArray(value) && value.length === 2);
  const one = ([field, [before, after]] = /** @type {[string, any]} */ (["", ["", ""]])) =>
    /_(id)$/.test(field) && !NAMES[field] ? label("Ticket", field) : `${label("Ticket", field)}: ${shown(field, before)} → ${shown(field, after)}`;
  return fields.map(/** @type {any} */ (one)).join("; ");
}

/** @type {Record<string, (data: any, event: any) => string>} */
const WORDS = {
  opened: (data) => t("dk.ev.opened", { how: valueText("cameBy", data.channel) }),
  said: (data) => t(data.public === false ? "dk.ev.noted" : "dk.ev.said"),
  moved: (data) => t("dk.ev.moved", { before: valueText("ticket", data.before), after: valueText("ticket", data.after) }) + why(data),
  edited: (data) => t("dk.ev.edited", { what: edited(data) }),
  escalated: (data) => t(data.after > data.before ? "dk.ev.escalated" : "dk.ev.returned", { line: lineName(data.after) }) + why(data),
  assigned: (data) => (data.after ? t("dk.ev.assigned", { name: staffName(data.after) }) : t("dk.ev.unassigned")),
  linked: (data) => t("dk.ev.linked", { name: clientName(data.account_id) }),
  merged: (data) => (data.into ? t("dk.ev.mergedInto", { number: data.number ?? "" }) : t("dk.ev.mergedFrom", { number: data.number ?? "" })),
  split: (data) => (data.into ? t("dk.ev.splitInto", { number: data.number ?? "" }) : t("dk.ev.splitFrom", { number: data.number ?? "" })),
  checked: (data) => t(data.done ? "dk.ev.checked" : "dk.ev.unchecked", { text: data.text ?? "" }),
  worked: (data) => t("dk.ev.worked", { span: spanText(data.seconds ?? 0) }) + (data.note ? `: ${data.note}` : ""),
  warned: (data) => t("dk.ev.warned", { what: valueText("promise", data.target).toLowerCase(), when: moment(data.due_at) }),
  breached: (data) => t("dk.ev.breached", { what: valueText("promise", data.target).toLowerCase(), when: moment(data.due_at) }),
  noticed: () => t("dk.ev.noticed"),
  file: (data) => t("dk.ev.file", { name: data.name ?? "" }),
  survey: (data) => t("dk.ev.survey", { score: data.score ?? "" }),
  bounced: (data) => t("dk.ev.bounced", { to: data.recipient || t("dk.something"), why: data.reason || t("dk.noReason") }),
  unverified: (data) => t("dk.ev.unverified", { from: data.sender ?? "", said: data.said || t("dk.serverSilent") }),
};

/** @param {any} data */
const why = (data) => (data.reason ? `: ${data.reason}` : "");

/** @param {{kind: string, data?: any}} event */
export const eventWords = (event) => WORDS[event.kind]?.(event.data ?? {}, event) ?? event.kind;

/** Says that a letter may be somebody else's: one that left a note, or (without its id) the one that opened the request. @param {any[]} events @param {string|null} [message] */
export function doubtBadge(events, message = null) {
  const doubt = events.find((one) => one.kind === "unverified" && (one.message_id ?? null) === message);
  return doubt ? html`<pl-badge class="unverified" tone="bad" title=${eventWords(doubt)}><pl-icon name="alert"></pl-icon> ${t("dk.unverified")}</pl-badge>` : nothing;
}
