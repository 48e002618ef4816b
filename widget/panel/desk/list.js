// <pl-desk-list>: the work list: requests by line, mine, nobody's, waiting, overdue; live, by keys as in mail programs.
import { html, nothing } from "../../vendor/lit.js";
import { language } from "../../core/language.js";
import { label, t, valueText } from "../../i18n/panel.js";
import { app } from "../core/app.js";
import { ListPage } from "../core/list-page.js";
import { address, go } from "../core/router.js";
import { CHANNELS, PRIORITIES, STATES } from "./figures.js";
import { hear, help } from "./keys.js";
import { channelIcon, dueCell, lineName, marked, optional, priorityBadge, stateBadge, when, whose } from "./parts.js";
import { clientName, findClients, findStaff, picker, staffName } from "./pick.js";
import { allTabs, countOf, filterOf, tabTone } from "./tabs.js";

const QUIET_MS = 400;
const MOST = 500;
const KEYS = [["j k", "dk.keyMove"], ["Enter", "dk.keyOpen"], ["/", "dk.keySearch"], ["c", "dk.keyNew"], ["1 … 8", "dk.keyTab"], ["r", "dk.keyRefresh"], ["?", "dk.keyHelp"]];
const FILTERS = ["state", "priority", "category_id", "account_id", "assignee_id", "channel", "tag", "problem_id"];

/** Requests as they were listed last: a ticket's page goes to the next of them. @type {{ids: string[], back: string}} */
export const listed = { ids: [], back: "" };

export class DeskList extends ListPage {
  static properties = { chosen: { state: true }, counters: { state: true }, helping: { state: true }, filtering: { state: true } };

  constructor() {
    super();
    this.path = "/tickets";
    this.page = "desk";
    this.topics = ["tickets"];
    /** The request that keys have reached. */
    this.chosen = "";
    /** How many are read anew at once. */
    this.keeps = 0;
    /** @type {any} */
    this.counters = null;
    this.helping = false;
    this.filtering = false;
    this.waits = 0;
  }

  connectedCallback() {
    super.connectedCallback();
    hear(this, () => this.#keys());
    this.count();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    window.clearTimeout(this.waits);
    this.waits = 0;
  }

  get tab() {
    return this.place.query.tab || (this.place.query.q ? "all" : "open");
  }

  /** However much happens, the list is read once in a while. */
  later() {
    if (this.waits) return;
    this.waits = window.setTimeout(() => {
      this.waits = 0;
      // What was shown stays shown.
      this.keeps = this.items.length;
      this.load();
      this.count();
    }, QUIET_MS);
  }

  async count() {
    this.counters = await optional("/ticket-counters", "/ticket-counters", null);
  }

  query() {
    const query = super.query();
    if (this.keeps > 50) query.set("limit", String(Math.min(MOST, this.keeps)));
    this.keeps = 0;
    const { state } = this.place.query;
    if (!this.#waits && query.get("order") === "due") query.delete("order");
    for (const [name, value] of Object.entries(filterOf(this.tab))) if (!this.place.query[name] && !(name === "open" && state)) query.set(name, value);
    return query;
  }

  /** Whether open ones alone are shown: closed ones have no deadline to be ordered by. */
  get #waits() {
    const { state } = this.place.query;
    return state ? state !== "closed" : this.tab !== "all";
  }

  /** @param {any[]} items */
  show(items) {
    super.show(items);
    listed.ids = items.map((one) => one.id);
    listed.back = address("desk", "", this.place.query);
  }

  /** @returns {import("./keys.js").Keys} */
  #keys() {
    const open = () => this.chosen && go(address("desk", this.chosen));
    const search = () => /** @type {HTMLElement|null} */ (this.querySelector("pl-field[type=search]"))?.focus();
    /** @type {import("./keys.js").Keys} */
    const keys = { j: () => this.#move(1), k: () => this.#move(-1), Enter: open, o: open, "/": search, "?": () => (this.helping = true), r: () => this.later() };
    if (app.can("POST", "/tickets")) keys.c = () => go(address("desk", "new"));
    allTabs().forEach((tab, n) => (keys[String(n + 1)] = () => this.#open(tab)));
    return keys;
  }

  /** @param {number} by */
  async #move(by) {
    const at = this.items.findIndex((one) => one.id === this.chosen);
    this.chosen = this.items[Math.max(0, Math.min(this.items.length - 1, at + by))]?.id ?? "";
    await this.updateComplete;
    const table = /** @type {any} */ (this.querySelector("pl-table"));
    await table?.updateComplete;
    const row = table?.querySelector("tr.chosen");
    row?.querySelector("a.row")?.focus({ preventScroll: true });
    row?.scrollIntoView({ block: "nearest" });
  }

  /** @param {string} tab */
  #open(tab) {
    this.chosen = "";
    go(address("desk", "", { ...this.place.query, tab: tab === "open" ? "" : tab, state: "", assignee_id: "" }), { replace: true });
  }

  #tabs() {
    const counted = this.counters;
    return html`<nav class="tabs links desk-tabs" aria-label=${t("dk.views")}>
      ${allTabs().map((tab) => {
        const count = countOf(tab, counted);
        const query = { ...this.place.query, tab: tab === "open" ? "" : tab, state: "", assignee_id: "" };
        const line = tab.startsWith("line") ? Number(tab.slice(4)) : 0;
        const name = line ? t("dk.lineN", { n: line }) : t(`dk.tab.${tab}`);
        return html`<a title=${line ? lineName(line) : nothing} href=${address("desk", "", query)} aria-current=${tab === this.tab ? "page" : nothing}>${name}${count === null ? nothing : html` <b class=${`count ${tabTone(tab, count)}`}>${count}</b>`}</a>`;
      })}
    </nav>`;
  }

  filters() {
    const { query } = this.place;
    const options = (/** @type {string[]} */ values, /** @type {string} */ words) => [{ value: "", label: t("any") }, ...values.map((value) => ({ value, label: valueText(words, value) }))];
    const chosen = FILTERS.filter((name) => query[name]).length;
    const open = this.filtering || chosen > 0;
    const orders = ["newest", ...(this.#waits ? ["due"] : []), "updated"].map((value) => ({ value, label: t(`dk.order.${value}`) }));
    const field = html`<pl-field class="long" label=${t("dk.searchAll")} type="search" placeholder=${t("dk.searchHint")} .value=${query.q ?? ""}
      @input=${(/** @type {any} */ event) => this.set("q", event.currentTarget.value)}></pl-field>`;
    return html`${field} ${this.choice("order", t("dk.orderBy"), orders)}
      <pl-button icon="filter" .expanded=${open} @click=${() => (this.filtering = !open)}>${t("dk.filters")}${chosen ? html` <pl-badge tone="accent">${chosen}</pl-badge>` : nothing}</pl-button>
      ${chosen ? html`<pl-button look="quiet" icon="close" @click=${() => go(address("desk", "", { tab: query.tab, q: query.q, order: query.order }), { replace: true })}>${t("dk.clearFilters")}</pl-button>` : nothing}
      ${open
        ? html`<div class="filters more-filters">
            ${this.choice("state", t("dk.state"), options(STATES, "ticket"))} ${this.choice("priority", label("", "priority"), options(PRIORITIES, "priority"))}
            ${this.picker("category_id", label("", "category_id"), "ticket-categories")}
            ${picker({ label: t("dk.client"), value: query.account_id ?? null, text: clientName(query.account_id), search: findClients, pick: (key) => this.set("account_id", key), placeholder: t("any") })}
            ${picker({ label: t("dk.assignee"), value: query.assignee_id ?? null, text: staffName(query.assignee_id), search: findStaff, pick: (key) => this.set("assignee_id", key), placeholder: t("any") })}
            ${this.choice("channel", t("dk.cameBy"), options(CHANNELS, "cameBy"))} ${this.typed("tag", t("dk.tag"))} ${this.picker("problem_id", t("dk.problem"), "problems")}
          </div>`
        : nothing}`;
  }

  columns() {
    const q = this.place.query.q ?? "";
    return [
      { key: "number", head: "№", cell: (/** @type {any} */ one) => html`<span class="digits">${marked(String(one.number), q)}</span>` },
      {
        key: "subject",
        head: t("dk.subject"),
        wide: true,
        cell: (/** @type {any} */ one) => html`<div class="ticket-subject">${channelIcon(one.channel)}<span>${marked(one.subject, q)}${(one.tags ?? []).map((/** @type {string} */ tag) => html` <span class="tag">${tag}</span>`)}</span></div>`,
      },
      { key: "who", head: t("dk.client"), cell: (/** @type {any} */ one) => whose(one) },
      { key: "state", head: t("dk.state"), cell: (/** @type {any} */ one) => stateBadge(one.state) },
      { key: "priority", head: label("", "priority"), cell: (/** @type {any} */ one) => priorityBadge(one.priority) },
      { key: "line", head: t("dk.line"), cell: (/** @type {any} */ one) => html`<span class="line-cell" title=${lineName(one.line)}>${one.line}</span>` },
      { key: "assignee", head: t("dk.assignee"), cell: (/** @type {any} */ one) => one.assignee_name || staffName(one.assignee_id) || html`<span class="muted">${t("dk.nobody")}</span>` },
      { key: "due", head: t("dk.due"), cell: (/** @type {any} */ one) => (one.state === "closed" ? html`<span class="muted small">${when(one.updated_at)}</span>` : dueCell(one)) },
    ];
  }

  get emptyText() {
    return this.place.query.q || FILTERS.some((name) => this.place.query[name]) ? t("nothingFound") : t("dk.noneHere");
  }

  render() {
    const make = app.can("POST", "/tickets") ? html`<a class="button main" href=${address("desk", "new")}><pl-icon name="add"></pl-icon>${t("dk.new")}</a>` : nothing;
    const keys = html`<pl-button look="quiet" size="icon" icon="help" label=${t("dk.keys")} @click=${() => (this.helping = true)}></pl-button>`;
    const columns = this.columns().map((one) => ({ ...one, lang: language() }));
    return html`${this.head(t("page.desk"), { lead: t("lead.desk"), actions: html`${keys}${make}` })} ${this.#tabs()}
      <search class="filters" aria-label=${t("search")}>${this.filters()}</search>
      ${this.trouble(() => this.load())}
      <div class="card flush">
        <pl-table class="tickets" label=${t("page.desk")} .columns=${columns} .rows=${this.items} .href=${(/** @type {any} */ one) => address("desk", one.id)} chosen=${this.chosen} ?busy=${this.busy} empty=${this.emptyText}></pl-table>
      </div>
      ${this.next ? html`<p class="center"><pl-button @click=${() => this.load(this.next)}>${t("more")}</pl-button></p>` : nothing}
      ${help(this.helping, () => (this.helping = false), KEYS)}`;
  }
}

customElements.define("pl-desk-list", DeskList);
