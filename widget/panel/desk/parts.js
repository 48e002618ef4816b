// Small parts that pages of the desk share: badges of states and priorities, lengths of time, words found, files.
import { html, nothing } from "../../vendor/lit.js";
import { language } from "../../core/language.js";
import { t, valueText } from "../../i18n/panel.js";
import "../../elements/badge.js";
import { app } from "../core/app.js";
import { moment, size } from "../core/cells.js";
import { save } from "../core/files.js";
import { failure } from "../core/saving.js";
import { CHANNEL_ICONS, hits, PRIORITY_TONES, STATE_TONES, units } from "./figures.js";
import "./due.js";

/** @typedef {Record<string, any>} Ticket */

/** @param {string} state */
export const stateBadge = (state) => html`<pl-badge tone=${STATE_TONES[state] ?? ""} dot>${valueText("ticket", state)}</pl-badge>`;

/** @param {string} priority */
export const priorityBadge = (priority) =>
  PRIORITY_TONES[priority] ? html`<pl-badge tone=${PRIORITY_TONES[priority]}>${valueText("priority", priority)}</pl-badge>` : html`<span class="muted">${valueText("priority", priority)}</span>`;

/** @param {string} channel */
export const channelIcon = (channel) => {
  const name = valueText("cameBy", channel);
  return html`<pl-icon class="channel" name=${CHANNEL_ICONS[channel] ?? "text"} label=${name} title=${name}></pl-icon>`;
};

/** A length of time in words: `2 ч 15 мин`. @param {number} seconds */
export const spanText = (seconds) => units(seconds).map(({ unit, amount }) => `${amount}\u00a0${t(`unit.${unit}`)}`).join(" ");

/** @param {Ticket} ticket */
export const dueCell = (ticket) => html`<pl-due .ticket=${ticket}></pl-due>`;

/** Texts with the words that were looked for marked. @param {string} text @param {string} query */
export const marked = (text, query) => (query ? hits(text, query).map((one) => (one.hit ? html`<mark>${one.text}</mark>` : one.text)) : text);

/** A name in the reader's language, where it has one. @param {any} item */
export const named = (item) => (item ? (language() === "en" && item.name_en) || item.name : "");

/** @param {number} line */
export const lineName = (line) => app.lookups.name("support-lines", String(line)) || t("dk.lineN", { n: line });

/** Of whom: the company and its outlet. @param {Ticket} ticket */
export function whose(ticket) {
  const company = ticket.account_name || "";
  if (!company) return html`<span class="muted">${ticket.author_name || ticket.author_email || ticket.author_phone || t("dk.stranger")}</span>`;
  return html`<span>${company}</span>${ticket.outlet_name ? html`<br /><span class="muted small">${ticket.outlet_name}</span>` : nothing}`;
}

/** A file: its name saves it. @param {any} file @param {string} ticketId */
export function fileLink(file, ticketId) {
  const infected = file.verdict === "infected";
  const load = async () => {
    try {
      await save(`/tickets/${ticketId}/files/${file.id}`, file.name);
    } catch (error) {
      app.toast(failure(error), "bad");
    }
  };
  return html`<button type="button" class=${`file-chip ${infected ? "bad" : ""}`} ?disabled=${infected} title=${infected ? t("dk.infected") : t("download")} @click=${load}>
    <pl-icon name=${infected ? "alert" : "clip"}></pl-icon><span class="cut">${file.name}</span><span class="muted small">${size(file.size_bytes)}</span>
  </button>`;
}

/** Where something is the same for all its life: a time with its full form. @param {string|null|undefined} at */
export const when = (at) => (at ? html`<time datetime=${at} title=${new Date(at).toLocaleString()}>${moment(at)}</time>` : "—");

/** A labelled value of a side panel. @param {string} name @param {unknown} value */
export const fact = (name, value) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`;

/** Ask the API for something that this version may not have. @param {string} template @param {string} path @param {any} otherwise */
export async function optional(template, path, otherwise) {
  if (!app.can("GET", template)) return otherwise;
  try {
    return await app.request("GET", path);
  } catch {
    return otherwise;
  }
}
