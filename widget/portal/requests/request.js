// <pl-request-page>: one request: where it stands, what was said, what one may do.
import { html, nothing } from "../../vendor/lit.js";
import { t } from "../../i18n/portal.js";
import { app } from "../core/app.js";
import { newId } from "../core/ids.js";
import { PortalPage } from "../core/page.js";
import { address } from "../core/router.js";
import { moment } from "../core/texts.js";
import { named, outletName, statusBadge } from "./parts.js";
import { thread } from "./thread.js";
import "./composer.js";

const NEWS_MS = 250;
const STEPS = ["new", "in_work", "solved", "closed"];

/** Which steps a request has passed: its state, on a line of four. @param {string} state */
export function stepOf(state) {
  return STEPS.indexOf(/** @type {Record<string, string>} */ ({ waiting: "in_work", reopened: "in_work" })[state] ?? state);
}

export class RequestPage extends PortalPage {
  static properties = { ticket: { state: true }, messages: { state: true }, categories: { state: true }, watching: { state: true }, doing: { state: true }, closing: { state: true } };

  constructor() {
    super();
    /** @type {any} */
    this.ticket = null;
    /** @type {any[]} */
    this.messages = [];
    /** @type {any[]} */
    this.categories = [];
    this.watching = false;
    this.doing = "";
    this.closing = false;
    this.since = "";
    this.reopenId = newId();
    this.timer = 0;
  }

  connectedCallback() {
    super.connectedCallback();
    this.follow(({ type, key }) => {
      if (type !== "reset" && key !== this.place.id) return;
      window.clearTimeout(this.timer);
      this.timer = window.setTimeout(() => this.load(), NEWS_MS);
    });
    const back = () => document.visibilityState === "visible" && this.#looked();
    document.addEventListener("visibilitychange", back);
    this.whileConnected(() => {
      window.clearTimeout(this.timer);
      document.removeEventListener("visibilitychange", back);
    });
    app.request("GET", "/portal/categories").then(({ items }) => (this.categories = items), () => {});
  }

  /** @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    if (changed.has("place")) this.load();
  }

  get path() {
    return `/portal/tickets/${encodeURIComponent(this.place.id)}`;
  }

  async load() {
    const found = await this.attempt(() => Promise.all([app.request("GET", this.path), this.#words(), app.request("GET", `${this.path}/watch`)]));
    if (!found) return;
    const [ticket, messages, watch] = found;
    const before = this.messages.length;
    // Words that came while it was not looked at stay marked for this visit.
    if (!this.ticket && app.seen.fresh(ticket)) this.since = ticket.client_said_at ?? ticket.created_at;
    [this.ticket, this.messages, this.watching] = [ticket, messages, watch.watching];
    document.title = `№${ticket.number} · ${t("product")}`;
    this.#looked();
    const last = messages.at(-1);
    if (before && messages.length > before && last.author !== "client") app.toast(t("answered", { name: last.author_name || t("support") }), "accent");
  }

  async #words() {
    const words = [];
    let cursor = "";
    do {
      const page = await app.request("GET", `${this.path}/messages?limit=200${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
      words.push(...page.items);
      cursor = page.next ?? "";
    } while (cursor);
    return words;
  }

  #looked() {
    if (this.ticket && document.visibilityState === "visible") app.seen.look(this.ticket);
  }

  /** @param {string} what @param {() => Promise<any>} work @param {string} [done] */
  async #do(what, work, done) {
    if (this.doing) return;
    this.doing = what;
    const result = await this.attempt(async () => (await work()) ?? true);
    this.doing = "";
    if (!result) return;
    this.closing = false;
    if (done) app.toast(done);
    await this.load();
  }

  /** @param {"confirm"|"reopen"|"close"} what */
  #move(what) {
    return this.#do(what, () => app.request("POST", `${this.path}/${what}`, what === "reopen" ? { body: { id: this.reopenId } } : {}), t(`moved.${what}`));
  }

  #watch() {
    const method = this.watching ? "DELETE" : "POST";
    return this.#do("watch", () => app.request(method, `${this.path}/watch`), t(this.watching ? "unwatched" : "watched"));
  }

  #line() {
    const at = stepOf(this.ticket.state);
    return html`<ol class="steps" aria-label=${t("statusLine")}>
      ${STEPS.map((step, n) => html`<li class=${n < at ? "past" : n === at ? "now" : ""} aria-current=${n === at ? "step" : nothing}><i></i><span>${t(`step.${n === at ? this.ticket.state : step}`)}</span></li>`)}
    </ol>`;
  }

  /** The question to its author, when support thinks it is done. */
  #question() {
    const { state, confirm_until: until } = this.ticket;
    if (state === "waiting") return html`<p class="notice warn"><pl-icon name="clock"></pl-icon><span>${t("waitingLead")}</span></p>`;
    if (state !== "solved") return nothing;
    return html`<section class="notice accent question" aria-label=${t("solvedTitle")}>
      <pl-icon name="help"></pl-icon>
      <div><p class="strong">${t("solvedTitle")}</p>${until ? html`<p class="small">${t("solvedUntil", { at: moment(until) })}</p>` : nothing}</div>
      <span class="row-actions">
        <pl-button look="main" tone="good" icon="check" ?busy=${this.doing === "confirm"} @click=${() => this.#move("confirm")}>${t("confirmSolved")}</pl-button>
        <pl-button icon="refresh" ?busy=${this.doing === "reopen"} @click=${() => this.#move("reopen")}>${t("notSolved")}</pl-button>
      </span>
    </section>`;
  }

  #facts() {
    const one = this.ticket;
    const category = named(this.categories.find(({ id }) => id === one.category_id));
    const fact = (/** @type {string} */ name, /** @type {unknown} */ value) => (value ? html`<div><dt>${name}</dt><dd>${value}</dd></div>` : nothing);
    return html`<aside class="card about-request" aria-label=${t("aboutRequest")}>
      <dl>
        ${fact(t("status"), statusBadge(one.status))} ${fact(t("outlet"), outletName(one.outlet_id))} ${fact(t("category"), category)}
        ${fact(t("author"), one.author_account_id === app.account.account.id ? t("you") : one.author_name)}
        ${fact(t("opened"), html`<time datetime=${one.created_at}>${moment(one.created_at)}</time>`)}
        ${one.state !== "closed" && one.due_at ? fact(t("due"), html`<time class=${one.overdue_at ? "late" : ""} datetime=${one.due_at}>${moment(one.due_at)}</time>`) : nothing}
        ${fact(t("closedAt"), one.closed_at && moment(one.closed_at))}
      </dl>
      <p class="row-actions">
        <pl-button size="small" icon="bell" ?busy=${this.doing === "watch"} .pressed=${this.watching} @click=${this.#watch}>${t(this.watching ? "watching" : "watch")}</pl-button>
        ${this.#closing()}
      </p>
      <p class="small muted">${t("watchHint")}</p>
    </aside>`;
  }

  #closing() {
    if (["closed", "solved"].includes(this.ticket.state)) return nothing;
    if (!this.closing) return html`<pl-button size="small" look="quiet" @click=${() => (this.closing = true)}>${t("closeRequest")}</pl-button>`;
    return html`<span class="sure" role="group" aria-label=${t("closeSure")}>${t("closeSure")}
      <pl-button size="small" tone="bad" ?busy=${this.doing === "close"} @click=${() => this.#move("close")}>${t("closeYes")}</pl-button>
      <pl-button size="small" look="quiet" @click=${() => (this.closing = false)}>${t("cancel")}</pl-button></span>`;
  }

  /** Escape takes the question back. @param {KeyboardEvent} event */
  #keys(event) {
    if (event.key === "Escape" && this.closing) this.closing = false;
  }

  render() {
    const one = this.ticket;
    if (!one) return html`${this.head(t("request"), { back: address("requests") })} ${this.problem ? this.trouble(() => this.load()) : html`<p class="muted" role="status">${t("loading")}</p>`}`;
    const closed = one.state === "closed";
    return html`<div @keydown=${this.#keys}>
      ${this.head(one.subject, { lead: html`<span class="digits">№${one.number}</span> ${statusBadge(one.status)}`, back: address("requests", "", { status: one.status === "accepted" ? "" : one.status }) })}
      ${this.trouble(() => this.load())}
      <div class="one-request">
        <div>
          ${this.#line()} ${this.#question()}
          <section class="card flush" aria-label=${t("conversation")}>
            <div aria-live="polite" aria-relevant="additions">${thread(one, this.messages, this.since)}</div>
            ${one.merged_into_id ? html`<p class="notice">${t("merged")} <a href=${address("requests", one.merged_into_id)}>${t("openRequest")}</a></p>` : nothing}
            ${closed ? html`<div class="reopen"><p class="muted">${t("closedLead")}</p><pl-button icon="refresh" ?busy=${this.doing === "reopen"} @click=${() => this.#move("reopen")}>${t("reopen")}</pl-button></div>` : html`<pl-composer .ticket=${one} @said=${() => this.load()}></pl-composer>`}
          </section>
        </div>
        ${this.#facts()}
      </div>
    </div>`;
  }
}

customElements.define("pl-request-page", RequestPage);
