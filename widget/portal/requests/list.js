// <pl-requests-page>: one's requests by status, found by words and outlet; new words of support are marked.
import { html, nothing } from "../../vendor/lit.js";
import { t } from "../../i18n/portal.js";
import { app } from "../core/app.js";
import { PortalPage } from "../core/page.js";
import { address, go } from "../core/router.js";
import { outletField } from "./outlet-field.js";
import { requestRow } from "./parts.js";
import "../surveys/surveys.js";

const STATUSES = ["accepted", "overdue", "closed"];
const LIMIT = 30;
const TYPING_MS = 350;
const NEWS_MS = 400;

export class RequestsPage extends PortalPage {
  static properties = { items: { state: true }, next: { state: true }, counts: { state: true }, loaded: { state: true } };

  constructor() {
    super();
    /** @type {any[]} */
    this.items = [];
    /** @type {string|null} */
    this.next = null;
    /** @type {Record<string, number>} */
    this.counts = {};
    this.loaded = false;
    this.asked = 0;
    this.timer = 0;
    this.typing = 0;
  }

  connectedCallback() {
    super.connectedCallback();
    this.follow(() => {
      window.clearTimeout(this.timer);
      this.timer = window.setTimeout(() => this.load(true), NEWS_MS);
    });
    this.every(60_000, () => this.requestUpdate());
    this.whileConnected(() => [this.timer, this.typing].forEach(window.clearTimeout));
  }

  /** @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    if (changed.has("place")) this.load();
  }

  get status() {
    return STATUSES.includes(this.place.query.status) ? this.place.query.status : "accepted";
  }

  /** @param {string} cursor @param {number} limit */
  #path(cursor, limit) {
    const query = new URLSearchParams({ status: this.status, limit: String(limit) });
    for (const name of ["q", "outlet_id"]) if (this.place.query[name]) query.set(name, this.place.query[name]);
    if (cursor) query.set("cursor", cursor);
    return `/portal/tickets?${query}`;
  }

  /** @param {boolean} [again] as many as are shown */
  async load(again = false) {
    const number = ++this.asked;
    const limit = again ? Math.min(200, Math.max(LIMIT, this.items.length)) : LIMIT;
    const outlet = this.place.query.outlet_id ? `?outlet_id=${encodeURIComponent(this.place.query.outlet_id)}` : "";
    const counting = app.request("GET", `/portal/ticket-counts${outlet}`).catch(() => null);
    const page = await this.attempt(() => app.request("GET", this.#path("", limit)));
    const counts = await counting;
    if (number !== this.asked) return;
    if (page) [this.items, this.next, this.loaded] = [page.items, page.next, true];
    if (counts) this.counts = counts;
  }

  async #more() {
    const number = this.asked;
    const page = await this.attempt(() => app.request("GET", this.#path(this.next ?? "", LIMIT)));
    if (!page || number !== this.asked) return;
    const known = new Set(this.items.map((one) => one.id));
    [this.items, this.next] = [[...this.items, ...page.items.filter((/** @type {any} */ one) => !known.has(one.id))], page.next];
  }

  /** @param {Record<string, string>} changes */
  #look(changes) {
    go(address("requests", "", { ...this.place.query, ...changes }), { replace: true });
  }

  /** @param {InputEvent} event */
  #typed(event) {
    const { value } = /** @type {any} */ (event.currentTarget);
    window.clearTimeout(this.typing);
    this.typing = window.setTimeout(() => this.#look({ q: value.trim() }), TYPING_MS);
  }

  #tabs() {
    return html`<nav class="tabs status-tabs" aria-label=${t("statuses")}>
      ${STATUSES.map(
        (one) => html`<a href=${address("requests", "", { ...this.place.query, status: one === "accepted" ? "" : one })} aria-current=${one === this.status ? "true" : nothing}>
          ${t(`tab.${one}`)}${this.counts[one] === undefined ? nothing : html` <span class=${`count ${one === "overdue" && this.counts[one] ? "bad" : ""}`}>${this.counts[one]}</span>`}
        </a>`,
      )}
    </nav>`;
  }

  #filters() {
    const { outlets } = app.account;
    return html`<search class="finding">
      <pl-field label=${t("findRequest")} hide-label type="search" placeholder=${t("findRequest")} .value=${this.place.query.q ?? ""} @input=${this.#typed}></pl-field>
      ${outlets.length > 1
        ? outletField({ outlets, value: this.place.query.outlet_id ?? "", choose: (outlet_id) => this.#look({ outlet_id }), none: t("allOutlets"), hideLabel: true })
        : nothing}
    </search>`;
  }

  #nothing() {
    if (this.place.query.q || this.place.query.outlet_id) return this.empty("search", t("nothing"), { lead: t("nothingLead"), action: html`<pl-button @click=${() => this.#look({ q: "", outlet_id: "" })}>${t("clearFilters")}</pl-button>` });
    if (this.status === "overdue") return this.empty("check", t("noOverdue"));
    if (this.status === "closed") return this.empty("list", t("noClosed"));
    return this.empty("text", t("noRequests"), { lead: t("noRequestsLead"), action: html`<a class="button main" href=${address("new")}>${t("newRequest")}</a>` });
  }

  #list() {
    if (!this.loaded) {
      if (this.problem) return nothing;
      return html`<ul class="requests" aria-busy="true" aria-label=${t("loading")}>${[1, 2, 3].map(() => html`<li class="ghost"><i></i><i></i></li>`)}</ul>`;
    }
    if (!this.items.length) return this.#nothing();
    return html`<ul class="requests" aria-label=${t(`tab.${this.status}`)}>${this.items.map(requestRow)}</ul>
      ${this.next ? html`<p class="center"><pl-button ?busy=${this.busy} @click=${this.#more}>${t("more")}</pl-button></p>` : nothing}`;
  }

  render() {
    return html`${this.head(t("page.requests"), { actions: html`<a class="button main wide-only" href=${address("new")}><pl-icon name="add"></pl-icon>${t("newRequest")}</a>` })}
      <pl-surveys></pl-surveys>
      ${this.trouble(() => this.load())}
      <section class="card flush" aria-label=${t("page.requests")}>${this.#tabs()} ${this.#filters()} ${this.#list()}</section>`;
  }
}

customElements.define("pl-requests-page", RequestsPage);
