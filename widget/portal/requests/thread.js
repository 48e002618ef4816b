// What was said in a request: words and files, the oldest first.
import { html, nothing } from "../../vendor/lit.js";
import { openedByWords } from "../../core/said.js";
import { linked } from "../../elements/linked.js";
import { t } from "../../i18n/portal.js";
import { app } from "../core/app.js";
import { failure } from "../core/problems.js";
import { moment, size } from "../core/texts.js";

/** @param {string} ticketId @param {any} file */
function save(ticketId, file) {
  app.save(`/portal/tickets/${ticketId}/files/${file.id}`, file.name).catch((error) => app.toast(failure(error), "bad"));
}

/** @param {string} ticketId @param {any[]} files */
export function fileList(ticketId, files) {
  if (!files.length) return nothing;
  return html`<ul class="attached" aria-label=${t("files.list")}>
    ${files.map((file) => {
      const infected = file.verdict === "infected";
      return html`<li class=${infected ? "bad" : ""}>
        <button type="button" ?disabled=${infected} @click=${() => save(ticketId, file)} aria-label=${t("files.save", { name: file.name })}>
          <pl-icon name=${infected ? "ban" : "download"}></pl-icon><span class="name">${file.name}</span><span class="small muted">${infected ? t("files.infected") : size(file.size_bytes)}</span>
        </button>
      </li>`;
    })}
  </ul>`;
}

/** @typedef {{id: string, at: string, author: string, author_name: string, body: string, files: any[], account_id?: string|null, ticket_id: string}} Word */

/** @param {Word} word @param {boolean} fresh */
function one(word, fresh) {
  const own = word.author === "client";
  const name = own && word.account_id && word.account_id === app.account?.account.id ? t("you") : word.author_name || t(own ? "client" : word.author === "system" ? "system" : "support");
  return html`<li class=${`word ${own ? "own" : word.author === "system" ? "system" : "theirs"} ${fresh ? "fresh" : ""}`}>
    <article aria-label=${`${name}, ${moment(word.at)}`}>
      <p class="by small"><b>${name}</b> <time class="muted" datetime=${word.at}>${moment(word.at)}</time>${fresh ? html` <pl-badge tone="warn">${t("freshWord")}</pl-badge>` : nothing}</p>
      ${word.body ? html`<p class="body">${linked(word.body)}</p>` : nothing} ${fileList(word.ticket_id, word.files)}
    </article>
  </li>`;
}

/** @param {any} ticket @param {any[]} messages @param {string} since words of support after it are new */
export function thread(ticket, messages, since) {
  /** @type {Word} */
  const first = {
    id: ticket.id,
    ticket_id: ticket.id,
    at: ticket.created_at,
    author: "client",
    author_name: ticket.author_name,
    account_id: ticket.author_account_id,
    body: ticket.description,
    files: ticket.files.filter((/** @type {any} */ file) => !file.message_id),
  };
  const words = openedByWords(ticket, messages) ? messages : [first, ...messages];
  return html`<ol class="thread" aria-label=${t("conversation")}>
    ${words.map((word) => one(word, Boolean(since) && word.author !== "client" && word.at > since))}
  </ol>`;
}
