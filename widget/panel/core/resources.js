// Everything that is configured, declared: where it lives, what its list shows. Forms follow from the API's own schema.

import { language } from "../../core/language.js";

/**
 * @typedef {{id: string, path: string, icon: string, section: string, columns: string[], label?: (item: any) => string,
 *   looks?: Record<string, import("../../elements/form/looks.js").Look>, extra?: string, start?: Record<string, any>,
 *   search?: boolean, create?: string, readonly?: string[]}} Resource
 *   `label`: what an item is called; `extra`: a module of pages/extras/ that adds to the item's page
 */

const named = (/** @type {any} */ item) => item.name ?? item.title ?? item.login ?? item.number ?? item.code ?? item.pattern ?? item.id;

/** @type {Resource[]} */
export const RESOURCES = [
  { id: "numbers", path: "/numbers", icon: "dialpad", section: "routing", columns: ["number", "name", "destination", "trunk_id", "language", "record", "enabled"], label: (item) => `${item.number} · ${item.name}` },
  { id: "menus", path: "/menus", icon: "tree", section: "routing", columns: ["name", "updated_at"] },
  { id: "schedules", path: "/schedules", icon: "clock", section: "routing", columns: ["name", "timezone", "open", "closed"], extra: "schedule", start: { timezone: "Europe/Moscow", weekly: [1, 2, 3, 4, 5].map((day) => ({ day, start: "09:00:00", end: "18:00:00" })) } },
  { id: "queues", path: "/queues", icon: "queue", section: "routing", columns: ["name", "strategy", "members", "target_s", "enabled"], extra: "queue" },
  { id: "groups", path: "/groups", icon: "people", section: "routing", columns: ["name", "members", "strategy", "ring_s", "no_answer"] },
  { id: "prompts", path: "/prompts", icon: "speaker", section: "routing", columns: ["name", "language", "duration_s", "size_bytes", "source"], extra: "prompt" },
  { id: "voicemail-boxes", path: "/voicemail-boxes", icon: "voicemail", section: "routing", columns: ["name", "greeting_prompt_id", "max_message_s", "max_messages"] },
  { id: "blacklist", path: "/blacklist", icon: "ban", section: "routing", columns: ["pattern", "kind", "reason", "until"], label: (item) => item.pattern },
  { id: "extensions", path: "/extensions", icon: "phone", section: "phones", columns: ["number", "name", "kind", "ring_s", "voicemail_box_id", "enabled"], label: (item) => `${item.number} · ${item.name}`, extra: "extension" },
  { id: "trunks", path: "/trunks", icon: "link", section: "phones", columns: ["name", "kind", "host", "port", "transport", "enabled"], looks: { kind: { order: 5 }, name: { order: 1 } } },
  { id: "speed-dials", path: "/speed-dials", icon: "star", section: "phones", columns: ["code", "name", "destination"], label: (item) => `${item.code} · ${item.name}` },
  { id: "outbound-rules", path: "/outbound-rules", icon: "shield", section: "phones", columns: ["name", "action", "prefixes", "enabled"] },
  { id: "caller-id-rules", path: "/caller-id-rules", icon: "hash", section: "phones", columns: ["name", "number_id", "prefixes", "enabled"] },
  { id: "users", path: "/users", icon: "user", section: "people", columns: ["login", "name", "role", "extension", "groups", "state"], label: (item) => item.name || item.login, extra: "user" },
  { id: "employee-groups", path: "/employee-groups", icon: "people", section: "people", columns: ["name", "partner_id", "updated_at"], extra: "members" },
  { id: "skills", path: "/skills", icon: "star", section: "people", columns: ["name", "updated_at"] },
  { id: "break-reasons", path: "/break-reasons", icon: "pause", section: "people", columns: ["name", "name_en", "paid", "max_minutes", "enabled"] },
  { id: "shifts", path: "/shifts", icon: "calendar", section: "people", columns: ["user_id", "start", "end", "note"], search: false, label: (item) => item.user_name },
  { id: "partners", path: "/partners", icon: "building", section: "people", columns: ["name", "enabled", "updated_at"] },
  { id: "roles", path: "/roles", icon: "key", section: "people", columns: ["title", "users", "start_page", "totp_required"], label: (item) => (language() === "en" && item.title_en) || item.title, extra: "role", search: false },
  { id: "speech-rules", path: "/speech-rules", icon: "target", section: "speech", columns: ["name", "kind", "severity", "phrases", "side", "queue_id", "enabled"], start: { phrases: [""] } },
  { id: "masking-rules", path: "/masking-rules", icon: "eye", section: "speech", columns: ["name", "kind", "pattern", "mute_audio", "enabled"] },
  { id: "campaigns", path: "/campaigns", icon: "megaphone", section: "dialler", columns: ["name"], extra: "campaign" },
  { id: "lead-lists", path: "/lead-lists", icon: "contacts", section: "dialler", columns: ["name", "leads", "dedup", "source_id", "refreshed_at", "enabled"], extra: "lead-list" },
  { id: "dispositions", path: "/dispositions", icon: "check", section: "dialler", columns: ["title", "code", "meaning", "retry_s", "campaign_id", "enabled"], label: (item) => (language() === "en" && item.title_en) || item.title, extra: "disposition" },
  { id: "lead-sources", path: "/lead-sources", icon: "download", section: "dialler", columns: ["name", "enabled", "updated_at"], extra: "lead-source" },
  { id: "calling-hours", path: "/calling-hours", icon: "clock", section: "dialler", columns: ["name", "prefix", "enabled", "updated_at"], extra: "calling-hours", start: { weekly: [1, 2, 3, 4, 5, 6, 7].map((day) => ({ day, start: "08:00:00", end: "22:00:00" })) } },
  { id: "webhooks", path: "/webhooks", icon: "link", section: "dialler", columns: ["name", "url", "events", "waiting", "dead", "delivered_at", "enabled"], extra: "webhook" },
  { id: "ticket-categories", path: "/ticket-categories", icon: "list", section: "support-setup", columns: ["name", "line", "priority", "for_clients", "enabled"], label: (item) => (language() === "en" && item.name_en) || item.name, extra: "support-desk" },
  { id: "support-lines", path: "/support-lines", icon: "people", section: "support-setup", columns: ["name", "group_id", "target_share"], label: (item) => (language() === "en" && item.name_en) || item.name, extra: "support-desk", search: false },
  { id: "support-resources", path: "/support-resources", icon: "tree", section: "support-setup", columns: ["name", "note", "enabled"], extra: "support-desk" },
  { id: "ready-answers", path: "/ready-answers", icon: "text", section: "support-setup", columns: ["name", "shortcut", "category_id", "text", "enabled"], extra: "ready-answer" },
  { id: "sla-plans", path: "/sla-plans", icon: "target", section: "support-setup", columns: ["name", "account_id", "category_id", "priority", "first_s", "next_s", "solution_s", "enabled"], extra: "sla-plan" },
  { id: "sla-calendars", path: "/sla-calendars", icon: "calendar", section: "support-setup", columns: ["name", "timezone", "updated_at"], extra: "sla-calendar", start: { timezone: "Europe/Moscow", weekly: [1, 2, 3, 4, 5].map((day) => ({ day, start: "09:00:00", end: "18:00:00" })) } },
  { id: "mailboxes", path: "/mailboxes", icon: "mail", section: "support-setup", columns: ["name", "address", "host", "category_id", "seen_at", "error", "enabled"], extra: "mailbox" },
  { id: "ticket-call-rules", path: "/ticket-call-rules", icon: "missed", section: "support-setup", columns: ["name", "queue_id", "number", "after_minutes", "category_id", "enabled"], extra: "support-desk" },
  { id: "desk-links", path: "/desk-links", icon: "link", section: "support-setup", columns: ["name", "url", "min_line", "automatic", "enabled"], extra: "desk-link" },
  { id: "surveys", path: "/surveys", icon: "star", section: "support-setup", columns: ["name", "trigger", "question", "enabled"], extra: "support-desk" },
  { id: "sign-in-providers", path: "/sign-in-providers", icon: "signOut", section: "system", columns: ["name", "enabled", "default_role", "updated_at"], search: false, extra: "provider" },
];

/** @param {string} id */
export function resource(id) {
  return RESOURCES.find((one) => one.id === id) ?? null;
}

/** @param {Resource} kind @param {any} item */
export function nameOf(kind, item) {
  return String((kind.label ?? named)(item) ?? "");
}
