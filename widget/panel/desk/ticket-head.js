// The head of a request's page: number, subject, state, and the moves that are allowed from it.
import { html, nothing } from "../../vendor/lit.js";
import { t, valueText } from "../../i18n/panel.js";
import { app } from "../core/app.js";
import { doubtBadge } from "./event-words.js";
import { moves } from "./figures.js";
import { channelIcon, dueCell, lineName, priorityBadge, stateBadge, when } from "./parts.js";

const ICONS = /** @type {Record<string, string>} */ ({ in_work: "play", waiting: "pause", solved: "check", closed: "lock", reopened: "refresh", new: "add" });
/** Moves that want a word of why. */
const ASKED = new Set(["closed", "reopened"]);

/** @param {import("./ticket.js").TicketPage} page @param {string} state */
function move(page, state) {
  if (!ASKED.has(state)) return page.move(state);
  page.target = state;
  page.asked = "move";
  return undefined;
}

/** @param {import("./ticket.js").TicketPage} page */
function commands(page) {
  const { ticket } = page;
  const may = (/** @type {string} */ tail) => app.can("POST", `/tickets/{id}/${tail}`);
  const allowed = may("state") ? moves(ticket) : [];
  const [main, ...rest] = allowed;
  const choices = [
    ...(may("merge") && ticket.state !== "closed" ? [{ value: "merge", label: t("dk.merge"), icon: "merge" }] : []),
    ...(may("split") ? [{ value: "split", label: t("dk.split"), icon: "branch" }] : []),
    { value: "link", label: t("dk.copyLink"), icon: "copy" },
  ];
  const choose = (/** @type {CustomEvent} */ event) => {
    if (event.detail === "link") copy(location.href);
    else page.asked = event.detail;
  };
  return html`${may("take") && ticket.assignee_id !== app.me.id && ticket.state !== "closed"
      ? html`<pl-button icon="takeOver" @click=${() => page.take()}>${t("dk.take")}</pl-button>`
      : nothing}
    ${may("escalate") && ticket.state !== "closed" ? html`<pl-button icon="arrowUp" @click=${() => (page.asked = "escalate")}>${t("dk.escalate")}</pl-button>` : nothing}
    ${main ? html`<pl-button look="main" icon=${ICONS[main]} @click=${() => move(page, main)}>${valueText("moveTo", main)}</pl-button>` : nothing}
    ${rest.length
      ? html`<pl-menu side="end" label=${t("dk.otherState")} .choices=${rest.map((one) => ({ value: one, label: valueText("moveTo", one), icon: ICONS[one] }))} @choose=${(/** @type {CustomEvent} */ event) => move(page, event.detail)}>
          <pl-button slot="opener" icon="arrowDown" popup="menu">${t("dk.state")}</pl-button>
        </pl-menu>`
      : nothing}
    <pl-menu side="end" label=${t("dk.moreActions")} .choices=${choices} @choose=${choose}><pl-button slot="opener" size="icon" icon="more" popup="menu" label=${t("dk.moreActions")}></pl-button></pl-menu>
    <pl-button look="quiet" size="icon" icon="help" label=${t("dk.keys")} @click=${() => (page.helping = true)}></pl-button>`;
}

/** @param {string} text */
async function copy(text) {
  await navigator.clipboard?.writeText(text).catch(() => {});
  app.toast(t("copied"));
}

/** @param {import("./ticket.js").TicketPage} page @param {string} back */
export function ticketHead(page, back) {
  const { ticket } = page;
  const facts = html`<span class="head-facts">${stateBadge(ticket.state)} ${priorityBadge(ticket.priority)} <pl-badge>${lineName(ticket.line)}</pl-badge>
    <span class="nowrap">${channelIcon(ticket.channel)} ${when(ticket.created_at)}</span>
    ${ticket.due_at || ticket.overdue_at ? html`<span class="nowrap"><pl-icon name="clock"></pl-icon> ${dueCell(ticket)}</span>` : nothing}
    ${ticket.account_id ? nothing : doubtBadge(page.about.events)}
    ${ticket.reopened ? html`<pl-badge tone="warn">${t("dk.reopenedTimes", { n: ticket.reopened })}</pl-badge>` : nothing}</span>`;
  return page.head(html`<span class="digits muted">№ ${ticket.number}</span> ${ticket.subject}`, { lead: facts, back, actions: commands(page) });
}
