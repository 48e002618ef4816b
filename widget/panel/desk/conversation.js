// <pl-conversation>: what was said, the oldest first; what only staff may read looks unlike what the client sees.
import { html, nothing, repeat } from "../../vendor/lit.js";
import { openedByWords } from "../../core/said.js";
import { linked } from "../../elements/linked.js";
import { t } from "../../i18n/panel.js";
import { PanelPage } from "../core/page.js";
import { doubtBadge, eventWords, TOLD_BETWEEN } from "./event-words.js";
import { channelIcon, fileLink, when } from "./parts.js";

/** Lines of an older letter under the answer are folded away. @param {string} body @returns {[string, string]} the new, the quoted */
export function quoted(body) {
  const lines = body.split("\n");
  let at = lines.length;
  while (at > 0 && (/^\s*>/.test(lines[at - 1]) || !lines[at - 1].trim())) at--;
  const tail = lines.slice(at).join("\n").trim();
  return tail.startsWith(">") && at > 0 ? [lines.slice(0, at).join("\n").trimEnd(), tail] : [body, ""];
}

export class Conversation extends PanelPage {
  static properties = { ticket: { attribute: false }, about: { attribute: false } };

  constructor() {
    super();
    /** @type {any} */
    this.ticket = null;
    /** @type {import("./ticket.js").About|null} */
    this.about = null;
  }

  /** @param {any} message */
  #files(message) {
    const own = message.files ?? [];
    return own.length ? html`<p class="files">${own.map((/** @type {any} */ one) => fileLink(one, message.ticket_id))}</p>` : nothing;
  }

  /** @param {any} message */
  #message(message) {
    const kind = message.public ? message.author : "note";
    const [text, older] = quoted(message.body ?? "");
    const author = message.author_name || t(`dk.by.${message.author}`);
    return html`<li class=${`message ${kind}`} data-id=${message.id}>
      <header>
        <b>${author}</b><span class="muted small">${message.author === "client" ? t("dk.by.client") : message.author === "link" ? t("dk.by.link") : nothing}</span>
        ${message.public ? nothing : html`<pl-badge tone="warn"><pl-icon name="lock"></pl-icon> ${t("dk.internal")}</pl-badge>`} ${doubtBadge(this.about?.events ?? [], message.id)}
        <span class="space"></span>${message.channel === "desk" ? nothing : channelIcon(message.channel)}<span class="muted small">${when(message.at)}</span>
      </header>
      <div class="body">${linked(text)}</div>
      ${older ? html`<details><summary class="muted small">${t("dk.quoted")}</summary><div class="body muted">${older}</div></details>` : nothing} ${this.#files(message)}
    </li>`;
  }

  /** The first word: what the request was opened with. */
  #opening() {
    const { ticket } = this;
    const loose = ticket.files ?? [];
    return { key: "opening", at: ticket.created_at, first: true, content: html`<li class=${`message ${["desk", "missed"].includes(ticket.channel) && !ticket.author_name ? "staff" : "client"}`}>
      <header><b>${ticket.author_name || ticket.account_name || ticket.author_email || ticket.author_phone || t("dk.stranger")}</b><span class="space"></span>${channelIcon(ticket.channel)}<span class="muted small">${when(ticket.created_at)}</span></header>
      <div class="body">${ticket.description ? linked(ticket.description) : html`<span class="muted">${t("dk.noDescription")}</span>`}</div>
      ${loose.length ? html`<p class="files">${loose.map((/** @type {any} */ one) => fileLink(one, ticket.id))}</p>` : nothing}
    </li>` };
  }

  render() {
    const { ticket, about } = this;
    if (!ticket || !about) return nothing;
    const first = openedByWords(ticket, about.messages) ? [] : [this.#opening()];
    const said = about.messages.map((one) => ({ key: one.id, at: one.at, first: false, content: this.#message(one) }));
    const between = about.events
      .filter((one) => TOLD_BETWEEN.has(one.kind))
      .map((one) => ({ key: `event-${one.id}`, at: one.at, first: false, content: html`<li class=${`between ${one.kind}`}><span>${eventWords(one)}</span><span class="muted small">· ${one.actor_name ? `${one.actor_name}, ` : ""}${when(one.at)}</span></li>` }));
    const rows = [...first, ...[...said, ...between].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))];
    return html`<ol class="conversation" aria-label=${t("dk.conversation")} aria-live="polite">${repeat(rows, (row) => row.key, (row) => row.content)}</ol>`;
  }
}

customElements.define("pl-conversation", Conversation);
